"""What of a text did we write ourselves? The request and our acknowledgement, recognised by their words.

Words are compared, not characters: re-wrapped, re-quoted, with other quotes, emphasis or hyphens, it is
still ours. A run of seven words in our order is ours and is followed as far as it goes, over small
damage, but never over words that somebody put between ours: those are an answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harvester.message.compared_words import Word, words_of
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


class KnownTexts:
    """Our own texts, indexed once; ``spans`` is linear in the text it looks at."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._urls: set[str] = set()
        self._addresses = {found.lower() for text in texts for found in _ADDRESS.findall(text)}
        self._said: list[str] = []
        self._begins: set[int] = set()  # places where a sentence or line of ours begins, or a text ends
        for text in texts:
            last = 0
            for word in words_of(text, self._urls):
                if last == 0 or _BREAK.search(text, last, word.start):
                    self._begins.add(len(self._said))
                last = word.end
                self._said.append(word.said)
                if word.said.startswith("//"):
                    self._urls.add(word.said)
            self._begins.add(len(self._said))
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
        """Is this one of the links or mail addresses that we gave, however wrapped?"""
        if url[:7].lower() == "mailto:":
            return url[7:].lower() in self._addresses
        return "//" + key_of(url) in self._urls

    def spans(self, text: str) -> list[Span]:
        """What of ``text`` is ours, in order, without overlap; punctuation around it included."""
        if not self._said:
            return []
        words = words_of(text, self._urls)
        ours = self._ours(text, words)
        if any(ours):
            self._whole_lines(text, words, ours)
        for n, word in enumerate(words):
            if word.said in self._urls:
                ours[n] = True
        return _stretched(text, words, ours)

    def _line(self, row: str) -> tuple[str, ...]:
        return tuple(word.said for word in words_of(row, self._urls))

    def _ours(self, text: str, words: list[Word]) -> list[bool]:
        said = [word.said for word in words]
        runs: list[_Run] = []
        at = 0
        while at < len(said):
            places = self._runs.get(tuple(said[at : at + RUN]))
            if places:
                runs.append(self._follow(said, at, places))
                at = runs[-1].end
            else:
                at += 1
        ours = [False] * len(words)
        for run in self._believed(text, words, runs):
            ours[run.start : run.end] = [True] * (run.end - run.start)
        return ours

    def _follow(self, said: list[str], at: int, places: list[int]) -> _Run:
        """The longest run through here."""
        found = [
            _Run(at, end, place, after)
            for place in places
            for end, after in [self._forward(said, at + RUN, place + RUN)]
        ]
        return max(found, key=lambda run: run.end)

    def _believed(self, text: str, words: list[Word], runs: list[_Run]) -> list[_Run]:
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
                        text, words[runs[before].end - 1].end, words[runs[after].start].start
                    )
        return [run for run, is_sure in zip(runs, sure, strict=True) if is_sure]

    def _opens(self, text: str, words: list[Word], run: _Run) -> bool:
        """Does a sentence or paragraph of this text begin with the run? A mere line end only where one of ours does."""
        floor = words[run.start - 1].end if run.start else 0
        start = words[run.start].start
        return run.start == 0 or self._is_break(text, floor, start, run.place)

    def _closes(self, text: str, words: list[Word], run: _Run) -> bool:
        if run.end == len(words):
            return True
        return self._is_break(text, words[run.end - 1].end, words[run.end].start, run.after)

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

    def _whole_lines(self, text: str, words: list[Word], ours: list[bool]) -> None:
        """Short lines of ours (headings) count where more is ours; the shortest only between ours."""
        first, last = ours.index(True), len(ours) - 1 - ours[::-1].index(True)
        n = 0
        while n < len(words):
            stop = text.find("\n", words[n].end)
            stop = len(text) if stop < 0 else stop
            end = n
            while end < len(words) and words[end].start < stop:
                end += 1
            short = end - n < RUN * 3 and (end - n >= RESUME or first < n < last)
            if not ours[n] and short and tuple(word.said for word in words[n:end]) in self._lines:
                ours[n:end] = [True] * (end - n)
            n = max(end, n + 1)


def _is_damage(word: str) -> bool:
    """What broken charsets and list numbers leave between words: a digit, one strange letter."""
    return word.isdigit() or len(word) == 1 or (len(word) <= 3 and not word.isascii())


def _stretched(text: str, words: list[Word], ours: list[bool]) -> list[Span]:
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
        if marks := _QUOTED_NOTHING.match(text, end):
            end = marks.end()
        spans.append((start, end))
    return spans
