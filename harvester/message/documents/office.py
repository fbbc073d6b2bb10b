"""Word and PowerPoint files (ISO 29500): the words a reader sees on the pages, and the links under them.

Headers and footers are stationery, comments are somebody's talk about the text, deleted words were taken
back: none of them is read.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from harvester.message.documents.archive import Archive
from harvester.message.documents.transcript import Transcript
from harvester.message.documents.xml_events import listen, local

SKIPPED = frozenset({"pPr", "sectPr", "tblPr", "delText", "moveFrom", "Fallback", "fld", "del"})
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
LINKING = frozenset({"hyperlink", "hlinkClick"})
FIELD_LINK = re.compile(r'\bHYPERLINK\s+"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Relation:
    """One line of a .rels part: what another part, or an address outside, is to this part."""

    kind: str  # last word of its type: hyperlink, footnotes, slide ...
    target: str
    outside: bool


class _Relations:
    def __init__(self) -> None:
        self.found: dict[str, Relation] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            outside = attributes.get("TargetMode") == "External"
            self.found[attributes.get("Id", "")] = Relation(kind, attributes.get("Target", ""), outside)

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def relations(archive: Archive, part: str) -> dict[str, Relation]:
    """What this part refers to, by id, in order; targets inside are full names of parts."""
    folder, base = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{base}.rels")
    if rels not in archive:
        return {}
    reader = _Relations()
    listen(archive.pieces(rels), reader)
    return {
        key: one if one.outside else Relation(one.kind, _inside(folder, one.target), False)
        for key, one in reader.found.items()
    }


def _inside(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")


def main_part(archive: Archive) -> str:
    """The part with which the file begins, e.g. ``word/document.xml``; empty if this is no office file."""
    return next((one.target for one in relations(archive, "").values() if one.kind == "officeDocument"), "")


def read_word(archive: Archive, main: str, transcript: Transcript) -> None:
    related = relations(archive, main)
    _read(archive, main, related, transcript)
    for one in related.values():
        if one.kind in ("footnotes", "endnotes", "diagramData") and one.target in archive:
            transcript.add("\n")
            _read(archive, one.target, relations(archive, one.target), transcript)


def read_slides(archive: Archive, main: str, transcript: Transcript) -> None:
    """Slide after slide in the order of the show, each with its drawings' words and the speaker's notes."""
    for slide in _slides(archive, main):
        related = relations(archive, slide)
        _read(archive, slide, related, transcript)
        for one in related.values():
            if one.kind in ("diagramData", "notesSlide") and one.target in archive:
                _read(archive, one.target, relations(archive, one.target), transcript)
        transcript.add("\n")


def _slides(archive: Archive, main: str) -> Iterator[str]:
    related = relations(archive, main)
    order = _Order()
    listen(archive.pieces(main), order)
    for key in order.ids:
        one = related.get(key)
        if one and one.kind == "slide" and one.target in archive:
            yield one.target


class _Order:
    """The slides' ids in a presentation's main part."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sldId":
            self.ids.append(_relation_id(attributes))

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def _relation_id(attributes: dict[str, str]) -> str:
    return next((value for key, value in attributes.items() if key.endswith("/relationships id")), "")


def _read(archive: Archive, part: str, related: dict[str, Relation], transcript: Transcript) -> None:
    words = _Words(related, transcript)
    listen(archive.pieces(part), words)
    words.flush()


class _Words:
    """Paragraphs as lines, a table's row as one line with tabs. A text box follows the paragraph it hangs on."""

    def __init__(self, related: dict[str, Relation], transcript: Transcript) -> None:
        self._related = related
        self._transcript = transcript
        self._skipping = 0  # elements open since one that is not read
        self._in_text = self._in_field = False
        self._tables = 0
        self._lines: list[str] = []
        self._outer: list[list[str]] = []  # lines around the text box that is being read
        self._boxes: list[str] = []
        self._field = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipping:
            self._skipping += 1
            return
        tag = local(name)
        if tag == "t":
            self._in_text = True
        elif tag in SKIPPED:
            self._skipping = 1
        elif tag in SIGNS:
            self._lines.append(SIGNS[tag])
        elif tag in LINKING:
            self._link(_relation_id(attributes))
        elif tag == "instrText":
            self._in_field = True
        elif tag == "fldChar":
            self._end_field()
        elif tag == "fldSimple":
            self._field = next((value for key, value in attributes.items() if local(key) == "instr"), "")[:4_096]
            self._end_field()
        elif tag == "tbl":
            self._tables += 1
        elif tag == "txbxContent":
            self._outer.append(self._lines)
            self._lines = []

    def end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        tag = local(name)
        if tag == "t":
            self._in_text = False
        elif tag == "p":
            self._lines.append("\n")
            if not self._tables and not self._outer:
                self.flush()
        elif tag == "instrText":
            self._in_field = False
        elif tag == "tc":
            if self._lines and self._lines[-1] == "\n":
                self._lines[-1] = "\t"
        elif tag == "tr":
            self._lines.append("\n")
            if self._tables <= 1 and not self._outer:
                self.flush()
        elif tag == "tbl":
            self._tables -= 1
        elif tag == "txbxContent":
            self._boxes.append("".join(self._lines))
            self._lines = self._outer.pop()

    def text(self, data: str) -> None:
        if self._skipping:
            return
        if self._in_text:
            self._lines.append(data)
        elif self._in_field:
            self._field = (self._field + data)[:4_096]

    def flush(self) -> None:
        text = "".join(self._lines + self._boxes)
        self._lines.clear()
        self._boxes.clear()
        self._transcript.add(text)

    def _link(self, key: str) -> None:
        one = self._related.get(key)
        if one and one.outside and one.kind == "hyperlink":
            self._transcript.link(one.target)

    def _end_field(self) -> None:
        for target in FIELD_LINK.findall(self._field):
            self._transcript.link(target)
        self._field = ""
