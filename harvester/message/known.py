"""What of a text did we write ourselves? The request and our acknowledgement, recognised by their words.

Words are compared, not characters: re-wrapped, re-quoted, with other quotes, emphasis or hyphens, it is
still ours. A run of seven words in our order is ours and is followed as far as it goes, over small
damage, but never over words that somebody put between ours: those are an answer.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from harvester.message.wrappers import key_of

RUN = 7
"""So many words in our order are no coincidence."""
GAP = 3
"""Words damaged on either side before a run ends."""
RESUME = 3
"""Words that must agree after damage."""
PLACES = 4
"""Where a run stands several times in our texts, so many places are tried."""
END = "\x00"

Span = tuple[int, int]

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = re.compile(
    r"(?P<url>(?:https?://|www\.)[^\s<>\"']+)"
    r"|=[0-9A-F]{2}"  # left over of quoted-printable
    rf"|[^\W_]+(?:(?:[{_INVISIBLE}]+|=\r?\n)[^\W_]+)*",
    re.IGNORECASE,
)
_NEXT_ROW = re.compile(r"=?\r?\n[ \t>|]{0,40}([^\s<>\"']{1,400})")
_UNSEEN = re.compile(rf"[{_INVISIBLE}]+|=\r?\n")
_OPENING = "*_\"'([<{«„“‘‚”’>|-•· \t"
_CLOSING = "*_\"')]>}»“”’.,;:!?…"


@dataclass(frozen=True, slots=True)
class _Word:
    said: str  # normalised
    start: int
    end: int


class KnownTexts:
    """Our own texts, indexed once; ``spans`` is linear in the text it looks at."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._urls: set[str] = set()
        self._said: list[str] = []
        for text in texts:
            for word in self._words(text):
                self._said.append(word.said)
                if word.said.startswith("//"):
                    self._urls.add(word.said)
            self._said.append(END)
        self._lines = {self._line(row) for text in texts for row in text.split("\n")} - {()}
        self._runs: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(self._said) - RUN + 1):
            run = tuple(self._said[at : at + RUN])
            if END not in run:
                places = self._runs.setdefault(run, [])
                if len(places) < PLACES:
                    places.append(at)

    def quoted(self, text: str) -> bool:
        """Is any of this text ours?"""
        return bool(self.spans(text))

    def is_link(self, url: str) -> bool:
        """Is this one of the links that we gave, however wrapped?"""
        return "//" + key_of(url) in self._urls

    def spans(self, text: str) -> list[Span]:
        """What of ``text`` is ours, in order, without overlap; punctuation around it included."""
        if not self._said:
            return []
        words = self._words(text)
        ours = self._ours(words)
        if any(ours):
            self._whole_lines(text, words, ours)
        for n, word in enumerate(words):
            if word.said in self._urls:
                ours[n] = True
        return _stretched(text, words, ours)

    def _words(self, text: str) -> list[_Word]:
        words: list[_Word] = []
        resume = 0
        for match in _WORD.finditer(text):
            start, end = match.span()
            if start < resume:
                continue
            found = match[0]
            if match["url"]:
                said, end = self._link(text, found, start)
                resume = end
                words.append(_Word(said, start, end))
            elif found[0] != "=":
                words.append(_Word(_normal(found), start, end))
        return words

    def _link(self, text: str, found: str, start: int) -> tuple[str, int]:
        """A link is one word. One of ours that was broken over lines is put together again."""
        cut = found.rstrip(".,;:!?)]*_|’”")
        said, end = "//" + key_of(cut), start + len(cut)
        if said in self._urls:
            return said, end
        begun = "//" + found.partition("//")[2].removeprefix("www.").removesuffix("=")
        for ours in self._urls:
            if len(begun) > 20 and ours.startswith(begun):
                rest, at = ours[len(begun) :], start + len(found)
                for _ in range(4):
                    piece = _NEXT_ROW.match(text, at)
                    if piece is None or not (rest.startswith(piece[1]) or piece[1].startswith(rest)):
                        break
                    at = piece.start(1) + min(len(piece[1]), len(rest))
                    rest = rest[len(piece[1]) :]
                    if not rest:
                        return ours, at
        return said, end

    def _line(self, row: str) -> tuple[str, ...]:
        return tuple(word.said for word in self._words(row))

    def _ours(self, words: list[_Word]) -> list[bool]:
        said = [word.said for word in words]
        ours = [False] * len(words)
        at = 0
        expected: int | None = None  # where our text goes on after the last run
        while at < len(said):
            places = self._runs.get(tuple(said[at : at + RUN]))
            if places:
                start, end, expected = self._follow(said, at, places, expected)
                ours[start:end] = [True] * (end - start)
                at = max(end, at + 1)
            else:
                at += 1
        return ours

    def _follow(self, said: list[str], at: int, places: list[int], expected: int | None) -> tuple[int, int, int]:
        """(first word, end, place after it in our text) of the longest run through here."""
        best: tuple[int, int, int] | None = None
        for place in places:
            end, after = self._forward(said, at + RUN, place + RUN)
            if best is None or end - at > best[1] - best[0] or (end - at == best[1] - best[0] and place == expected):
                best = (at, end, after)
        assert best is not None
        return best

    def _forward(self, said: list[str], at: int, place: int) -> tuple[int, int]:
        ours = self._said
        while at < len(said):
            if ours[place] == said[at]:
                at, place = at + 1, place + 1
                continue
            step = self._over_damage(said, at, place)
            if step is None:
                break
            at, place = at + step[0], place + step[1]
        return at, place

    def _over_damage(self, said: list[str], at: int, place: int) -> tuple[int, int] | None:
        """How many words to step over on either side until both agree again."""
        ours = self._said
        for lost in range(GAP + 1):
            if END in ours[place : place + lost]:
                return None
            goal = ours[place + lost : place + lost + RESUME]
            if len(goal) < RESUME and END not in goal:
                return None
            for put in range(GAP + 1):
                if put == lost == 0 or said[at + put : at + put + RESUME] != goal:
                    continue
                if lost == 0 and not all(_is_damage(word) for word in said[at : at + put]):
                    continue  # words between ours: an answer
                if put > lost + 1:
                    continue
                return put, lost
        return None

    def _whole_lines(self, text: str, words: list[_Word], ours: list[bool]) -> None:
        """Short lines of ours (headings) count where more is ours; the shortest only between ours."""
        first, last = ours.index(True), len(ours) - 1 - ours[::-1].index(True)
        n = 0
        while n < len(words):
            stop = text.find("\n", words[n].end)
            stop = len(text) if stop < 0 else stop
            end = n
            while end < len(words) and words[end].start < stop:
                end += 1
            if not ours[n] and end - n < RUN * 3 and (end - n >= RESUME or first < n < last):
                if tuple(word.said for word in words[n:end]) in self._lines:
                    ours[n:end] = [True] * (end - n)
            n = max(end, n + 1)


def _normal(word: str) -> str:
    if word.isascii() and "\n" not in word:
        return word.lower()
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", word)).casefold()


def _is_damage(word: str) -> bool:
    """What broken charsets and list numbers leave between words: a digit, one strange letter."""
    return word.isdigit() or len(word) == 1 or (len(word) <= 3 and not word.isascii())


def _stretched(text: str, words: list[_Word], ours: list[bool]) -> list[Span]:
    """Runs of our words as spans of text, with list numbers, emphasis and punctuation around them."""
    spans: list[Span] = []
    n = 0
    while n < len(words):
        if not ours[n]:
            n += 1
            continue
        first = n
        while n < len(words) and ours[n]:
            n += 1
        start, end = words[first].start, words[n - 1].end
        floor = words[first - 1].end if first else 0
        while start > floor and text[start - 1] in _OPENING:
            start -= 1
        ceiling = words[n].start if n < len(words) else len(text)
        while end < ceiling and text[end] in _CLOSING:
            end += 1
        spans.append((start, end))
    return spans
