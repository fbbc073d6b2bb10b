"""Phrases as spaCy Matchers on a blank pipeline's vocabulary (spaCy's only door).

A blank pipeline needs no trained model. Words come from our own cutter (see ``tokens``). The result is
that of a plain Matcher run over each sentence; anchors only spare it the sentences that cannot match.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from harvester.classify.anchors import GAP_SIGN, Part, Pattern, Reading, Vocabulary, Ways, ones
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
        self._searches: dict[str, PartSearch] = {}
        self._parts = [[self._search(part) for part in pattern.parts] for pattern in patterns]
        self._signs = [[search.signs for search in searches] for searches in self._parts]

    def _search(self, part: Part) -> "PartSearch":
        """Many phrases have parts in common; each is looked for once a sentence."""
        return self._searches.setdefault(repr((part.ways, part.raw)), PartSearch(part, self._vocabulary))

    def find(self, reading: Reading, sentences: Iterable[int] | None = None) -> list[Found]:
        """Every place of every pattern, in order of sentences; one place of "a & b" a sentence."""
        found: list[Found] = []
        for number in range(len(reading.sentence_bits)) if sentences is None else sentences:
            bits = reading.sentence_bits[number]
            tried: set[int] = set()
            for anchor in ones(bits & self._all_anchors):
                tried.update(self._by_anchor[anchor])
            known: dict[PartSearch, list[Span]] = {}
            for which in sorted(tried):
                if not all(bits & signs for signs in self._signs[which]):
                    continue
                spans = self._places(which, reading, number, known)
                found.extend(Found(which, number, *span) for span in spans)
        return found

    def _places(
        self, which: int, reading: Reading, sentence: int, known: "dict[PartSearch, list[Span]]"
    ) -> Sequence[Span]:
        places = []
        for search in self._parts[which]:
            if search not in known:
                known[search] = smallest(search.places(reading, sentence))
            if not known[search]:
                return []
            places.append(known[search])
        if len(places) == 1:
            return places[0]
        parts = self.patterns[which].parts

        def apart(one: int, span: Span, other: int, taken: Span) -> bool:
            """No word serves both parts; a word in the gap of the one may be the other ("hat das *Bad* gekauft")."""
            claims, others = parts[one].claims, parts[other].claims
            words = range(max(span[0], taken[0]), min(span[1], taken[1]))
            return not any(reading.bits[n] & claims and reading.bits[n] & others for n in words)

        return closest(places, apart)


class PartSearch:
    """Looks for what stands between two "&". A Matcher is made for each way when it first may stand somewhere."""

    def __init__(self, part: Part, vocabulary: Vocabulary) -> None:
        self._part = part
        self._vocabulary = vocabulary
        self._ways = Ways(part, vocabulary)
        self.signs = part.single | self._ways.anchors  # without any of these classes it stands nowhere
        self._matchers: dict[int, Matcher] = {}

    def places(self, reading: Reading, number: int) -> list[Span]:
        """All places of the part in a sentence."""
        sentence, bits = reading.text.sentences[number], reading.sentence_bits[number]
        found: list[Span] = []
        if bits & self._part.single:
            words = range(sentence.start, sentence.end)
            found = [(n, n + 1) for n in words if reading.bits[n] & self._part.single]
        ways = self._ways.that_may_stand(bits)
        if ways:
            span = self._doc(reading)[sentence.start : sentence.end]
            for way in ways:
                for _, start, end in self._matcher(way)(span):
                    found.append((sentence.start + start, sentence.start + end))
        return found

    def _doc(self, reading: Reading) -> "Doc":
        """The text as spaCy sees it; for raw patterns with every word as written."""
        from spacy.tokens import Doc

        raw = self._part.raw is not None
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

    def _matcher(self, way: int) -> "Matcher":
        from spacy.matcher import Matcher

        matcher = self._matchers.get(way)
        if matcher is None:
            matcher = self._matchers[way] = Matcher(vocab())
            matcher.add("way", [token_pattern(self._part, way, self._vocabulary.classes)])
        return matcher


def token_pattern(part: Part, way: int, classes: Sequence[WordClass]) -> list[dict[str, Any]]:
    """One way to read a part, as spaCy's Matcher takes it."""
    if part.raw is not None:
        return list(part.raw)
    gap: list[dict[str, Any]] = [{"OP": "?"}] * GAP
    return [token for c in part.ways[way] for token in (gap if c == GAP_SIGN else [_token(classes[c])])]


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
