"""Phrases as spaCy Matchers on a blank pipeline's vocabulary (spaCy's only door).

A blank pipeline needs no trained model. Words come from our own cutter (see ``tokens``). The result is
that of a plain Matcher run over each sentence; anchors only spare it the sentences that cannot match.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from harvester.classify.anchors import GAP_SIGN, Part, Pattern, Reading, Vocabulary, ones
from harvester.classify.expansion import WordClass
from harvester.classify.grammar import GAP, NAME, NUMBER

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

Span = tuple[int, int]  # words, half-open
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
        self._by_anchor: dict[int, list[int]] = {}
        self._all_anchors = 0
        for number, pattern in enumerate(patterns):
            for anchor in vocabulary.anchors(pattern):
                self._by_anchor.setdefault(anchor, []).append(number)
                self._all_anchors |= 1 << anchor
        self._matchers: dict[int, Matcher] = {}  # id of the part

    def find(self, reading: Reading, sentences: Iterable[int] | None = None) -> list[Found]:
        """Every place of every pattern, in order of sentences; one place of "a & b" a sentence."""
        found: list[Found] = []
        for number in range(len(reading.sentence_bits)) if sentences is None else sentences:
            bits = reading.sentence_bits[number]
            tried: set[int] = set()
            for anchor in ones(bits & self._all_anchors):
                tried.update(self._by_anchor[anchor])
            for which in sorted(tried):
                if self.patterns[which].may_stand(bits):
                    spans = self._places(self.patterns[which], reading, number)
                    found.extend(Found(which, number, *span) for span in spans)
        return found

    def _places(self, pattern: Pattern, reading: Reading, sentence: int) -> list[Span]:
        places = []
        for part in pattern.parts:
            spans = smallest(self._part(part, reading, sentence))
            if not spans:
                return []
            places.append(spans)
        if len(places) == 1:
            return places[0]

        def apart(one: int, span: Span, other: int, taken: Span) -> bool:
            """No word serves both parts; a word in the gap of the one may be the other ("hat das *Bad* gekauft")."""
            claims, others = pattern.parts[one].claims, pattern.parts[other].claims
            words = range(max(span[0], taken[0]), min(span[1], taken[1]))
            return not any(reading.bits[n] & claims and reading.bits[n] & others for n in words)

        return closest(places, apart)

    def _part(self, part: Part, reading: Reading, number: int) -> list[Span]:
        """All places of a part in a sentence."""
        sentence = reading.text.sentences[number]
        if part.single is not None:
            single = part.single
            words = range(sentence.start, sentence.end)
            return [(n, n + 1) for n in words if reading.bits[n] & single]
        doc = self._doc(reading, raw=part.raw is not None)
        matches = self._matcher(part)(doc[sentence.start : sentence.end])
        return [(sentence.start + start, sentence.start + end) for _, start, end in matches]

    def _doc(self, reading: Reading, *, raw: bool) -> "Doc":
        """The text as spaCy sees it; for raw patterns with every word as written."""
        from spacy.tokens import Doc

        if raw not in reading.docs:
            text = reading.text
            words = (
                list(text.words)
                if raw
                else [
                    (w if self._vocabulary.bits(w) else NAME) if b else NOTHING
                    for w, b in zip(text.lower, reading.bits, strict=True)
                ]
            )
            reading.docs[raw] = Doc(vocab(), words=words)
        doc: Doc = reading.docs[raw]
        return doc

    def _matcher(self, part: Part) -> "Matcher":
        from spacy.matcher import Matcher

        matcher = self._matchers.get(id(part))
        if matcher is None:
            matcher = Matcher(vocab())
            matcher.add("part", token_patterns(part, self._vocabulary.classes))
            self._matchers[id(part)] = matcher
        return matcher


def token_patterns(part: Part, classes: Sequence[WordClass]) -> list[list[dict[str, Any]]]:
    """A part as spaCy's Matcher takes it."""
    if part.raw is not None:
        return [list(part.raw)]
    gap: list[dict[str, Any]] = [{"OP": "?"}] * GAP
    return [[token for c in way for token in (gap if c == GAP_SIGN else [_token(classes[c])])] for way in part.ways]


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


def smallest(spans: Iterable[Span]) -> list[Span]:
    """Those that hold no other and overlap none before them, in order."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda s: (s[1], -s[0])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def closest(places: Sequence[Sequence[Span]], apart: Callable[[int, Span, int, Span], bool]) -> list[Span]:
    """One place of every part, all apart, as near together as a walk from each first one finds."""
    best: Span | None = None
    for first in places[0]:
        taken = [first]
        for part, spans in enumerate(places[1:], start=1):
            free = [s for s in spans if all(apart(part, s, other, t) for other, t in enumerate(taken))]
            if not free:
                break
            taken.append(min(free, key=lambda s: (max(s[0] - first[1], first[0] - s[1]), s)))
        else:
            span = min(s[0] for s in taken), max(s[1] for s in taken)
            if best is None or span[1] - span[0] < best[1] - best[0]:
                best = span
    return [] if best is None else [best]


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
