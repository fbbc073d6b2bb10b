"""The bodies of a mail -> one text for people, with what HTML knows about it: links and quotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harvester.message.clean import storable
from harvester.message.html import read_html
from harvester.message.page import Anchor, Page
from harvester.message.parts import Body
from harvester.model import Limits, Segment

FEW_WORDS = 0.5
"""HTML with less than this share of the plain text's words is not the mail but its wrapping."""

ROOM = {"text/plain": 10, "text/html": 20}
"""So many times what is classified is read of all bodies of a kind: quotes are long and HTML is wordy, but the time
to tell whose words are whose grows with the text, and a mail of 38 MB of words would not end in time."""

LINES = 50_000
"""So many lines are looked at one by one, to see who says what."""

_PICTURE = re.compile(r"data:[^\s\"'<>,]{0,200},[A-Za-z0-9+/=%_-]*")
"""A file written into the HTML itself (RFC 2397); no words."""


@dataclass(frozen=True, slots=True)
class Readable:
    """The mail's readable text, and what HTML adds to it."""

    text: str = ""
    anchors: tuple[Anchor, ...] = ()
    marks: tuple[Segment, ...] = ()
    cut: bool = False  # there was more than there is room for


def readable(bodies: Sequence[Body], limits: Limits) -> Readable:
    """The bodies one below the other; of alternatives the one that says most."""
    bodies, cut = _bounded(bodies, limits)
    pages: list[Page] = []
    done: set[int] = set()
    for body in bodies:
        if body.alternative is None:
            pages.append(_page(body))
        elif body.alternative not in done:
            done.add(body.alternative)
            pages += _chosen([other for other in bodies if other.alternative == body.alternative])
    text, anchors, marks = "", [], []
    lines = LINES
    for whole in pages:
        if not whole.text.strip():
            continue
        page, shortened = _in_lines(whole, lines)
        lines -= page.text.count("\n")
        cut = cut or shortened
        at = len(text) + 2 if text else 0
        text = f"{text}\n\n{page.text}" if text else page.text
        anchors += [Anchor(a.start + at, a.end + at, a.href) for a in page.anchors]
        marks += [Segment(m.kind, m.start + at, m.end + at) for m in page.marks]
    return Readable(text, tuple(anchors), tuple(marks), cut)


def _bounded(bodies: Sequence[Body], limits: Limits) -> tuple[list[Body], bool]:
    """The bodies as far as there is room for them, and whether something was left out."""
    left = {kind: times * limits.classified_chars for kind, times in ROOM.items()}
    found: list[Body] = []
    cut = False
    for body in bodies:
        kind = "text/html" if body.media_type == "text/html" else "text/plain"
        text = body.text
        if kind == "text/html" and len(text) > left[kind]:
            text = _PICTURE.sub("data:,", text)
        cut = cut or len(text) > left[kind]
        text = text[: left[kind]]
        left[kind] -= len(text)
        found.append(replace(body, text=text))
    return found, cut


def _in_lines(page: Page, most: int) -> tuple[Page, bool]:
    """The page's first lines, and whether something was left out."""
    if page.text.count("\n") < most:
        return page, False
    end = len("\n".join(page.text.split("\n", most)[:most]))
    anchors = tuple(anchor for anchor in page.anchors if anchor.end <= end)
    marks = tuple(replace(mark, end=min(mark.end, end)) for mark in page.marks if mark.start < end)
    return Page(page.text[:end], anchors, marks), True


def _chosen(bodies: Sequence[Body]) -> list[Page]:
    """HTML knows what is quoted and where links lead; unless it holds less than the plain text."""
    html = [_page(body) for body in bodies if body.media_type == "text/html"]
    plain = [_page(body) for body in bodies if body.media_type != "text/html"]
    if html and _words(html) >= FEW_WORDS * _words(plain):
        return html
    return plain or html


def _words(pages: Sequence[Page]) -> int:
    return sum(len(page.text.split()) for page in pages)


def _page(body: Body) -> Page:
    if body.media_type == "text/html":
        page = read_html(storable(body.text))
        return page if page.text.strip() else Page("")
    return Page(storable(body.text).strip("\n"))
