"""Which sentences a phrase can stand in at all: one look-up per different word, then one AND per phrase.

A spaCy Matcher costs words times patterns. So every pattern is filed under its rarest word class (its
anchor), and is tried only in sentences that hold the anchor and every other class it needs. The same goes for
the ways to read each of its parts: of hundreds one or two can stand in a sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harvester.classify.expansion import WordClass
from harvester.classify.grammar import NAME, NUMBER
from harvester.classify.tokens import Text

MOST_REMEMBERED = 50_000  # different words whose classes are kept
Way = tuple[int, ...]  # numbers of word classes; GAP_SIGN is a gap
GAP_SIGN = -1


@dataclass(frozen=True)
class Part:
    """What stands between two "&": any of these ways fits. ``raw``: a spaCy token pattern of the staff's own."""

    ways: tuple[Way, ...]
    raw: tuple[dict[str, Any], ...] | None = None

    @cached_property
    def needs(self) -> tuple[int, ...]:
        """For each way the bits of the classes that it needs."""
        return tuple(sum(1 << c for c in {c for c in way if c != GAP_SIGN}) for way in self.ways)

    @cached_property
    def single(self) -> int:
        """The classes of those ways that are one word."""
        if self.raw is not None:
            return 0
        return sum(1 << c for c in {way[0] for way in self.ways if len(way) == 1})

    @cached_property
    def claims(self) -> int:
        """The bits of all classes it speaks of; a raw pattern claims every word it covers."""
        if self.raw is not None:
            return -1
        claimed = 0
        for need in self.needs:
            claimed |= need
        return claimed


@dataclass(frozen=True)
class Pattern:
    """A whole phrase; ``of`` says whose it is (an index or a name)."""

    parts: tuple[Part, ...]
    of: Any = None


@dataclass(frozen=True)
class Reading:
    """A text's words with the classes that each belongs to, as bits."""

    text: Text
    bits: tuple[int, ...]
    sentence_bits: tuple[int, ...]
    docs: dict[bool, Any] = field(default_factory=dict)  # spaCy's form of it, made when needed


class Vocabulary:
    """The word classes of a language; answers what a word may be."""

    def __init__(self, classes: Sequence[WordClass]) -> None:
        self.classes = classes
        self._words: dict[str, int] = {}
        self._starts: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        self._middles: dict[str, int] = {}
        for number, one in enumerate(classes):
            for table, entries in (
                (self._words, one.words),
                (self._starts, one.starts),
                (self._ends, one.ends),
                (self._middles, one.middles),
            ):
                for entry in entries:
                    table[entry] = table.get(entry, 0) | 1 << number
        self._start_lengths = sorted({len(s) for s in self._starts})
        self._end_lengths = sorted({len(e) for e in self._ends})
        self._known: dict[str, int] = {}

    def bits(self, word: str) -> int:
        """The classes of a word in lower case."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> int:
        bits = self._words.get(word, 0)
        if word[:1].isdigit():
            bits |= self._words.get(NUMBER, 0)
        for length in self._start_lengths:
            if length <= len(word):
                bits |= self._starts.get(word[:length], 0)
        for length in self._end_lengths:
            if length <= len(word):
                bits |= self._ends.get(word[-length:], 0)
        for middle, classes in self._middles.items():
            if middle in word:
                bits |= classes
        return bits

    def read(self, text: Text) -> Reading:
        name = self._words.get(NAME, 0)
        bits = tuple(
            self.bits(low) or (name if word[0].isupper() and len(word) > 1 and word[-1] != "'" else 0)
            for word, low in zip(text.words, text.lower, strict=True)
        )
        sentences = []
        for sentence in text.sentences:
            union = 0
            for word in bits[sentence.start : sentence.end]:
                union |= word
            sentences.append(union)
        return Reading(text, bits, tuple(sentences))

    def rarest(self, way: Way) -> int:
        """The class of the way that fewest words belong to."""
        return min((c for c in way if c != GAP_SIGN), key=lambda c: self.classes[c].width)

    def anchors(self, pattern: Pattern) -> set[int]:
        """One class for each way of the part whose anchors are rarest."""
        choices = [{self.rarest(way) for way in part.ways} for part in pattern.parts]
        return min(choices, key=lambda classes: sum(self.classes[c].width for c in classes))


class Ways:
    """The ways to read one part, longer than one word, filed under their rarest classes."""

    def __init__(self, part: Part, vocabulary: Vocabulary) -> None:
        self._filed: dict[int, list[tuple[int, int]]] = {}
        self.anchors = 0
        for number, (way, need) in enumerate(zip(part.ways, part.needs, strict=True)):
            if part.raw is not None or len(way) > 1:
                anchor = vocabulary.rarest(way)
                self._filed.setdefault(anchor, []).append((number, need))
                self.anchors |= 1 << anchor

    def that_may_stand(self, bits: int) -> list[int]:
        """Numbers of the ways whose every class is there."""
        return [
            number
            for anchor in ones(bits & self.anchors)
            for number, need in self._filed[anchor]
            if bits & need == need
        ]


def ones(bits: int) -> list[int]:
    """The numbers of the bits that are set."""
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found
