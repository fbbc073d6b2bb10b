"""A sender's HTML as it may be looked at: no script, no picture, nothing from outside, links that lead nowhere but say
where they would have led. The only door of nh3.

It is shown in a sandboxed frame under ``headers.FRAMED`` besides; neither relies on the other.
"""

import re
from html import escape, unescape

import nh3

from harvester.message.links import link_to
from harvester.message.rough_html import is_too_deep

MOST_CHARS = 500_000
TAGS = frozenset(
    {
        "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd",
        "del", "dfn", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins",
        "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
    }
)  # fmt: skip
"""No img: a picture from outside tells the sender that we look. No style: it could paint words over others."""
SWALLOWED = frozenset({"script", "style", "title", "noscript", "template", "iframe", "object", "svg", "math", "select"})
ATTRIBUTES = {
    "a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start", "type"},
    "*": {"dir", "lang"},
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
_ANCHOR = re.compile(r'<a(?: (?:dir|lang)="[^"]*")*(?: href="([^"]*)")?(?: (?:dir|lang)="[^"]*")*>(.*?)</a>', re.DOTALL)
"""As nh3 writes them: never one within another, attributes always in double quotes."""


def safe(source: str) -> str | None:
    """None for HTML that only means to keep a browser busy."""
    source = source[:MOST_CHARS]
    if is_too_deep(source):
        return None
    cleaned = nh3.clean(
        source,
        tags=set(TAGS),
        clean_content_tags=set(SWALLOWED),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    return _ANCHOR.sub(_told, cleaned)


def _told(anchor: re.Match[str]) -> str:
    """The words of a link, and behind them the host that it leads to."""
    href, words = anchor[1], anchor[2]
    link = link_to(unescape(href), "html") if href else None
    if link is None:
        return f"<u>{words}</u>" if href else words
    return f"<u>{words}</u> <code>[{escape(link.host)}]</code>"
