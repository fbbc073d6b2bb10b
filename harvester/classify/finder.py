"""Finds phrases in a text: piece by piece, each piece once a sentence, rarest pieces first.

The places are those of a plain spaCy Matcher run over each sentence with every way to read the whole phrase.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harvester.classify.matchers import Matchers
from harvester.classify.patterns import Part, Pattern, bits_of, ones
from harvester.classify.spans import Span, closest, joined, smallest
from harvester.classify.vocabulary import Reading, Vocabulary


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern in the words ``first`` to ``last`` (exclusive) of a sentence."""

    pattern: int
    sentence: int
    first: int
    last: int


class Finder:
    """Finds patterns of one language in a text that its vocabulary has read."""

    def __init__(self, vocabulary: Vocabulary, matchers: Matchers, patterns: Sequence[Pattern]) -> None:
        self._vocabulary = vocabulary
        self._matchers = matchers
        self.patterns = patterns
        numbers: dict[Part, int] = {}
        self._parts_of = [[numbers.setdefault(part, len(numbers)) for part in one.parts] for one in patterns]
        self._parts = [Searched.of(part, vocabulary) for part in numbers]
        self._needs = [bits_of(step.piece for part in one.parts for step in part) for one in patterns]
        self._anchored: dict[int, list[int]] = {}  # piece -> patterns whose rarest it is
        for number, one in enumerate(patterns):
            pieces = [step.piece for part in one.parts for step in part]
            self._anchored.setdefault(min(pieces, key=vocabulary.width), []).append(number)
        self._anchors = bits_of(self._anchored)

    def find(self, reading: Reading, sentences: Iterable[int] | None = None) -> list[Found]:
        """Every place of every pattern, in order of sentences; one place of "a & b" a sentence."""
        found: list[Found] = []
        for number in range(len(reading.sentences)) if sentences is None else sentences:
            there = reading.sentences[number].pieces
            tried = [
                which
                for anchor in ones(there & self._anchors)
                for which in self._anchored[anchor]
                if there & self._needs[which] == self._needs[which]
            ]
            if tried:
                search = Search(self._matchers, self._parts, reading, number)
                for which in sorted(tried):
                    if not self._needs[which] & search.absent:
                        found.extend(Found(which, number, *span) for span in self._places(which, search))
        return found

    def missing(self, which: int, reading: Reading, sentence: int) -> list[tuple[int, int]]:
        """Which steps of a pattern (part, step) have no words in this sentence."""
        parts = self.patterns[which].parts
        there = reading.sentences[sentence].pieces
        steps = [(part, at) for part, some in enumerate(parts) for at in range(len(some))]
        absent = [(part, at) for part, at in steps if not there & 1 << parts[part][at].piece]
        if len(absent) > 1:
            return absent
        search = Search(self._matchers, self._parts, reading, sentence)
        return [(part, at) for part, at in steps if not search.piece(parts[part][at].piece)]

    def width(self, which: int) -> int:
        """How common the rarest words of a pattern are."""
        return min(self._vocabulary.width(step.piece) for part in self.patterns[which].parts for step in part)

    def _places(self, which: int, search: "Search") -> Sequence[Span]:
        parts = self._parts_of[which]
        places = []
        for part in parts:
            spans = search.part(part)
            if not spans:
                return []
            places.append(spans)
        if len(places) == 1:
            return places[0]
        claims = [self._parts[part].claims for part in parts]
        words = search.reading.words

        def apart(one: int, span: Span, other: int, taken: Span) -> bool:
            """No word serves both parts; a word in the gap of the one may be the other ("hat das *Bad* gekauft")."""
            both = range(max(span[0], taken[0]), min(span[1], taken[1]))
            return not any(words[n].classes & claims[one] and words[n].classes & claims[other] for n in both)

        return closest(places, apart)


@dataclass(frozen=True, slots=True)
class Searched:
    """A part made ready: its rarest piece is looked for first, since most sentences lack it."""

    steps: Part
    rarest_first: tuple[int, ...]
    claims: int  # the bits of all classes it speaks of

    @classmethod
    def of(cls, part: Part, vocabulary: Vocabulary) -> "Searched":
        pieces = sorted({step.piece for step in part}, key=vocabulary.width)
        claims = 0
        for piece in pieces:
            claims |= vocabulary.pieces[piece].claims
        return cls(part, tuple(pieces), claims)


class Search:
    """Looks for pieces and parts in one sentence, for each of them once."""

    def __init__(
        self,
        matchers: Matchers,
        parts: Sequence[Searched],
        reading: Reading,
        sentence: int,
    ) -> None:
        self.reading = reading
        self.absent = 0  # pieces, as bits, that a word hinted at and that are not there
        self._matchers = matchers
        self._searched = parts
        self._here = reading.sentences[sentence]
        here = reading.text.sentences[sentence]
        self._start, self._end = here.start, here.end
        self._pieces: dict[int, list[Span]] = {}
        self._parts: dict[int, list[Span]] = {}

    def part(self, number: int) -> list[Span]:
        """The smallest places of what stands between two "&"."""
        known = self._parts.get(number)
        if known is None:
            known = self._parts[number] = smallest(self._steps(self._searched[number]))
        return known

    def _steps(self, part: Searched) -> list[Span]:
        for piece in part.rarest_first:
            if not self.piece(piece):
                return []
        spans = self.piece(part.steps[0].piece)
        for step in part.steps[1:]:
            spans = joined(spans, self.piece(step.piece), loose=step.loose)
        return spans

    def piece(self, number: int) -> list[Span]:
        """All places of a piece."""
        known = self._pieces.get(number)
        if known is None:
            known = self._pieces[number] = [*self._single_words(number), *self._several_words(number)]
            if not known:
                self.absent |= 1 << number
        return known

    def _single_words(self, number: int) -> list[Span]:
        bit = 1 << number
        if not self._here.alone & bit:
            return []
        words = self.reading.words
        return [(n, n + 1) for n in range(self._start, self._end) if words[n].alone & bit]

    def _several_words(self, number: int) -> list[Span]:
        return [
            span
            for way in self._here.ways.get(number, ())
            for span in self._matchers.places(way, self.reading, self._start, self._end)
        ]
