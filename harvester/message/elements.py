"""How HTML elements are laid out as text, and which of them nobody sees.

Tables of the rendering rules of HTML (WHATWG, section 15.3), as far as plain text knows them.
"""

import re
from collections.abc import Mapping

PARAGRAPHS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "table", "pre", "hr"),
)
"""An empty line around them."""
LINES = frozenset(
    (
        "div", "tr", "li", "dt", "dd", "address", "article", "section", "header", "footer", "main", "aside", "nav",
        "form", "fieldset", "figure", "figcaption", "center", "body", "caption", "thead", "tbody", "tfoot", "details",
        "summary",
    )
)  # fmt: skip
"""A line of their own."""
BLOCKS = PARAGRAPHS | LINES
SILENT = frozenset(
    (
        "script", "style", "head", "title", "template", "object", "iframe", "svg", "noframes", "base", "link", "meta",
    )
)  # fmt: skip
"""Their words are not for reading."""
VOID = frozenset(
    ("br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "source", "embed", "param"),
)
"""They hold nothing and need no end tag."""
CLOSED_BY_THE_NEXT = frozenset(("p", "li", "td", "th", "tr", "thead", "tbody", "tfoot", "dt", "dd", "option"))
FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"),
)
"""The parser opens them again in the next block if they were not closed (section 13.2.4.3)."""

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|max-height\s*:\s*0(?:px|pt)?\s*(?:;|!|$)",
    re.IGNORECASE,
)


def is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Preview texts of newsletters, and words that only filters were meant to see."""
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style[:2_000]))
