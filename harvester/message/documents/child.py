"""The process that reads strangers' files: loads the readers, goes to jail, then a child of it reads one file."""

import codecs
import json
import os
from collections.abc import Callable

from harvester.message.documents.confinement import confine, limit
from harvester.message.documents.kinds import Kind
from harvester.message.documents.reading import read
from harvester.model import Limits

CHARSETS = ("cp437", "ascii", "cp1252", "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "latin-1")


def prepare(limits: Limits) -> tuple[Callable[[list[int]], None], bool]:
    """Called once by the fork server; says whether the jail is complete."""
    _load()
    complete = confine()
    return (lambda descriptors: _read_one(limits, *descriptors)), complete


def _load() -> None:
    """All that a reader may ever import: in jail there are no files to import from."""
    import traceback  # noqa: F401

    import pypdfium2  # noqa: F401
    import python_calamine  # noqa: F401

    from harvester.message import html, segments  # noqa: F401
    from harvester.message.charset import CODECS
    from harvester.message.documents import pdf, rtf
    from harvester.message.documents.plain import BOMS
    from harvester.message.documents.rtf import BY_NUMBER, CODEPAGES

    assert pdf and rtf
    for charset in {*CHARSETS, *CODECS, *CODEPAGES.values(), *BY_NUMBER.values(), *(name for _, name in BOMS)}:
        codecs.lookup(charset)


def _read_one(limits: Limits, file: int, answer: int) -> None:
    """``file``: a line that says how, then the bytes. ``answer``: a pipe for the JSON of an Extracted."""
    os.lseek(file, 0, os.SEEK_SET)
    with open(file, "rb") as stream:
        order = stream.readline()
        data = stream.read()
    how = json.loads(order)
    limit(limits, how["seconds"])
    found = read(data, Kind[how["kind"]], limits, how["charset"])
    said = json.dumps([found.status, found.text, found.links, found.flags], ensure_ascii=False).encode()
    while said:
        said = said[os.write(answer, said) :]
