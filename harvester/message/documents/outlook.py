"""A mail in Outlook's own form (.msg, MS-OXMSG): its own words, then its files one level deep.

Properties are streams named after number and type, files are folders that hold properties of their own.
"""

import re
from collections.abc import Callable
from functools import partial

from harvester.message.charset import codec_of, html_label
from harvester.message.clean import storable
from harvester.message.documents.compound import Compound
from harvester.message.documents.plain import decoded
from harvester.message.documents.transcript import Transcript
from harvester.message.page import Page, anchors_in
from harvester.model import SegmentKind

PROPERTY = "__substg1.0_"
BODY, HTML = "1000", "1013"
LONG_NAME, NAME, SHOWN_NAME, DATA = "3707", "3704", "3001", "37010102"
MARK = "__properties_version1.0"
_FILE = re.compile(r"__attach_version1\.0_#[0-9A-F]{8}", re.IGNORECASE)

PackedFile = tuple[str, Callable[[], bytes]]


def is_outlook(file: Compound) -> bool:
    return MARK in file


def read_letter(file: Compound, transcript: Transcript, charset: str) -> None:
    """What its writer says; what that one quotes is left out, as of any mail."""
    from harvester.message.segments import segment

    page = _letter(file, charset)
    kept = [s for s in segment(page.text, page.marks) if s.kind is SegmentKind.OWN]
    for anchor in anchors_in(page.anchors, kept):
        transcript.link(anchor.href)
    transcript.add("".join(page.text[s.start : s.end] for s in kept) + "\n")


def _letter(file: Compound, charset: str) -> Page:
    from harvester.message.html import read_html

    html = file.read(f"{PROPERTY}{HTML}0102")
    page = read_html(decoded(html, codec_of(html_label(html)) or charset)) if html else Page("")
    return page if page.text.strip() else Page(storable(_words(file, "", BODY, charset)).strip("\n"))


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
