"""What of a text did we write ourselves? The request and our acknowledgement, recognised by their words.

Words are compared, not characters: re-wrapped, re-quoted, with other quotes, emphasis or hyphens, it is
still ours. A run of seven words in our order is ours and is followed as far as it goes, over small
damage, but never over words that somebody put between ours: those are an answer.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from harvester.message.compared_words import Words, words_of
from harvester.message.wrappers import key_of

RUN = 7
"""So many words in our order are worth a look; they are ours if they are a sentence or line by themselves."""
SURE = 20
"""So many words in our order are no coincidence, whatever stands around them."""
GAP = 3
"""Words damaged on either side before a run ends."""
RESUME = 3
"""Words that must agree after damage."""
PLACES = 4
"""Where a run stands several times in our texts, so many places are tried."""
END = "\x00"

Span = tuple[int, int]

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_BREAK = re.compile(r"[\n.!?:;]")
_STOP = re.compile(r"[.!?:;][\s*_\"'”’)]|\n[ \t>|]*\n")
"""Between two words: the end of a sentence or paragraph."""
_OPENING = "*_\"'([<{«„“‘‚”’>|-•· \t"
_CLOSING = "*_\"')]>}»“”’.,;:!?…"
_QUOTED_NOTHING = re.compile(r"(?:\n[ \t]*[|>][|> \t]*(?=\n|\Z))+")
"""Lines that hold a quote mark and no word."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Words ``start`` to ``end`` of a text agree with ours from ``place`` to ``after``."""

    start: int
    end: int
    place: int
    after: int


@dataclass(frozen=True, slots=True)
class Ours:
    """What of a text is ours: spans in order, without overlap, punctuation around them included."""

    spans: Sequence[Span]
    quotes_request: bool  # some of it is the request, not only letters of ours


NOTHING = Ours((), False)


class KnownTexts:
    """Our own texts, indexed once; ``look`` is linear in the text it looks at.

    ``texts``: the request in all its versions; ``letters``: whatever else we wrote.
    """

    def __init__(self, texts: Sequence[str], letters: Sequence[str] = ()) -> None:
        self._urls: set[str] = set()
        self._addresses = {found.lower() for text in texts for found in _ADDRESS.findall(text)}
        self._said: list[str] = []
        self._begins: set[int] = set()  # places where a sentence or line of ours begins, or a text ends
        self._request_ends, self._request_urls = 0, frozenset[str]()
        for number, text in enumerate([*texts, *letters], 1):
            last = 0
            words = words_of(text, self._urls)
            for said, start, end in zip(words.said, words.starts, words.ends, strict=True):
                if last == 0 or _BREAK.search(text, last, start):
                    self._begins.add(len(self._said))
                last = end
                self._said.append(said)
                if said.startswith("//"):
                    self._urls.add(said)
            self._begins.add(len(self._said))
            self._said.append(END)
            if number == len(texts):
                self._request_ends, self._request_urls = len(self._said), frozenset(self._urls)
        self._lines = {self._line(row) for text in [*texts, *letters] for row in text.split("\n")} - {()}
        self._runs: dict[tuple[str, ...], list[int]] = {}
        self._vocabulary = frozenset(self._said) - {END}
        for at in range(len(self._said) - RUN + 1):
            run = tuple(self._said[at : at + RUN])
            if END not in run:
                places = self._runs.setdefault(run, [])
                if len(places) < PLACES:
                    places.append(at)

    def is_link(self, url: str) -> bool:
        """Is this one of the links or mail addresses that we gave, however wrapped?"""
        if url[:7].lower() == "mailto:":
            return url[7:].lower() in self._addresses
        return "//" + key_of(url) in self._urls

    def look(self, text: str) -> Ours:
        """What of ``text`` is ours."""
        if not self._said:
            return NOTHING
        words = words_of(text, self._urls)
        runs = self._believed(text, words, self._runs_in(words.said))
        quotes = any(run.place < self._request_ends for run in runs)
        ours = [False] * len(words.said)
        for run in runs:
            ours[run.start : run.end] = [True] * (run.end - run.start)
        if runs:
            self._whole_lines(text, words, ours)
        if not self._urls.isdisjoint(words.said):
            quotes = quotes or not self._request_urls.isdisjoint(words.said)
            ours = [one or said in self._urls for one, said in zip(ours, words.said, strict=True)]
        return Ours(_stretched(text, words, ours), quotes) if any(ours) else NOTHING

    def spans(self, text: str) -> list[Span]:
        return list(self.look(text).spans)

    def _line(self, row: str) -> tuple[str, ...]:
        return tuple(words_of(row, self._urls).said)

    def _runs_in(self, said: list[str]) -> list[_Run]:
        """Looked for from the end of each seven words: one that we never wrote rules out all that hold it."""
        runs: list[_Run] = []
        at = looked_at = 0
        while (end := at + RUN) <= len(said):
            for n in range(end - 1, max(at, looked_at) - 1, -1):
                if said[n] not in self._vocabulary:
                    at = n + 1
                    break
            else:
                looked_at = end
                places = self._runs.get(tuple(said[at:end]))
                if places:
                    runs.append(self._follow(said, at, places))
                    at = runs[-1].end
                else:
                    at += 1
        return runs

    def _follow(self, said: list[str], at: int, places: list[int]) -> _Run:
        """The longest run through here."""
        found = [
            _Run(at, end, place, after)
            for place in places
            for end, after in [self._forward(said, at + RUN, place + RUN)]
        ]
        return max(found, key=lambda run: run.end)

    def _believed(self, text: str, words: Words, runs: list[_Run]) -> list[_Run]:
        """Long runs, whole sentences and lines, and what goes on from these without a break.

        "We are sharing a single management team for one or more services" holds seven words of ours and is
        an answer.
        """
        sure = [
            run.end - run.start >= SURE or (self._opens(text, words, run) and self._closes(text, words, run))
            for run in runs
        ]
        for order in (range(1, len(runs)), range(len(runs) - 2, -1, -1)):
            step = -order.step
            for n in order:
                if not sure[n] and sure[n + step]:
                    before, after = sorted((n, n + step))
                    gap = runs[after].start - runs[before].end
                    sure[n] = gap <= GAP and not _STOP.search(
                        text, words.ends[runs[before].end - 1], words.starts[runs[after].start]
                    )
        return [run for run, is_sure in zip(runs, sure, strict=True) if is_sure]

    def _opens(self, text: str, words: Words, run: _Run) -> bool:
        """Does a sentence or paragraph of this text begin with the run? A mere line end only where one of ours does."""
        floor = words.ends[run.start - 1] if run.start else 0
        start = words.starts[run.start]
        return run.start == 0 or self._is_break(text, floor, start, run.place)

    def _closes(self, text: str, words: Words, run: _Run) -> bool:
        if run.end == len(words.said):
            return True
        return self._is_break(text, words.ends[run.end - 1], words.starts[run.end], run.after)

    def _is_break(self, text: str, start: int, end: int, place: int) -> bool:
        if _STOP.search(text, start, end):
            return True
        return place in self._begins and text.find("\n", start, end) >= 0

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

    def _whole_lines(self, text: str, words: Words, ours: list[bool]) -> None:
        """Short lines of ours (headings) count where more is ours; the shortest only between ours."""
        first, last = ours.index(True), len(ours) - 1 - ours[::-1].index(True)
        said, count = words.said, len(words.said)
        n = 0
        while n < count:
            stop = text.find("\n", words.ends[n])
            end = count if stop < 0 else bisect_left(words.starts, stop, n)
            short = end - n < RUN * 3 and (end - n >= RESUME or first < n < last)
            if short and not ours[n] and tuple(said[n:end]) in self._lines:
                ours[n:end] = [True] * (end - n)
            n = max(end, n + 1)


def _is_damage(word: str) -> bool:
    """What broken charsets and list numbers leave between words: a digit, one strange letter."""
    return word.isdigit() or len(word) == 1 or (len(word) <= 3 and not word.isascii())


def _stretched(text: str, words: Words, ours: list[bool]) -> list[Span]:
    """Runs of our words as spans of text, with list numbers, emphasis and punctuation around them."""
    spans: list[Span] = []
    count = len(ours)
    n = 0
    while True:
        try:
            first = ours.index(True, n)
        except ValueError:
            return spans
        try:
            n = ours.index(False, first)
        except ValueError:
            n = count
        start, end = words.starts[first], words.ends[n - 1]
        floor = words.ends[first - 1] if first else 0
        while start > floor and text[start - 1] in _OPENING:
            start -= 1
        ceiling = words.starts[n] if n < count else len(text)
        while end < ceiling and text[end] in _CLOSING:
            end += 1
        if marks := _QUOTED_NOTHING.match(text, end):
            end = marks.end()
        spans.append((start, end))
