"""A rulebook compiled for running: plain values that can be cached as JSON, and what is built from them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from harvester.classify.anchors import Anchors
from harvester.classify.expansion import Spelled, SpelledStep, WordClass
from harvester.classify.finder import Finder
from harvester.classify.language import little_words_of
from harvester.classify.lexicon import BLANK, Lexicon
from harvester.classify.matchers import Matchers
from harvester.classify.patterns import GAP_SIGN, Part, Pattern, Piece, Step, Way
from harvester.classify.roles import Roles
from harvester.classify.rulefile import Category
from harvester.classify.tokens import Text
from harvester.classify.told import Memory
from harvester.classify.vocabulary import Reading, Vocabulary

USES = (RULES, CANCELS, CUES) = ("rules", "cancels", "cues")
"""What patterns are looked for as."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """What a hit needs to know of its rule."""

    id: str
    category: str
    kind: str | None
    weight: float
    because: str
    scope: frozenset[str]
    yields_to: frozenset[str] = frozenset()
    was_public: bool = False  # what a firm had is none of its category


@dataclass(frozen=True)
class Role:
    """Whose a pattern is: a rule's phrase, what cancels it, or a cue of this name."""

    rule: int = -1
    cancels: bool = False
    cue: str = ""
    phrase: int = -1  # which of the rule's phrases

    @property
    def use(self) -> str:
        return CUES if self.cue else CANCELS if self.cancels else RULES


@dataclass(frozen=True)
class Language:
    """All patterns of one language, with what is needed to find them."""

    code: str
    lexicon: Lexicon
    pieces: tuple[Piece, ...]
    patterns: tuple[Pattern, ...]
    roles: Roles
    anchors: Mapping[str, Anchors]  # of patterns for each use

    @classmethod
    def of(
        cls, code: str, classes: Sequence[WordClass], pieces: tuple[Piece, ...], patterns: tuple[Pattern, ...]
    ) -> "Language":
        roles = Roles.of(classes, pieces, little_words_of(code))
        anchors = {
            use: Anchors.of([p for p in patterns if p.of.use == use], roles.widths.__getitem__, len(pieces))
            for use in USES
        }
        return cls(code, Lexicon.of(classes), pieces, patterns, roles, anchors)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.lexicon, self.pieces, self.roles)

    @cached_property
    def _matchers(self) -> Matchers:
        return Matchers(self.vocabulary)

    def _finder(self, use: str) -> Finder:
        patterns = [p for p in self.patterns if p.of.use == use]
        return Finder(self.vocabulary, self._matchers, patterns, self.anchors[use])

    @cached_property
    def rules(self) -> Finder:
        """What rules look for; what cancels them is looked for where they are found."""
        return self._finder(RULES)

    @cached_property
    def cancels(self) -> Finder:
        return self._finder(CANCELS)

    @cached_property
    def cues(self) -> Finder:
        return self._finder(CUES)

    @cached_property
    def cancelling(self) -> Mapping[int, Sequence[int]]:
        """By rule, the numbers of the patterns of ``cancels`` that are its."""
        numbers: dict[int, list[int]] = {}
        for number, pattern in enumerate(self.cancels.patterns):
            numbers.setdefault(pattern.of.rule, []).append(number)
        return numbers

    @cached_property
    def told(self) -> Memory:
        """By rules, in sentences that were read before."""
        return Memory()

    def read(self, text: Text) -> Reading:
        return self.vocabulary.read(text)

    def make_ready(self) -> None:
        """Build now what is otherwise built at the first text."""
        _ = self.rules, self.cancels, self.cancelling, self.cues


@dataclass(frozen=True)
class Compiled:
    """Everything that a run needs of a rulebook."""

    categories: tuple[Category, ...]
    rules: tuple[CompiledRule, ...]
    languages: Mapping[str, Language]
    speaks: frozenset[str]  # languages in which some rule of a category speaks, and not with a few words only


class Languages(Mapping[str, Language]):
    """Languages as they were kept; each is read when it is first asked for, since most runs meet a few of them."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = dict(kept)
        self._read: dict[str, Language] = {}

    def __getitem__(self, code: str) -> Language:
        if code not in self._read:
            self._read[code] = _language(code, json.loads(self._kept[code]))
            self._kept[code] = ""
        return self._read[code]

    def __contains__(self, code: object) -> bool:
        return code in self._kept

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


class Numbers:
    """Gives every different word class and every different piece of a language one number."""

    def __init__(self) -> None:
        self.classes: dict[WordClass, int] = {}
        self._pieces: dict[str, int] = {}
        self.pieces: list[Piece] = []

    def part(self, steps: Sequence[SpelledStep]) -> Part:
        return tuple(Step(self.piece(ways), loose) for loose, ways in steps)

    def piece(self, ways: Sequence[Spelled]) -> int:
        numbered = [tuple(GAP_SIGN if c is None else self._class(c) for c in way) for way in ways]
        return self._number(Piece(tuple(sorted(set(numbered)))))

    def raw(self, tokens: Sequence[dict[str, Any]], anchors: Sequence[Sequence[str]]) -> Part:
        """``anchors``: words one of each of which must stand in a sentence before the tokens are worth a look."""
        classes = [self._class(WordClass(frozenset(w for w in words if BLANK not in w))) for words in anchors]
        return (Step(self._number(Piece((tuple(classes),), tuple(tokens)))),)

    def _class(self, one: WordClass) -> int:
        return self.classes.setdefault(one, len(self.classes))

    def _number(self, piece: Piece) -> int:
        number = self._pieces.setdefault(repr(piece), len(self.pieces))
        if number == len(self.pieces):
            self.pieces.append(piece)
        return number


def to_json(compiled: Compiled) -> dict[str, Any]:
    return {
        "categories": [
            [c.id, c.title, c.request, dict(c.kinds), c.accept_at, c.review_at, c.decides, c.order, c.was_public]
            for c in compiled.categories
        ],
        "rules": [
            [r.id, r.category, r.kind, r.weight, r.because, sorted(r.scope), sorted(r.yields_to), r.was_public]
            for r in compiled.rules
        ],
        "languages": {code: _language_json(one) for code, one in compiled.languages.items()},
        "speaks": sorted(compiled.speaks),
    }


def _language_json(language: Language) -> str:
    """A text of its own, so that it can be left unread."""
    value = {
        "lexicon": language.lexicon.packed(),
        "roles": language.roles.packed(),
        "anchors": {use: one.packed() for use, one in language.anchors.items()},
        "pieces": [[list(map(list, piece.ways)), piece.raw and list(piece.raw)] for piece in language.pieces],
        "patterns": [
            [
                p.of.rule,
                p.of.cancels,
                p.of.cue,
                p.of.phrase,
                [[[step.piece, step.loose] for step in part] for part in p.parts],
                p.earlier,
            ]
            for p in language.patterns
        ],
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_json(value: Mapping[str, Any]) -> Compiled:
    """Raises KeyError, TypeError or ValueError for anything that ``to_json`` did not write."""
    return Compiled(
        tuple(Category(*row) for row in value["categories"]),
        tuple(_rule(*row) for row in value["rules"]),
        Languages(value["languages"]),
        frozenset(value["speaks"]),
    )


def _language(code: str, one: Mapping[str, Any]) -> Language:
    step = cache(Step)  # a few thousand different ones stand in tens of thousands of places
    known: dict[Way, Way] = {}

    def way(numbers: Sequence[int]) -> Way:
        made = tuple(numbers)
        return known.setdefault(made, made)

    return Language(
        code,
        Lexicon.unpacked(one["lexicon"]),
        tuple(Piece(tuple(map(way, ways)), tuple(raw) if raw else None) for ways, raw in one["pieces"]),
        tuple(_pattern(step, *row) for row in one["patterns"]),
        Roles.unpacked(one["roles"]),
        {use: Anchors.unpacked(one["anchors"][use]) for use in USES},
    )


def _rule(
    ident: str,
    category: str,
    kind: str | None,
    weight: float,
    because: str,
    scope: Sequence[str],
    yields_to: Sequence[str],
    was_public: bool,
) -> CompiledRule:
    return CompiledRule(ident, category, kind, weight, because, frozenset(scope), frozenset(yields_to), was_public)


def _pattern(
    step: Callable[[int, bool], Step],
    rule: int,
    cancels: bool,
    cue: str,
    phrase: int,
    parts: Sequence[Any],
    earlier: Sequence[int],
) -> Pattern:
    return Pattern(
        tuple(tuple(step(piece, loose) for piece, loose in part) for part in parts),
        Role(rule, cancels, cue, phrase),
        tuple(earlier),
    )
