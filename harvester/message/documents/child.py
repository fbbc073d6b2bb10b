"""The process that reads strangers' files: loads the readers, goes to jail, then its children read them."""

import codecs
import gc
import json
import os
import resource
from collections.abc import Callable

from harvester.message.documents.confinement import clock, confine, limit
from harvester.message.documents.kinds import Kind
from harvester.message.documents.reading import read
from harvester.model import Limits

ROOM = 30_000_000  # bytes by which a child may have grown and still read another file
CHARSETS = ("cp437", "ascii", "cp1252", "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "latin-1")


def prepare(limits: Limits) -> tuple[Callable[[list[int]], None], bool]:
    """Called once by the fork server; says whether the jail is complete."""
    _load()
    gc.collect()
    gc.freeze()  # who goes to jail is a fork of this process: what it need not look at it shares
    complete = confine()
    return (lambda descriptors: _read_files(limits, *descriptors)), complete


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


def _read_files(limits: Limits, file: int, line: int) -> None:
    """``file``: the bytes. ``line``: in comes an order for each file, out goes an Extracted, each a line of JSON.

    Ends when the other side closes the line, or after a file that left this process large.
    """
    limit(limits)
    enough = largest() + ROOM
    with open(line, "rb", closefd=False) as orders:
        for order in orders:
            how = json.loads(order)
            clock(how["seconds"])
            data = os.pread(file, how["bytes"], 0)
            found = read(data, Kind[how["kind"]], limits, how["charset"])
            said = json.dumps([found.status, found.text, found.links, found.flags], ensure_ascii=False)
            left = said.encode() + b"\n"
            clock(0)  # before it is said: once it is, this file's clock must not end what the next is asked for
            while left:
                left = left[os.write(line, left) :]
            if largest() > enough:
                return


def largest() -> int:
    """Bytes of memory that this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
