"""The one door of selectolax: HTML of a mail -> readable text, its links, and what the HTML says is quoted.

One walk over the tree without recursion. What would make the parser quadratic (tags nested by the
thousand, formatting never closed) is noticed first and read flat, tag by tag.
"""

import html
import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.message.attribution import Sign, attribution_ending_at, plain
from harvester.message.marks import Here, Rest, mark_of
from harvester.model import Segment, SegmentKind

MANY_TAGS = 1_000
DEEP = 20_000_000
"""Steps: the parser looks at every open element for each new one. About 0.1 s."""
REOPENED = 300_000
"""Formatting that was never closed is opened again in every paragraph: that many elements we allow."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})([^<>]{0,2000})>?")
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "table", "pre", "hr"))
_LINES = frozenset(
    (
        "div", "tr", "li", "dt", "dd", "address", "article", "section", "header", "footer", "main", "aside", "nav", "form",
        "fieldset", "figure", "figcaption", "center", "body", "caption", "thead", "tbody", "tfoot", "details", "summary",
    )
)  # fmt: skip
_BLOCKS = _PARAGRAPHS | _LINES
_SILENT = frozenset(("script", "style", "head", "title", "template", "object", "iframe", "svg", "noframes", "base", "link", "meta"))
_VOID = frozenset(("br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "source", "embed", "param"))
_CLOSED_BY_THE_NEXT = frozenset(("p", "li", "td", "th", "tr", "thead", "tbody", "tfoot", "dt", "dd", "option"))
_FORMATTING = frozenset(("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"))
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|max-height\s*:\s*0(?:px|pt)?\s*(?:;|!|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: the span of its visible words in the page's text, and where it leads."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Page:
    """Readable text; ``anchors`` and ``marks`` are spans of it in order, marks do not overlap."""

    text: str
    anchors: tuple[Anchor, ...] = ()
    marks: tuple[Segment, ...] = ()


def read_html(source: str) -> Page:
    """Never raises because the HTML is odd; linear in its length."""
    source = source.replace("\x00", "")
    if source.count("<") > MANY_TAGS and _is_too_deep(source):
        return _flat(source)
    root = LexborHTMLParser(source).root
    if root is None:
        return Page("")
    return _Walk().over(root)


class _Writer:
    """Collects text; breaks and blanks are written only when more words come."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self._breaks = 0  # line ends owed before the next words
        self._blank = False
        self._lead = ""

    def break_line(self, at_least: int) -> None:
        if self.length:
            self._breaks = max(self._breaks, at_least)
        self._blank = False

    def add_break(self) -> None:
        """``<br>`` always counts; more than one empty line is never written."""
        if self.length:
            self._breaks = min(self._breaks + 1, 2)
        self._blank = False

    def blank(self) -> None:
        self._blank = True

    def lead(self, mark: str) -> None:
        """Written before the next words: bullets, cells."""
        self._lead = mark

    @property
    def line_is_open(self) -> bool:
        return self.length > 0 and self._breaks == 0

    @property
    def here(self) -> int:
        """Where the next words will begin."""
        blank = 1 if self._blank and self.line_is_open and not self._lead else 0
        return self.length + self._breaks + blank + len(self._lead)

    def put(self, words: str) -> None:
        if self._breaks:
            words = "\n" * self._breaks + self._lead + words
        elif self._lead:
            words = self._lead + words
        elif self._blank and self.length:
            words = " " + words
        self._breaks, self._blank, self._lead = 0, False, ""
        self.pieces.append(words)
        self.length += len(words)

    def words(self, data: str) -> None:
        """Text with its white space collapsed (CSS Text 3, section 4.1.1); no-break spaces too."""
        words = data.split()
        if not words:
            if "\xa0" in data and not self.line_is_open and self._breaks == 1:
                self._breaks = 2  # <p>&nbsp;</p>: how Word writes an empty line
            else:
                self._blank = True
            return
        if data[0].isspace():
            self._blank = True
        self.put(" ".join(words))
        if data[-1].isspace():
            self._blank = True

    def verbatim(self, data: str) -> None:
        for n, line in enumerate(data.replace("\r\n", "\n").split("\n")):
            if n:
                self.add_break()
            if line.strip():
                self.put(line.rstrip())

    def last_lines(self) -> list[str]:
        tail = "".join(self.pieces[-12:])[-1_200:]
        return [plain(line) for line in tail.split("\n")[-3:]]


@dataclass(slots=True)
class _Open:
    """An element whose end we wait for."""

    tag: str
    breaks: int = 0
    anchor: tuple[int, str] | None = None
    mark: tuple[int, SegmentKind] | None = None
    verbatim: bool = False
    container: "_Container | None" = None


@dataclass(slots=True)
class _Container:
    """Gmail's ``div.gmail_quote``: what stands between its block quotes was typed by the writer."""

    start: int
    quotes: list[tuple[int, int]] = field(default_factory=list)


class _Walk:
    def __init__(self) -> None:
        self._out = _Writer()
        self._anchors: list[Anchor] = []
        self._marks: list[Segment] = []
        self._open: list[_Open | None] = []  # None: an element without consequence
        self._verbatim = 0
        self._marked = 0  # open elements that mark all their words
        self._rest: tuple[int, SegmentKind] | None = None  # a mark that covers all that follows
        self._containers: list[_Container] = []
        self._numbers: list[int | None] = []  # of the open lists; None: bullets

    def over(self, root: LexborNode) -> Page:
        node: LexborNode | None = root
        depth = 0
        while node is not None:
            down = self._enter(node)
            child = node.child if down else None
            if child is not None:
                node, depth = child, depth + 1
                continue
            if down:
                self._leave()
            following = node.next
            while following is None and depth > 0:
                node, depth = node.parent, depth - 1
                self._leave()
                if node is None:
                    break
                following = node.next
            node = following if depth > 0 else None
        while self._open:
            self._leave()
        if self._rest is not None:
            start, kind = self._rest
            self._marks.append(Segment(kind, start, self._out.length))
        return Page("".join(self._out.pieces), tuple(self._anchors), _in_order(self._marks))

    def _enter(self, node: LexborNode) -> bool:
        """True if the node's children are to be read; then ``_leave`` is called after them."""
        tag = node.tag
        if tag == "-text":
            data = node.text_content or ""
            if self._verbatim:
                self._out.verbatim(data)
            else:
                self._out.words(data)
            return False
        if tag is None or tag[0] == "-" and tag != "-document" or tag == "!doctype" or tag in _SILENT:
            return tag == "-document" and self._wait(None)
        attributes = node.attributes
        if tag == "br":
            self._out.add_break()
            return False
        if attributes and _is_hidden(attributes):
            return False
        if tag not in _BLOCKS and tag not in ("a", "td", "th") and not attributes:
            return self._wait(None)
        return self._wait(self._opened(node, tag, attributes))

    def _wait(self, opened: "_Open | None") -> bool:
        self._open.append(opened)
        return True

    def _opened(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> "_Open | None":
        out = self._out
        opened = _Open(tag)
        if tag in _BLOCKS:
            word_paragraph = tag == "p" and (attributes.get("class") or "").startswith("Mso")
            opened.breaks = 1 if tag in _LINES or word_paragraph else 2
            out.break_line(1 if word_paragraph else opened.breaks)
            self._list(tag, attributes)
            if tag == "pre":
                opened.verbatim = True
                self._verbatim += 1
        elif tag in ("td", "th"):
            if out.line_is_open:
                out.lead("\t")
        elif tag == "a":
            href = (attributes.get("href") or "").strip()
            if href:
                opened.anchor = (out.here, "".join(href.split()))
        if not self._marked:
            self._mark(node, tag, attributes, opened)
        return opened

    def _list(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in ("ul", "ol"):
            self._numbers.append(None if tag == "ul" else 0)
        elif tag == "li":
            number = self._numbers[-1] if self._numbers else None
            if number is None:
                self._out.lead("- ")
            else:
                self._numbers[-1] = number + 1
                self._out.lead(f"{number + 1}. ")

    def _mark(self, node: LexborNode, tag: str, attributes: dict[str, str | None], opened: "_Open") -> None:
        here = self._out.length
        mark = mark_of(tag, attributes, node)
        if isinstance(mark, Here) and mark.answers_between and tag == "div":
            opened.container = _Container(here)
            self._containers.append(opened.container)
        elif isinstance(mark, Here):
            opened.mark = (here, mark.kind)
        elif isinstance(mark, Rest):
            self._rest = (here, mark.kind)
            self._marked += 1
            return
        elif tag == "blockquote" and (self._containers or self._announced()):
            opened.mark = (here, SegmentKind.QUOTED)
        if opened.mark is not None:
            self._marked += 1

    def _announced(self) -> bool:
        """A plain block quote is a mail quote right below ``On ... wrote:``."""
        lines = [line for line in self._out.last_lines() if line]
        return bool(lines) and attribution_ending_at(lines, len(lines) - 1)[1] is not Sign.NONE

    def _leave(self) -> None:
        opened = self._open.pop()
        if opened is None:
            return
        out = self._out
        if opened.anchor is not None:
            start, href = opened.anchor
            self._anchors.append(Anchor(min(start, out.length), out.length, href))
        if opened.verbatim:
            self._verbatim -= 1
        if opened.tag in ("ul", "ol") and self._numbers:
            self._numbers.pop()
        if opened.mark is not None:
            self._marked -= 1
            start, kind = opened.mark
            if out.length > start:
                if self._containers and opened.tag == "blockquote":
                    self._containers[-1].quotes.append((start, out.length))
                self._marks.append(Segment(kind, start, out.length))
        if opened.container is not None:
            self._containers.pop()
            self._close_container(opened.container)
        if opened.breaks:
            out.break_line(opened.breaks)

    def _close_container(self, container: _Container) -> None:
        """The attribution before the first block quote is quoted; without any, all of it is."""
        end = container.quotes[0][0] if container.quotes else self._out.length
        if end > container.start:
            text = "".join(self._out.pieces)[container.start : container.start + 200]
            forwarded = text.lstrip("\n\t ").startswith("-----") and not container.quotes
            self._marks.append(
                Segment(SegmentKind.FORWARDED if forwarded else SegmentKind.QUOTED, container.start, end)
            )


def _in_order(marks: list[Segment]) -> tuple[Segment, ...]:
    """By place and without overlap; the outer mark wins."""
    kept: list[Segment] = []
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        if kept and mark.start < kept[-1].end:
            if mark.end <= kept[-1].end:
                continue
            mark = Segment(mark.kind, kept[-1].end, mark.end)
        kept.append(mark)
    return tuple(kept)


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style[:2_000]))


def _is_too_deep(source: str) -> bool:
    """Would the parser need more than linear time or memory?"""
    depth = formatting = steps = reopened = 0
    for closing, name, rest in _TAG.findall(source):
        tag = name.lower()
        if tag in _VOID or rest.endswith("/"):
            continue
        if tag in _FORMATTING:
            formatting = max(0, formatting - 1) if closing else formatting + 1
        elif not closing:
            reopened += formatting
        if tag not in _CLOSED_BY_THE_NEXT:
            depth = max(0, depth - 1) if closing else depth + 1
            steps += depth
        if steps > DEEP or reopened > REOPENED:
            return True
    return False


def _flat(source: str) -> Page:
    """Words without structure: tags become blanks and line ends."""
    out = _Writer()
    anchors: list[Anchor] = []
    silent = ""
    at = 0
    for tag in _TAG.finditer(source):
        name = tag[2].lower()
        if not silent:
            out.words(html.unescape(source[at : tag.start()]))
        at = tag.end()
        if silent:
            if tag[1] and name == silent:
                silent = ""
        elif name in _SILENT and not tag[1] and name not in _VOID:
            silent = name
        elif name in _BLOCKS or name == "br":
            out.break_line(1)
        elif name == "a" and not tag[1]:
            href = re.search(r"href\s*=\s*[\"']?([^\"'\s>]{1,2000})", tag[3])
            if href:
                anchors.append(Anchor(out.length, out.length, html.unescape(href[1])))
    if not silent:
        out.words(html.unescape(source[at:]))
    return Page("".join(out.pieces), tuple(anchors))
