"""What each word of a text may be: its word classes, and the pieces of phrases it may belong to.

A spaCy Matcher costs words times patterns. So every word is looked up once, and of all ways to read a piece only those
are tried of which two neighbouring words stand in the text: one AND for all of them together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harvester.classify.expansion import WordClass
from harvester.classify.grammar import NAME, NUMBER
from harvester.classify.patterns import GAP_SIGN, Piece, Way, bits_of, ones
from harvester.classify.tokens import Sentence, Text

MOST_REMEMBERED = 50_000  # different words whose masks are kept


class Masks(NamedTuple):
    """Bits of what one word may be. A way of several words has an anchor, its rarest, and mostly a neighbour of it."""

    classes: int = 0
    alone: int = 0  # pieces that this word is by itself
    leads: int = 0  # ways whose anchor it may be, the neighbour to the right
    follows: int = 0  # ways whose neighbour to the right it may be
    ends: int = 0  # ways whose anchor it may be, the neighbour to the left
    opens: int = 0  # ways whose neighbour to the left it may be
    lone: int = 0  # ways whose anchor it may be, between gaps


@dataclass(frozen=True, slots=True)
class Here:
    """What may stand in one sentence: pieces as bits, and for each piece its ways of several words."""

    pieces: int
    alone: int
    ways: dict[int, list[int]]


@dataclass(frozen=True)
class Reading:
    """A text's words with what each may be."""

    text: Text
    words: tuple[Masks, ...]
    sentences: tuple[Here, ...]
    docs: dict[bool, Any] = field(default_factory=dict)  # spaCy's form of it, made when needed


class Vocabulary:
    """The word classes and pieces of a language; answers what a word may be."""

    def __init__(self, classes: Sequence[WordClass], pieces: Sequence[Piece]) -> None:
        self.classes = classes
        self.pieces = pieces
        self.ways: list[tuple[int, int]] = []  # piece and number of each way of several words
        self._of_class = [[0] * len(Masks._fields) for _ in classes]
        for number in range(len(classes)):
            self._put(number, "classes", number)
        for number, piece in enumerate(pieces):
            for at, way in enumerate(piece.ways):
                if piece.raw is None and len(way) == 1:
                    self._put(way[0], "alone", number)
                else:
                    self._file(way, len(self.ways), raw=piece.raw is not None)
                    self.ways.append((number, at))
        self._words: dict[str, list[int]] = {}
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        self._middles: dict[str, list[int]] = {}
        for number, one in enumerate(classes):
            for table, entries in (
                (self._words, one.words),
                (self._starts, one.starts),
                (self._ends, one.ends),
                (self._middles, one.middles),
            ):
                for entry in entries:
                    table.setdefault(entry, []).append(number)
        self._start_lengths = sorted({len(s) for s in self._starts})
        self._end_lengths = sorted({len(e) for e in self._ends})
        self._name = self._union(self._words.get(NAME, ()))
        self._known: dict[str, Masks] = {}

    def _put(self, number: int, what: str, bit: int) -> None:
        """A word of this class may be that."""
        self._of_class[number][Masks._fields.index(what)] |= 1 << bit

    def _file(self, way: Way, number: int, *, raw: bool) -> None:
        """Put a way of several words under its anchor and the neighbour of it."""
        at = way.index(self._rarest(way))
        if not raw and at + 1 < len(way) and way[at + 1] != GAP_SIGN:
            self._put(way[at], "leads", number)
            self._put(way[at + 1], "follows", number)
        elif not raw and at > 0 and way[at - 1] != GAP_SIGN:
            self._put(way[at], "ends", number)
            self._put(way[at - 1], "opens", number)
        else:
            self._put(way[at], "lone", number)

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
            known = self._known[word] = self._union(self._classes_of(word))
        return known

    def _classes_of(self, word: str) -> set[int]:
        found = set(self._words.get(word, ()))
        if word[:1].isdigit():
            found.update(self._words.get(NUMBER, ()))
        for length in self._start_lengths:
            if length <= len(word):
                found.update(self._starts.get(word[:length], ()))
        for length in self._end_lengths:
            if length <= len(word):
                found.update(self._ends.get(word[-length:], ()))
        for middle, classes in self._middles.items():
            if middle in word:
                found.update(classes)
        return found

    def _union(self, classes: Iterable[int]) -> Masks:
        bits = [0] * len(Masks._fields)
        for number in classes:
            bits = [known | more for known, more in zip(bits, self._of_class[number], strict=True)]
        return Masks(*bits)

    def read(self, text: Text) -> Reading:
        """Every word looked up, every sentence gone through once."""
        words = []
        for word, low in zip(text.words, text.lower, strict=True):
            masks = self.masks(low)
            named = not masks.classes and word[0].isupper() and len(word) > 1 and word[-1] != "'"
            words.append(self._name if named else masks)
        return Reading(text, tuple(words), tuple(self._here(words, sentence) for sentence in text.sentences))

    def _here(self, words: Sequence[Masks], sentence: Sentence) -> Here:
        classes = alone = may = 0
        before = Masks()
        for masks in words[sentence.start : sentence.end]:
            classes |= masks.classes
            alone |= masks.alone
            may |= before.leads & masks.follows | before.opens & masks.ends | masks.lone
            before = masks
        ways: dict[int, list[int]] = {}
        for number in ones(may):
            piece, way = self.ways[number]
            need = self.pieces[piece].needs[way]
            if classes & need == need:
                ways.setdefault(piece, []).append(number)
        return Here(alone | bits_of(ways), alone, ways)
