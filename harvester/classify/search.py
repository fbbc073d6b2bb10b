"""Pieces and parts of phrases in one sentence, each looked for once however many phrases ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from harvester.classify.matchers import Matchers
from harvester.classify.patterns import Part
from harvester.classify.spans import Span, joined, smallest
from harvester.classify.vocabulary import Reading, Vocabulary


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """A part made ready: its rarest piece is looked for first, since most sentences lack it."""

    steps: Part
    rarest_first: tuple[int, ...]

    @classmethod
    def of(cls, part: Part, vocabulary: Vocabulary) -> "Searched":
        return cls(part, tuple(sorted({step.piece for step in part}, key=vocabulary.width)))

    def claims(self, vocabulary: Vocabulary) -> int:
        """The bits of all classes it speaks of."""
        claims = 0
        for piece in self.rarest_first:
            claims |= vocabulary.pieces[piece].claims
        return claims


class Search:
    """Looks for pieces and parts in one sentence, for each of them once."""

    def __init__(self, matchers: Matchers, reading: Reading, sentence: int) -> None:
        self.reading = reading
        self._matchers = matchers
        self._here = reading.here(sentence)
        words = reading.text.sentences[sentence]
        self._start, self._end = words.start, words.end
        self._pieces: dict[int, Sequence[Span]] = {}
        self._parts: dict[Searched, Sequence[Span]] = {}

    @classmethod
    def of(cls, matchers: Matchers, reading: Reading, sentence: int) -> "Search":
        """The one of this sentence; whoever looks for other phrases finds what is known of it."""
        known: Search | None = reading.searches.get(sentence)
        if known is None:
            known = reading.searches[sentence] = cls(matchers, reading, sentence)
        return known

    def part(self, part: Searched) -> Sequence[Span]:
        """The smallest places of what stands between two "&"."""
        known = self._parts.get(part)
        if known is None:
            known = self._parts[part] = smallest(self._steps(part))
        return known

    def _steps(self, part: Searched) -> Sequence[Span]:
        for piece in part.rarest_first:
            if not self.piece(piece):
                return ()
        spans = self.piece(part.steps[0].piece)
        for step in part.steps[1:]:
            spans = joined(spans, self.piece(step.piece), loose=step.loose)
        return spans

    def piece(self, number: int) -> Sequence[Span]:
        """All places of a piece."""
        known = self._pieces.get(number)
        if known is None:
            words = self.reading.words
            known = [(n, n + 1) for n in range(self._start, self._end) if number in words[n].alone]
            for n, pair in self._here.pairs:
                for way in pair.pieces.get(number, ()):
                    known += self._matchers.places(way, n - 1, self.reading, self._start, self._end)
            for way, first in self._here.ways.get(number, ()):
                known += self._matchers.places(way, first, self.reading, self._start, self._end)
            self._pieces[number] = known
        return known
