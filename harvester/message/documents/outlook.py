"""A mail in Outlook's own form (.msg, MS-OXMSG): its own words, then its files one level deep.

Properties are streams named after number and type, files are folders that hold properties of their own.
"""

import re
from collections.abc import Callable
from functools import partial

from harvester.message.documents.compound import Compound
from harvester.message.documents.letter import add_letter
from harvester.message.documents.transcript import Transcript
from harvester.model import Limits

PROPERTY = "__substg1.0_"
BODY, HTML, RTF = "1000", "1013", "1009"
LONG_NAME, NAME, SHOWN_NAME, DATA = "3707", "3704", "3001", "37010102"
MARK = "__properties_version1.0"
_FILE = re.compile(r"__attach_version1\.0_#[0-9A-F]{8}", re.IGNORECASE)

PackedFile = tuple[str, Callable[[], bytes]]


def is_outlook(file: Compound) -> bool:
    return MARK in file


def read_letter(file: Compound, transcript: Transcript, limits: Limits, charset: str) -> None:
    add_letter(
        transcript,
        limits,
        charset,
        html=file.read(f"{PROPERTY}{HTML}0102"),
        plain=_words(file, "", BODY, charset),
        rtf=file.read(f"{PROPERTY}{RTF}0102"),
    )


def files_of(file: Compound, charset: str) -> list[PackedFile]:
    """(name, its bytes when asked for); of a mail inside there are none."""
    folders = sorted(path for path in file.paths if _FILE.fullmatch(path))
    return [(_name(file, folder, charset), partial(file.read, f"{folder}/{PROPERTY}{DATA}")) for folder in folders]


def _name(file: Compound, folder: str, charset: str) -> str:
    names = (_words(file, f"{folder}/", number, charset) for number in (LONG_NAME, NAME, SHOWN_NAME))
    return next(filter(None, names), "attachment")


def _words(file: Compound, folder: str, number: str, charset: str) -> str:
    wide = file.read(f"{folder}{PROPERTY}{number}001F")
    if wide:
        return wide.decode("utf-16-le", "replace").rstrip("\x00")
    return file.read(f"{folder}{PROPERTY}{number}001E").decode(charset, "replace").rstrip("\x00")
