"""What is found in a file, and the two ways in which reading one ends early."""

import re
from dataclasses import dataclass

from harvester.model import Limits, TextStatus

LONGEST_LINK = 2_048
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
BLANKS_BEFORE_END = re.compile(r"[ \t\u00a0]+(?=\n|\Z)")
EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The words of a file and its links' targets, or why there are none.

    ``flags``: text-cut, links-cut, pages-scanned (some pages are pictures), sheets-hidden, packed-... (a file inside
    could not be read); of files that could not be read: memory, archive-entries, archive-size, archive-overlap,
    xml-depth, xml-doctype, unforeseen-...
    """

    status: TextStatus
    text: str = ""
    links: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class Unreadable(Exception):
    """This file's text cannot be had; the status says why."""

    def __init__(self, status: TextStatus, flag: str = "") -> None:
        self.status = status
        self.flags = (flag,) if flag else ()
        super().__init__(status, flag)


class Enough(Exception):
    """The limit of characters is reached; what was read until then counts."""


class Transcript:
    """Text and links as they are found, in reading order, up to the limits."""

    def __init__(self, limits: Limits) -> None:
        self._left = limits.classified_chars
        self._most_links = limits.links
        self._pieces: list[str] = []
        self._links: dict[str, None] = {}
        self._flags: dict[str, None] = {}

    def add(self, text: str) -> None:
        self._pieces.append(text[: self._left])
        self._left -= len(text)
        if self._left < 0:
            self.flag("text-cut")
            raise Enough

    def link(self, target: str) -> None:
        target = target.strip()
        if not target or len(target) > LONGEST_LINK or target in self._links:
            return
        if len(self._links) == self._most_links:
            self.flag("links-cut")
        else:
            self._links[target] = None

    def flag(self, name: str) -> None:
        self._flags[name] = None

    @property
    def empty(self) -> bool:
        """No word so far."""
        return not any(piece.strip() for piece in self._pieces)

    def extracted(self) -> Extracted:
        text = clean("".join(self._pieces))
        status = TextStatus.READ if text else TextStatus.EMPTY
        return Extracted(status, text, tuple(map(clean, self._links)), tuple(self._flags))


def clean(text: str) -> str:
    """Line ends as ``\\n``, no control characters and no lone surrogates (databases refuse them),
    no blanks at line ends, at most one empty line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = BLANKS_BEFORE_END.sub("", CONTROLS.sub("", text))
    return EMPTY_LINES.sub("\n\n", text).strip("\n")
