"""The one door of selectolax: HTML of a mail -> readable text, its links, and what the HTML says is quoted.

One walk over the tree without recursion. What would make the parser quadratic is noticed first and read
flat (``rough_html``).
"""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.message.attribution import Sign, attribution_ending_at, header_block, plain, role
from harvester.message.elements import BLOCKS, LINES, SILENT, is_hidden
from harvester.message.marks import Here, Rest, mark_of
from harvester.message.page import Anchor, Page
from harvester.message.rough_html import is_too_deep, read_flat
from harvester.message.typesetting import Typesetter
from harvester.model import Segment, SegmentKind

__all__ = ["Anchor", "Page", "read_html"]


def read_html(source: str) -> Page:
    """The page of an HTML body. Never raises because the HTML is odd; linear in its length.

    ``Page.text`` has ``\\n`` line ends and no trailing ones; ``anchors`` are the spans of links' visible words
    (empty for a linked picture); ``marks`` say what a mail client marked as quoted, forwarded or signature.
    """
    source = source.replace("\x00", "")
    if is_too_deep(source):
        return read_flat(source)
    root = LexborHTMLParser(source).root
    if root is None:
        return Page("")
    return _Walk().over(root)


@dataclass(slots=True)
class _Open:
    """An element whose end we wait for."""

    tag: str
    breaks: int = 0
    anchor: tuple[int, str] | None = None
    mark: tuple[int, SegmentKind] | None = None
    plain_quote: tuple[int, int] | None = None  # a block quote without any mark: where and in which piece it begins
    verbatim: bool = False
    container: "_Container | None" = None


@dataclass(slots=True)
class _Container:
    """Gmail's ``div.gmail_quote``: what stands between its block quotes was typed by the writer."""

    start: int
    piece: int  # of the typesetter's pieces, the first one inside
    quotes: list[tuple[int, int]] = field(default_factory=list)


class _Walk:
    def __init__(self) -> None:
        self._out = Typesetter()
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
        if self._rest is not None and self._rest[0] < self._out.length:
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
        if tag is None or (tag[0] == "-" and tag != "-document") or tag == "!doctype" or tag in SILENT:
            return tag == "-document" and self._wait(None)
        attributes = node.attributes
        if tag == "br":
            self._out.add_break()
            return False
        if attributes and is_hidden(attributes):
            return False
        if tag not in BLOCKS and tag not in ("a", "td", "th") and not attributes:
            return self._wait(None)
        return self._wait(self._opened(node, tag, attributes))

    def _wait(self, opened: "_Open | None") -> bool:
        self._open.append(opened)
        return True

    def _opened(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> "_Open | None":
        out = self._out
        opened = _Open(tag)
        if tag in BLOCKS:
            word_paragraph = tag == "p" and (attributes.get("class") or "").startswith("Mso")
            opened.breaks = 1 if tag in LINES or word_paragraph else 2
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
            opened.container = _Container(here, len(self._out.pieces))
            self._containers.append(opened.container)
        elif isinstance(mark, Here):
            opened.mark = (here, mark.kind)
        elif isinstance(mark, Rest):
            self._rest = (here, mark.kind)
            self._marked += 1
            return
        elif tag == "blockquote" and (self._containers or _attributes(self._out.last_lines(), -1)):
            opened.mark = (here, SegmentKind.QUOTED)  # a plain block quote right below "On ... wrote:"
        elif tag == "blockquote":
            opened.plain_quote = (here, len(self._out.pieces))
        if opened.mark is not None:
            self._marked += 1

    def _leave(self) -> None:
        opened = self._open.pop()
        if opened is None:
            return
        out = self._out
        if opened.anchor is not None:
            start, href = opened.anchor
            self._anchors.append(Anchor(start, max(start, out.length), href))
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
        elif opened.plain_quote is not None and not self._marked:
            start, piece = opened.plain_quote
            if _is_announced("".join(out.pieces[piece : piece + 20])[:1_200].split("\n")[:9]):
                self._marks.append(Segment(SegmentKind.QUOTED, start, out.length))  # mail.ru: the line stands inside
        if opened.container is not None:
            self._containers.pop()
            self._close_container(opened.container)
        if opened.breaks:
            out.break_line(opened.breaks)

    def _close_container(self, container: _Container) -> None:
        """The attribution before the first block quote is quoted; without any, all of it is."""
        end = container.quotes[0][0] if container.quotes else self._out.length
        if end > container.start:
            words = "".join(self._out.pieces[container.piece : container.piece + 5])
            forwarded = words.lstrip().startswith("-----") and not container.quotes
            self._marks.append(
                Segment(SegmentKind.FORWARDED if forwarded else SegmentKind.QUOTED, container.start, end)
            )


def _attributes(rows: list[str], which: int) -> bool:
    """Is the first or last of these rows that holds words ``On ... wrote:``?"""
    lines = [line for line in map(plain, rows) if line]
    if not lines:
        return False
    return attribution_ending_at(lines, range(len(lines))[which])[1] is not Sign.NONE


def _is_announced(rows: list[str]) -> bool:
    """Does a block quote begin with ``On ... wrote:`` or a header block?"""
    lines = [line for line in map(plain, rows) if line]
    return _attributes(rows, 0) or any(role(line) and header_block(lines, n) for n, line in enumerate(lines[:2]))


def _in_order(marks: list[Segment]) -> tuple[Segment, ...]:
    """By place and without overlap; the outer mark wins."""
    kept: list[Segment] = []
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        if kept and mark.start < kept[-1].end:
            if mark.end <= kept[-1].end:
                continue
            kept.append(Segment(mark.kind, kept[-1].end, mark.end))
        else:
            kept.append(mark)
    return tuple(kept)
