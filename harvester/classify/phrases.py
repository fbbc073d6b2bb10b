"""Phrases as spaCy Matchers on a blank pipeline's vocabulary (spaCy's only door).

A blank pipeline needs no trained model. Words come from our own cutter (see ``tokens``). The result is
that of a plain Matcher run over each sentence; anchors only spare it the sentences that cannot match.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from harvester.classify.expansion import WordClass
from harvester.classify.grammar import GAP, NAME, NUMBER
from harvester.classify.patterns import GAP_SIGN, Part, Pattern, Piece, bits_of, ones
from harvester.classify.spans import Span, closest, joined, smallest
from harvester.classify.vocabulary import Reading, Vocabulary

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

NOTHING = "·"  # stands for words that no phrase names, so that the vocabulary cannot grow

_ATTRIBUTES = (
    "ORTH TEXT LOWER LENGTH SHAPE NORM PREFIX SUFFIX IS_ALPHA IS_ASCII IS_DIGIT IS_LOWER IS_UPPER IS_TITLE"
    " IS_STOP IS_CURRENCY LIKE_NUM LIKE_URL LIKE_EMAIL OP"
)
KNOWN_ATTRIBUTES = frozenset(_ATTRIBUTES.split())
"""What a blank pipeline can answer."""

_REPEAT = re.compile(r"\{(\d*)(,?)(\d*)\}")


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern in the words ``first`` to ``last`` (exclusive) of a sentence."""

    pattern: int
    sentence: int
    first: int
    last: int


@cache
def vocab() -> "Vocab":
    """The vocabulary of spaCy's blank multi-language pipeline, one for all languages.

    Words are cut and compared by us, so a language's own tables are never asked; to load those of French alone
    takes a second or two.
    """
    import spacy

    return spacy.blank("xx").vocab


class Finder:
    """Finds patterns of one language in a text that its vocabulary has read."""

    def __init__(self, vocabulary: Vocabulary, patterns: Sequence[Pattern]) -> None:
        self._vocabulary = vocabulary
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
                search = Search(self._vocabulary, self._parts, reading, number)
                for which in sorted(tried):
                    if not self._needs[which] & search.absent:
                        found.extend(Found(which, number, *span) for span in self._places(which, search))
        return found

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

    def __init__(self, vocabulary: Vocabulary, parts: Sequence[Searched], reading: Reading, sentence: int) -> None:
        self.reading = reading
        self.absent = 0  # pieces, as bits, that a word hinted at and that are not there
        self._vocabulary = vocabulary
        self._searched = parts
        self._masks = reading.sentences[sentence]
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
        if not self._masks.alone & bit:
            return []
        words = self.reading.words
        return [(n, n + 1) for n in range(self._start, self._end) if words[n].alone & bit]

    def _several_words(self, number: int) -> list[Span]:
        hinted = self._masks.ways & self._vocabulary.ways_of[number]
        if not hinted:
            return []
        found: list[Span] = []
        for which in ones(hinted):
            way = self._vocabulary.ways[which][1]
            if self._may_stand(number, way):
                sentence = self._doc(raw=self._vocabulary.pieces[number].raw is not None)[self._start : self._end]
                for _, start, end in matcher(self._vocabulary, which)(sentence):
                    found.append((self._start + start, self._start + end))
        return found

    def _may_stand(self, number: int, way: int) -> bool:
        """Every class of the way has a word here, and where it has no gap they follow each other."""
        piece = self._vocabulary.pieces[number]
        need = piece.needs[way]
        if self._masks.classes & need != need:
            return False
        if piece.raw is not None or GAP_SIGN in piece.ways[way]:
            return True
        classes = [1 << c for c in piece.ways[way]]
        words = self.reading.words
        return any(
            all(words[n + k].classes & bit for k, bit in enumerate(classes))
            for n in range(self._start, self._end - len(classes) + 1)
        )

    def _doc(self, *, raw: bool) -> "Doc":
        """The text as spaCy sees it; for raw patterns with every word as written."""
        from spacy.tokens import Doc

        if raw not in self.reading.docs:
            text = self.reading.text
            words = (
                list(text.words)
                if raw
                else [
                    (w if self._vocabulary.masks(w).classes else NAME) if masks.classes else NOTHING
                    for w, masks in zip(text.lower, self.reading.words, strict=True)
                ]
            )
            self.reading.docs[raw] = Doc(vocab(), words=words)
        doc: Doc = self.reading.docs[raw]
        return doc


def matcher(vocabulary: Vocabulary, which: int) -> "Matcher":
    """spaCy's Matcher for one way of several words, made when it first may stand somewhere."""
    from spacy.matcher import Matcher

    known: Matcher | None = vocabulary.matchers.get(which)
    if known is None:
        number, way = vocabulary.ways[which]
        known = vocabulary.matchers[which] = Matcher(vocab())
        known.add("way", [token_pattern(vocabulary.pieces[number], way, vocabulary.classes)])
    return known


def token_pattern(piece: Piece, way: int, classes: Sequence[WordClass]) -> list[dict[str, Any]]:
    """One way to read a piece, as spaCy's Matcher takes it."""
    if piece.raw is not None:
        return list(piece.raw)
    gap: list[dict[str, Any]] = [{"OP": "?"}] * GAP
    return [token for c in piece.ways[way] for token in (gap if c == GAP_SIGN else [_token(classes[c])])]


def _token(one: WordClass) -> dict[str, Any]:
    words = one.words - {NUMBER}
    if words == one.words and not (one.starts or one.ends or one.middles):
        return {"LOWER": {"IN": sorted(words)}}
    ways = [
        *(re.escape(word) for word in sorted(words)),
        *([r"\d.*"] if words != one.words else []),
        *(f"{re.escape(start)}.*" for start in sorted(one.starts)),
        *(f".*{re.escape(end)}" for end in sorted(one.ends)),
        *(f".*{re.escape(middle)}.*" for middle in sorted(one.middles)),
    ]
    return {"LOWER": {"REGEX": rf"\A(?:{'|'.join(ways)})\Z"}}


# ------------------------------------------------------------------ raw spaCy patterns


def raw_faults(pattern: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What is wrong with a spaCy token pattern of the staff's own, as ends of sentences."""
    from spacy.matcher import Matcher

    for token in pattern:
        for key in token:
            if str(key).upper() not in KNOWN_ATTRIBUTES:
                yield (
                    f"{key} cannot be used: rules run without a trained model, which alone knows it; "
                    "known: LOWER, TEXT, SHAPE, IS_DIGIT, LIKE_NUM ..."
                )
        if _is_open(str(token.get("OP", "1"))):
            yield f"runaway pattern: OP = {token['OP']!r} has no end; write '?' or '{{0,5}}'"
    try:
        Matcher(vocab(), validate=True).add("raw", [list(pattern)])
    except ValueError as fault:
        yield "spaCy does not take the pattern: " + " ".join(str(fault).split())[:300]
    else:
        if not raw_anchor(pattern):
            yield 'anchorless pattern: one token must name its words, such as { LOWER = "merger" }'


def _is_open(op: str) -> bool:
    if op in ("1", "?", "!"):
        return False
    repeat = _REPEAT.fullmatch(op)
    if repeat is None:
        return True
    low, comma, high = repeat.groups()
    return int(high or (low if not comma else 99) or 99) > GAP


def raw_anchor(pattern: Sequence[dict[str, Any]]) -> list[str]:
    """The words of the token that must be there and can be looked up; empty if there is none."""
    for token in pattern:
        if token.get("OP", "1") != "1":
            continue
        for key in ("LOWER", "lower", "TEXT", "ORTH"):
            value = token.get(key)
            words = [value] if isinstance(value, str) else value.get("IN") if isinstance(value, dict) else None
            if words and all(isinstance(word, str) for word in words):
                return [word.lower() for word in words]
    return []
