"""Text that may be shown and stored: without control, direction and zero-width characters."""

import re
import unicodedata

BREAKS = "\r\n\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"
BLANKS = "".join(chr(n) for n in range(0x3001) if chr(n).isspace())
"""Everything that looks like an empty space."""

_TO_BLANK = dict.fromkeys(map(ord, BREAKS), " ")
_SUSPECT = re.compile(r"[^\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0600\u0900-\u1000\u3001-\ud7ff]")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """Without control (Cc), direction and zero-width (Cf) characters, surrogates and separators of lines."""
    if not _SUSPECT.search(text):
        return text
    return "".join(c for c in text if unicodedata.category(c) not in _HIDDEN)


def one_line(text: str) -> str:
    """One line of visible text: whatever breaks a line becomes a blank, trimmed at both ends."""
    return visible(text.translate(_TO_BLANK)).strip()


def storable(text: str) -> str:
    """A text with its lines kept: LF only, no NUL (PostgreSQL), no lone surrogate (UTF-8)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
