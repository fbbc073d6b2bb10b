"""What each word of a text may be: its word classes, and the pieces of phrases it may belong to.

A spaCy Matcher costs words times patterns. So every word is looked up once, and of all phrases only those are tried
whose every piece has a word in the sentence: one AND a phrase.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harvester.classify.expansion import WordClass
from harvester.classify.grammar import NAME, NUMBER
from harvester.classify.patterns import GAP_SIGN, Piece, Way
from harvester.classify.tokens import Text

MOST_REMEMBERED = 50_000  # different words whose masks are kept


class Masks(NamedTuple):
    """Bits of what one word, or a sentence of words, may be."""

    classes: int = 0
    pieces: int = 0  # pieces that may stand where this word stands
    alone: int = 0  # pieces that this word is by itself
    ways: int = 0  # ways of several words whose rarest class this word is of

    def __or__(self, other: "Masks") -> "Masks":
        return Masks(
            self.classes | other.classes,
            self.pieces | other.pieces,
            self.alone | other.alone,
            self.ways | other.ways,
        )


@dataclass(frozen=True)
class Reading:
    """A text's words with what each may be."""

    text: Text
    words: tuple[Masks, ...]
    sentences: tuple[Masks, ...]
    docs: dict[bool, Any] = field(default_factory=dict)  # spaCy's form of it, made when needed


class Vocabulary:
    """The word classes and pieces of a language; answers what a word may be."""

    def __init__(self, classes: Sequence[WordClass], pieces: Sequence[Piece]) -> None:
        self.classes = classes
        self.pieces = pieces
        self.ways: list[tuple[int, int]] = []  # piece and number of each way of several words
        self.ways_of: list[int] = []  # of each piece, as bits
        self._of_class: list[Masks] = [Masks(1 << number) for number in range(len(classes))]
        for number, piece in enumerate(pieces):
            self._file(number, piece)
        self._words: dict[str, Masks] = {}
        self._starts: dict[str, Masks] = {}
        self._ends: dict[str, Masks] = {}
        self._middles: dict[str, Masks] = {}
        for one, masks in zip(classes, self._of_class, strict=True):
            for table, entries in (
                (self._words, one.words),
                (self._starts, one.starts),
                (self._ends, one.ends),
                (self._middles, one.middles),
            ):
                for entry in entries:
                    table[entry] = table[entry] | masks if entry in table else masks
        self._start_lengths = sorted({len(s) for s in self._starts})
        self._end_lengths = sorted({len(e) for e in self._ends})
        self._name = self._words.get(NAME, Masks())
        self._known: dict[str, Masks] = {}

    def _file(self, number: int, piece: Piece) -> None:
        """Put a piece under the classes that can make it stand in a sentence."""
        own = 0
        for at, way in enumerate(piece.ways):
            several = piece.raw is not None or len(way) > 1
            anchor = self._rarest(way) if several else way[0]
            masks = Masks(0, 1 << number, 0 if several else 1 << number, 1 << len(self.ways) if several else 0)
            self._of_class[anchor] |= masks
            if several:
                own |= 1 << len(self.ways)
                self.ways.append((number, at))
        self.ways_of.append(own)

    def _rarest(self, way: Way) -> int:
        """The class of the way that fewest words belong to."""
        return min((c for c in way if c != GAP_SIGN), key=lambda c: self.classes[c].width)

    def width(self, piece: int) -> int:
        """How common a piece may be; the rarest of a phrase makes its anchor."""
        return sum(self.classes[self._rarest(way)].width for way in self.pieces[piece].ways)

    def masks(self, word: str) -> Masks:
        """What a word in lower case may be."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> Masks:
        found = [self._words.get(word)]
        if word[:1].isdigit():
            found.append(self._words.get(NUMBER))
        found.extend(self._starts.get(word[:length]) for length in self._start_lengths if length <= len(word))
        found.extend(self._ends.get(word[-length:]) for length in self._end_lengths if length <= len(word))
        found.extend(masks for middle, masks in self._middles.items() if middle in word)
        return union([masks for masks in found if masks is not None])

    def read(self, text: Text) -> Reading:
        """Every word looked up."""
        words = []
        for word, low in zip(text.words, text.lower, strict=True):
            masks = self.masks(low)
            named = not masks.classes and word[0].isupper() and len(word) > 1 and word[-1] != "'"
            words.append(self._name if named else masks)
        sentences = tuple(union(words[sentence.start : sentence.end]) for sentence in text.sentences)
        return Reading(text, tuple(words), sentences)


def union(masks: Sequence[Masks]) -> Masks:
    """What any of these words may be."""
    classes = pieces = alone = ways = 0
    for one in masks:
        classes |= one.classes
        pieces |= one.pieces
        alone |= one.alone
        ways |= one.ways
    return Masks(classes, pieces, alone, ways)
