"""HTML that would make the parser slow, read tag by tag instead: words, line ends and links, no structure.

Tags nested by the thousand and formatting that is never closed cost a real parser the square of their number.
"""

import html
import re
from collections import Counter

from harvester.message.elements import BLOCKS, CLOSED_BY_THE_NEXT, FORMATTING, SILENT, VOID
from harvester.message.page import Anchor, Page
from harvester.message.typesetting import Typesetter

MANY_TAGS = 1_000
DEEP = 20_000_000
"""Steps: the parser looks at every open element for each new one. About 0.1 s."""
REOPENED = 300_000
"""Formatting that was never closed is opened again in every paragraph: that many elements we allow."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})([^<>]{0,2000})>?")
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'\s>]{1,2000})", re.IGNORECASE)


def is_too_deep(source: str) -> bool:
    """Would the parser need more than linear time or memory?

    Counts what stays open. An end tag without its start tag closes nothing; a slash before ``>`` neither
    (WHATWG HTML, section 13.2.6).
    """
    if source.count("<") <= MANY_TAGS:
        return False
    still_open: Counter[str] = Counter()
    depth = formatting = steps = reopened = 0
    for closing, name, _ in _TAG.findall(source):
        tag = name.lower()
        if tag in VOID or tag in CLOSED_BY_THE_NEXT:
            reopened += formatting
        elif not closing:
            still_open[tag] += 1
            depth += 1
            if tag in FORMATTING:
                formatting += 1
            else:
                reopened += formatting
        elif still_open[tag]:
            still_open[tag] -= 1
            depth -= 1
            formatting -= tag in FORMATTING
        steps += depth
        if steps > DEEP or reopened > REOPENED:
            return True
    return False


def read_flat(source: str) -> Page:
    """Words without structure: tags become blanks and line ends."""
    out = Typesetter()
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
        elif name in SILENT and not tag[1] and name not in VOID:
            silent = name
        elif name in BLOCKS or name == "br":
            out.break_line(1)
        elif name == "a" and not tag[1]:
            href = _HREF.search(tag[3])
            if href:
                anchors.append(Anchor(out.length, out.length, html.unescape(href[1])))
    if not silent:
        out.words(html.unescape(source[at:]))
    return Page("".join(out.pieces), tuple(anchors))
