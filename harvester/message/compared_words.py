"""The words of a text as they are compared: small letters, no emphasis, a link as one word.

What mail programs do to words on their way is undone here: soft hyphens, left-overs of quoted-printable, links
broken over lines.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from harvester.message.wrappers import key_of

BEGUN = 10
"""So many characters of a link of ours must stand before the line end that broke it."""
ROWS = 8
"""A link of ours is broken over so many lines at most."""
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = re.compile(
    r"(?P<url>(?:https?://|www\.)[^\s<>\"']+)"
    r"|=[0-9A-F]{2}"  # left over of quoted-printable
    rf"|[^\W_]+(?:(?:[{_INVISIBLE}]+|=\r?\n)[^\W_]+)*",
    re.IGNORECASE,
)
_NEXT_ROW = re.compile(r"=?\r?\n[ \t>|]{0,40}([^\s<>\"']{1,400})")
_UNSEEN = re.compile(rf"[{_INVISIBLE}]+|=\r?\n")


@dataclass(slots=True)
class Words:
    """``text[starts[n]:ends[n]]`` is compared as ``said[n]``; links begin with ``//``. Three lists, since a value of
    its own for each word of each mail would cost more than finding it."""

    said: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def words_of(text: str, links: Collection[str] = ()) -> Words:
    """The words of ``text`` in order. ``links``: known ones, put together again where line ends broke them."""
    words = Words()
    put_said, put_start, put_end = words.said.append, words.starts.append, words.ends.append
    resume = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        if start < resume:
            continue
        found = match[0]
        if match.lastindex:  # a link
            said, end = _link(text, found, start, links)
            resume = end
        elif found.isalnum() and found.isascii():
            said = found.lower()
        elif found[0] == "=":
            continue
        else:
            said = _normal(found)
        put_said(said)
        put_start(start)
        put_end(end)
    return words


def _link(text: str, found: str, start: int, links: Collection[str]) -> tuple[str, int]:
    """(how it is compared, where it ends)"""
    cut = found.rstrip(".,;:!?)]*_|’”")
    said, end = "//" + key_of(cut), start + len(cut)
    if said in links:
        return said, end
    begun = "//" + found.rpartition("://")[2].removeprefix("www.").removesuffix("=")
    for known in links:
        if len(begun) >= BEGUN and known.startswith(begun):
            rest, at = known[len(begun) :], start + len(found)
            for _ in range(ROWS):
                piece = _NEXT_ROW.match(text, at)
                if piece is None or not (rest.startswith(piece[1]) or piece[1].startswith(rest)):
                    break
                at = piece.start(1) + min(len(piece[1]), len(rest))
                rest = rest[len(piece[1]) :]
                if not rest:
                    return known, at
    return said, end


def _normal(word: str) -> str:
    if word.isascii() and "\n" not in word:
        return word.lower()
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", word)).casefold()
