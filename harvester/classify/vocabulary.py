"""What each word of a text may be: its word classes, and the pieces of phrases it may belong to.

A spaCy Matcher costs words times patterns. So every word is looked up once, and of all ways to read a piece only those
are tried of which two neighbouring words stand in the text. What two words may begin is remembered: most pairs of
words that a reply holds were read before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harvester.classify.grammar import NAME
from harvester.classify.lexicon import Lexicon
from harvester.classify.patterns import GAP_SIGN, Piece, bits_of, ones
from harvester.classify.roles import ANYWHERE, Roles, SeveralWords
from harvester.classify.tokens import Sentence, Text

MOST_REMEMBERED = 10_000  # different words, and pairs of words, that are kept of a language


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """What one word may be. A way of several words has an anchor, its rarest, and mostly a neighbour of it."""

    number: int = 0  # the same for words that no phrase tells apart; 0 for those that none names
    classes: int = 0  # as bits
    numbers: frozenset[int] = frozenset()  # of the classes
    alone: frozenset[int] = frozenset()  # pieces that this word is by itself
    leads: int = 0  # ways, as bits, whose anchor it may be, the neighbour to the right
    follows: int = 0  # ways whose neighbour to the right it may be
    ends: int = 0  # ways whose anchor it may be, the neighbour to the left
    opens: int = 0  # ways whose neighbour to the left it may be
    lone: tuple[int, ...] = ()  # ways whose anchor it may be, between gaps


NO_WORD = Masks()

Shape = tuple[Masks, ...]  # of a sentence: its words as far as phrases can tell them apart


@dataclass(frozen=True, slots=True)
class Pair:
    """What two neighbouring words are the anchor of, and the neighbour."""

    pieces: Mapping[int, Sequence[int]]  # by piece, its ways that are these two words
    longer: Sequence[int] = ()  # ways of more words
    spread: Sequence[int] = ()  # ways with gaps


NO_PAIR = Pair({})


@dataclass(frozen=True, slots=True)
class Here:
    """What stands in one sentence: pieces, pairs by the second of their words, and longer ways by piece.

    A longer way comes with its first word, or with ANYWHERE where only the Matcher can tell whether it stands there.
    """

    pieces: set[int]
    pairs: list[tuple[int, Pair]]
    ways: dict[int, list[tuple[int, int]]]


NOTHING_HERE = Here(set(), [], {})  # shared and never changed


class Reading:
    """A text's words with what each may be."""

    def __init__(self, text: Text, words: tuple[Masks, ...], vocabulary: "Vocabulary") -> None:
        self.text = text
        self.words = words
        self.searches: dict[int, Any] = {}  # what was looked for in a sentence
        self._vocabulary = vocabulary
        self._here: dict[int, Here] = {}
        self._shapes: dict[int, Shape] = {}

    def shape(self, sentence: int) -> Shape:
        known = self._shapes.get(sentence)
        if known is None:
            here = self.text.sentences[sentence]
            known = self._shapes[sentence] = self.words[here.start : here.end]
        return known

    def shape_before(self, sentence: int) -> Shape:
        """Of the sentence before, if this one goes on with what it tells; else no words."""
        return self.shape(sentence - 1) if self.goes_on(sentence) else ()

    def goes_on(self, sentence: int) -> bool:
        """The sentence before is of the same paragraph and tells something."""
        sentences = self.text.sentences
        return sentence > 0 and not sentences[sentence].opens and not sentences[sentence - 1].asks

    def here(self, sentence: int) -> Here:
        """What stands in a sentence; looked for when somebody asks."""
        known = self._here.get(sentence)
        if known is None:
            known = self._here[sentence] = self._vocabulary.here(self.words, self.text.sentences[sentence])
        return known


class Vocabulary:
    """The word classes and pieces of a language; answers what a word may be."""

    def __init__(self, lexicon: Lexicon, pieces: Sequence[Piece], roles: Roles) -> None:
        self._classes_of = lexicon.classes_of
        self.word_class = lexicon.word_class
        self.pieces = pieces
        self._roles = roles
        self.raw = frozenset(number for number, piece in enumerate(pieces) if piece.raw is not None)
        self._known: dict[str, Masks] = {}
        self._of_classes: dict[frozenset[int], Masks] = {frozenset(): NO_WORD}
        self._last = 0  # number given to Masks
        self._pairs: dict[tuple[int, int], Pair] = {}
        self._name = self._union(frozenset(self._classes_of(NAME)))

    def way(self, number: int) -> SeveralWords:
        return self._roles.way(self.pieces, number)

    def width(self, piece: int) -> int:
        """How common a piece may be; the rarest of a phrase makes its anchor."""
        return self._roles.widths[piece]

    def masks(self, word: str) -> Masks:
        """What a word in lower case may be."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
                self._of_classes = {frozenset(): NO_WORD}
            known = self._known[word] = self._union(frozenset(self._classes_of(word)))
        return known

    def _union(self, numbers: frozenset[int]) -> Masks:
        known = self._of_classes.get(numbers)
        if known is None:
            roles = self._roles
            classes = leads = follows = ends = opens = 0
            alone: set[int] = set()
            lone: set[int] = set()
            for number in numbers:
                classes |= 1 << number
                alone.update(roles.alone[number])
                leads |= bits_of(roles.leads[number])
                follows |= bits_of(roles.follows[number])
                ends |= bits_of(roles.ends[number])
                opens |= bits_of(roles.opens[number])
                lone.update(roles.lone[number])
            self._last += 1
            known = self._of_classes[numbers] = Masks(
                self._last, classes, numbers, frozenset(alone), leads, follows, ends, opens, tuple(sorted(lone))
            )
        return known

    def read(self, text: Text) -> Reading:
        """Every word looked up."""
        known = self._known
        words = []
        for word, low in zip(text.words, text.lower, strict=True):
            masks = known.get(low) or self.masks(low)
            named = not masks.number and word[0].isupper() and len(word) > 1 and word[-1] != "'"
            words.append(self._name if named else masks)
        return Reading(text, tuple(words), self)

    def here(self, words: Sequence[Masks], sentence: Sentence) -> Here:
        """What stands in a sentence of these words, gone through once."""
        if not any([masks.number for masks in words[sentence.start : sentence.end]]):
            return NOTHING_HERE  # a text of many languages is read in each of them: most know none of its words
        pieces: set[int] = set()
        pairs: list[tuple[int, Pair]] = []
        ways: dict[int, list[tuple[int, int]]] = {}
        spread: dict[int, None] = {}  # ways with gaps, in the order in which they were met
        remembered = self._pairs
        before = 0
        for n in range(sentence.start, sentence.end):
            masks = words[n]
            if masks.number:
                pieces |= masks.alone
                if masks.lone:
                    spread.update(dict.fromkeys(masks.lone))
                if before:
                    pair = remembered.get((before, masks.number)) or self._pair(words[n - 1], masks)
                    if pair.pieces:
                        pairs.append((n, pair))
                        pieces.update(pair.pieces)
                    if pair.spread:
                        spread.update(dict.fromkeys(pair.spread))
                    for number in pair.longer:
                        way = self.way(number)
                        first = n - way.right
                        if sentence.start <= first <= sentence.end - len(way.classes):
                            for place, one in enumerate(way.classes, first):
                                if one not in words[place].numbers:
                                    break
                            else:
                                ways.setdefault(way.piece, []).append((number, first))
            before = masks.number
        if spread:
            here = {GAP_SIGN}.union(*[masks.numbers for masks in words[sentence.start : sentence.end]])
            for number in spread:
                way = self.way(number)
                if here.issuperset(way.classes):
                    ways.setdefault(way.piece, []).append((number, ANYWHERE))
        pieces.update(ways)
        return Here(pieces, pairs, ways)

    def _pair(self, before: Masks, masks: Masks) -> Pair:
        if len(self._pairs) >= MOST_REMEMBERED:
            self._pairs.clear()
        pieces: dict[int, list[int]] = {}
        longer: list[int] = []
        spread: list[int] = []
        for number in ones(before.leads & masks.follows | before.opens & masks.ends):
            way = self.way(number)
            if len(way.classes) == 2:
                pieces.setdefault(way.piece, []).append(number)
            else:
                (spread if way.right == ANYWHERE else longer).append(number)
        pair = Pair(pieces, longer, spread) if pieces or longer or spread else NO_PAIR
        self._pairs[before.number, masks.number] = pair
        return pair
