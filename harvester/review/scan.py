"""Before a sender's file is handed out: what the scanner says of it, or whether its kind does harm (S23 of the
guarantees)."""

from collections.abc import Sequence
from pathlib import Path, PurePath

from harvester.report.scanner import Word, scan
from harvester.review.visit import No

HARMFUL = frozenset((
    "appref-ms", "bat", "chm", "cmd", "com", "cpl", "dll", "docm", "dotm", "exe", "gadget", "hta", "htm", "html",
    "img", "iso", "jar", "js", "jse", "lnk", "mht", "msc", "msi", "msp", "pif", "potm", "ppam", "ppsm", "pptm",
    "ps1", "psm1", "reg", "scf", "scr", "sh", "shtml", "sldm", "svg", "url", "vb", "vbe", "vbs", "vhd", "vhdx",
    "wsc", "wsf", "wsh", "xhtml", "xlam", "xll", "xlsb", "xlsm", "xltm",
))  # fmt: skip
"""Endings of programs, of pages with scripts, and of documents with macros."""


class HeldBack(No):
    status = 403
    title = "This file is held back"


class NotScanned(No):
    status = 503
    title = "This file could not be scanned"


def pass_or_hold(command: Sequence[str], path: Path) -> None:
    """Returns where the scanner finds nothing. Raises HeldBack where it finds something, and NotScanned where it
    cannot tell: then the file is not called clean."""
    word = scan(command, path)
    if word is Word.HARMFUL:
        raise HeldBack("The virus scanner found something harmful in it. It stays in the vault and is not handed out.")
    if word is Word.NONE:
        raise NotScanned(WAIT)


WAIT = "The virus scanner did not answer, so the file is held until it does. Try again later, or tell whoever runs it."


def may_harm(name: str, media_type: str) -> bool:
    """Does it run something when it is opened, as far as its name or its kind tells?"""
    kind = media_type.lower()
    ending = PurePath(name.rstrip(". ")).suffix.lower().removeprefix(".")
    return (
        ending in HARMFUL or "macroenabled" in kind or kind in ("text/html", "image/svg+xml", "application/x-dosexec")
    )
