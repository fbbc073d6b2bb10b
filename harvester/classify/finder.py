"""Finds phrases in a text: piece by piece, each piece once a sentence, rarest pieces first.

What was found in a sentence is remembered, for all sentences that phrases cannot tell from it: replies thank, greet
and explain in the same words, and most words of a language no phrase names.

The places are those of a plain spaCy Matcher run over each sentence with every way to read the whole phrase.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harvester.classify.anchors import Anchors
from harvester.classify.matchers import Matchers
from harvester.classify.patterns import Part, Pattern, pieces_of
from harvester.classify.search import Search, Searched
from harvester.classify.spans import Span, closest
from harvester.classify.vocabulary import Reading, Shape, Vocabulary

MOST_SENTENCES = 1_000  # of half a kilobyte each; those that are said again are said often


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern in the words ``first`` to ``last`` (exclusive) of a sentence."""

    pattern: int
    sentence: int
    first: int
    last: int
    looks_back: bool = False  # some of its parts stand in the sentence before


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence by itself holds: (pattern, first, last), counted from its first word."""

    places: tuple[tuple[int, int, int], ...]
    looks_back: bool  # some pattern stands in it but for what the sentence before may say
    spelled: bool  # a raw pattern may look at its very words


class Finder:
    """Finds patterns of one language in a text that its vocabulary has read."""

    def __init__(
        self, vocabulary: Vocabulary, matchers: Matchers, patterns: Sequence[Pattern], anchors: Anchors
    ) -> None:
        self._vocabulary = vocabulary
        self._matchers = matchers
        self.patterns = patterns
        self._needs, self._beside, self._anchored = anchors.needs, anchors.beside, anchors.anchored
        self._anchors = frozenset(anchors.anchor)
        self._parts: dict[int, list[Searched]] = {}
        self._same: dict[Part, Searched] = {}
        self._remembered: dict[Shape, Said] = {}
        self._looking_back: dict[int, list[tuple[int, frozenset[int], frozenset[int]]]] = {}
        for number, one in enumerate(patterns):
            if one.earlier:
                earlier = frozenset(pieces_of(one.parts[part] for part in one.earlier))
                here = pieces_of(part for n, part in enumerate(one.parts) if n not in one.earlier)
                anchor = min(here, key=vocabulary.width)
                self._looking_back.setdefault(anchor, []).append((number, frozenset(here), earlier))

    def find(self, reading: Reading) -> list[Found]:
        """Every place of every pattern, in order of sentences; one place of "a & b" a sentence."""
        return [found for number in range(len(reading.text.sentences)) for found in self.find_in(reading, number)]

    def find_in(self, reading: Reading, number: int) -> list[Found]:
        """The same in one sentence."""
        said = self.said(reading, number)
        start = reading.text.sentences[number].start
        found = [Found(which, number, start + first, start + last) for which, first, last in said.places]
        if said.looks_back:
            stood = {which for which, _, _ in said.places}
            for which in self._with_the_sentence_before(reading, number):
                if which not in stood:
                    for first, last in self._places_here(which, reading, number):
                        found.append(Found(which, number, first, last, looks_back=True))
        return found

    def said(self, reading: Reading, number: int) -> Said:
        """What a sentence says by itself."""
        shape = reading.shape(number)
        known = self._remembered.get(shape)
        if known is None:
            known = self._look_through(reading, number)
            if not known.spelled:
                if len(self._remembered) >= MOST_SENTENCES:
                    self._remembered.clear()
                self._remembered[shape] = known
        return known

    def _look_through(self, reading: Reading, number: int) -> Said:
        there = reading.here(number).pieces
        tried = [
            which
            for anchor in self._anchors & there
            for which in self._anchored[anchor]
            if self._beside[which] in there and there.issuperset(self._needs[which])
        ]
        places: list[tuple[int, int, int]] = []
        if tried:
            start = reading.text.sentences[number].start
            search = Search.of(self._matchers, reading, number)
            for which in sorted(tried):
                places += [(which, first - start, last - start) for first, last in self._places(which, search)]
        anchors = self._looking_back.keys() & there
        looks_back = any(here <= there for anchor in anchors for _, here, _ in self._looking_back[anchor])
        return Said(tuple(places), looks_back, not self._vocabulary.raw.isdisjoint(there))

    def _with_the_sentence_before(self, reading: Reading, number: int) -> list[int]:
        """Patterns whose pieces stand in this sentence, but for the earlier ones: in that before, if it goes on."""
        if not reading.goes_on(number):
            return []
        there, before = reading.here(number).pieces, reading.here(number - 1).pieces
        return sorted(
            which
            for anchor in self._looking_back.keys() & there
            for which, here, earlier in self._looking_back[anchor]
            if here <= there and earlier <= before
        )

    def _places_here(self, which: int, reading: Reading, number: int) -> Sequence[Span]:
        """Of the parts that stand in this sentence, if the earlier ones stand in that before."""
        parts, earlier = self._parts_of(which), self.patterns[which].earlier
        before = Search.of(self._matchers, reading, number - 1)
        if not all(before.part(parts[part]) for part in earlier):
            return []
        here = [part for n, part in enumerate(parts) if n not in earlier]
        return self._together(here, Search.of(self._matchers, reading, number))

    def places(self, patterns: Iterable[int], reading: Reading, sentence: int) -> Iterator[Span]:
        """Of these patterns only, and in one sentence."""
        for which in patterns:
            if reading.here(sentence).pieces.issuperset(self._needs[which]):
                yield from self._places(which, Search.of(self._matchers, reading, sentence))

    def missing(self, which: int, reading: Reading, sentence: int) -> list[tuple[int, int]]:
        """Which steps of a pattern (part, step) have no words in this sentence."""
        parts = self.patterns[which].parts
        there = reading.here(sentence).pieces
        steps = [(part, at) for part, some in enumerate(parts) for at in range(len(some))]
        absent = [(part, at) for part, at in steps if parts[part][at].piece not in there]
        if len(absent) > 1:
            return absent
        search = Search.of(self._matchers, reading, sentence)
        return [(part, at) for part, at in steps if not search.piece(parts[part][at].piece)]

    def width(self, which: int) -> int:
        """How common the rarest words of a pattern are."""
        return min(self._vocabulary.width(step.piece) for part in self.patterns[which].parts for step in part)

    def _parts_of(self, which: int) -> Sequence[Searched]:
        """Made when first asked for; one for all patterns that hold the same part, so that it is looked for once a
        sentence."""
        known = self._parts.get(which)
        if known is None:
            parts = [Searched.of(part, self._vocabulary) for part in self.patterns[which].parts]
            known = self._parts[which] = [self._same.setdefault(one.steps, one) for one in parts]
        return known

    def _places(self, which: int, search: Search) -> Sequence[Span]:
        return self._together(self._parts_of(which), search)

    def _together(self, parts: Sequence[Searched], search: Search) -> Sequence[Span]:
        if len(parts) == 1:
            return search.part(parts[0])
        places = []
        for part in parts:
            spans = search.part(part)
            if not spans:
                return []
            places.append(spans)
        words = search.reading.words
        claims = [part.claims(self._vocabulary) for part in parts]

        def apart(one: int, span: Span, other: int, taken: Span) -> bool:
            """No word serves both parts; a word in the gap of the one may be the other ("hat das *Bad* gekauft")."""
            both = range(max(span[0], taken[0]), min(span[1], taken[1]))
            return not any(words[n].classes & claims[one] and words[n].classes & claims[other] for n in both)

        return closest(places, apart)
