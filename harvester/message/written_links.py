"""Links as they stand written out in text. The one door of linkify-it-py.

linkify costs milliseconds, so it sees only the words that a cheap test picks, and only so many of them.
Addresses that a mail program broke over line ends are put together first.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

LONGEST = 8_000
"""Characters; a longer unbroken run is no address."""
TRIES = 20_000
"""So many words of one text may look like a link; hostile text has more."""
WRAPS_FROM = 60
"""Mail programs break lines no shorter than this."""
ROWS = 6
"""An address is broken over so many lines at most."""

Span = tuple[int, int]

_APART = r"\s<>\"«»“”„、。，「」『』（）|\u200b\u200e\u200f\u2060\ufeff"
_SIGN = rf"(?:://[^{_APART}/]|:(?<=mailto:)|\.(?<=www\.)\w|\.(?<=[a-z]\.)[a-z]{{2,24}}/)"  # looked for at : and . only
_PROMISING = re.compile(_SIGN, re.IGNORECASE)
_WORD = re.compile(rf"(?<![^{_APART}])(?=[^{_APART}]*?{_SIGN})[^{_APART}]+", re.IGNORECASE)
"""A word that looks like a link. Words that do not are none of Python's business: there are hundreds in a mail."""
_HELD = re.compile(r"<\s*(?:URL:)?\s*(https?://[^<>\s]{1,400}\r?\n[^<>]{1,2000})>", re.IGNORECASE)
"""RFC 3986, appendix C: ``<`` and ``>`` hold an address together over line ends."""
_AT_LINE_END = re.compile(r"(?<!\S)[(\[*]{0,2}((?:https?://|www\.)[^\s<>\"]{12,4000})(?=[ \t\r]{0,2}\n)", re.IGNORECASE)
_NEXT_ROW = re.compile(r"[ \t\r]{0,2}\n([^\s<>\"]{1,400})([^\n]{0,2})")
_GOES_ON = re.compile(r"[?=&%]|/.*/|\.(?:html?|aspx?|php|pdf|docx?|xlsx?|jsp)$", re.IGNORECASE)


def written(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, str]]:
    """(place, address) of the links written out in these spans of ``text``.

    An address stands in the text letter by letter, but for the line ends it was broken at. Trailing
    punctuation and brackets around it are not part of it. ``www.town.example``, ``town.example/report`` and
    ``mailto:anna@town.example`` are addresses; ``town.example`` and ``anna@town.example`` are only names.
    """
    tries = 0
    for start, end in spans:
        if not _PROMISING.search(text, start, end):
            continue
        skip = start
        broken = iter(sorted(_broken(text, start, end)))
        next_broken = next(broken, None)
        for word in _WORD.finditer(text[start:end]):
            at, stop = start + word.start(), start + word.end()
            while next_broken is not None and next_broken[0] < stop:
                skip = next_broken[1]
                for _, address in _in_word(next_broken[2]):
                    yield next_broken[0], address
                    break
                next_broken = next(broken, None)
            if at < skip or stop - at > LONGEST:
                continue
            tries += 1
            if tries > TRIES:
                return
            for place, address in _in_word(word[0]):
                yield at + place, address


def _broken(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """(start, end, address) of those that line ends have cut."""
    done = start
    for match in _HELD.finditer(text, start, end):
        rows = [row.strip("> \t\r") for row in match[1].split("\n")]
        if len(rows) <= ROWS and all(rows) and not any(" " in row for row in rows):
            yield match.start(), match.end(), "".join(rows)
            done = match.end()
    for match in _AT_LINE_END.finditer(text, start, end):
        if match.start() < done:
            continue
        address, at = match[1], match.end()
        wide = at - (text.rfind("\n", start, match.start()) + 1) >= WRAPS_FROM
        for _ in range(ROWS):
            row = _NEXT_ROW.match(text, at, end) if wide else None
            if row is None or not _continues(row[1], row[2].strip() == ""):
                break
            address, at = address + row[1], row.end(1)
            wide = len(row[1]) >= WRAPS_FROM and row[2].strip() == ""
        if at > match.end():
            yield match.start(1), at, address
            done = at


def _continues(row: str, alone: bool) -> bool:
    """May this be the rest of the address above? Not the next address, not a word of the next sentence."""
    if _PROMISING.search(row[:12]):
        return False
    return bool(_GOES_ON.search(row.rstrip(".,;)"))) or (alone and re.search(r"[/_\d-]", row) is not None)


@lru_cache(maxsize=500)  # most replies hold the same few: the request's, the authority's own
def _in_word(word: str) -> Sequence[tuple[int, str]]:
    found = []
    for match in _linkify().match(word) or ():
        address = _trimmed(match.raw)
        if match.schema == "" and "/" not in address and address[:4].lower() != "www.":
            continue  # "services.No charges" is no address in Norway
        if match.schema == "mailto:" and address[:7].lower() != "mailto:":
            continue  # a mail address is a name, not a place to look at; bounces are full of them
        found.append((match.index, address))
    return tuple(found)  # it is remembered, so nobody may change it


def _trimmed(address: str) -> str:
    """Without the emphasis and punctuation that stands right behind it."""
    return address.rstrip("*…’'.,;:!?")


@cache
def _linkify() -> Any:
    from linkify_it import LinkifyIt
    from linkify_it.tlds import TLDS

    # .example (RFC 2606) stands in every document that shows how something is done
    return LinkifyIt().tlds([*TLDS, "example"])
