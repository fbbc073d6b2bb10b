"""A rulebook compiled for running: plain values that can be cached as JSON, and what is built from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harvester.classify.anchors import Part, Pattern, Reading, Vocabulary
from harvester.classify.expansion import Spelled, WordClass
from harvester.classify.phrases import Finder
from harvester.classify.rulefile import Category
from harvester.classify.tokens import Text


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


@dataclass(frozen=True)
class Role:
    """Whose a pattern is: a rule's phrase, what cancels it, or a cue of this name."""

    rule: int = -1
    cancels: bool = False
    cue: str = ""


@dataclass(frozen=True)
class Language:
    """All patterns of one language."""

    code: str
    classes: tuple[WordClass, ...]
    patterns: tuple[Pattern, ...]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.classes)

    @cached_property
    def rules(self) -> Finder:
        return Finder(self.vocabulary, [p for p in self.patterns if not p.of.cue])

    @cached_property
    def cues(self) -> Finder:
        return Finder(self.vocabulary, [p for p in self.patterns if p.of.cue])

    def read(self, text: Text) -> Reading:
        return self.vocabulary.read(text)


@dataclass(frozen=True)
class Compiled:
    """Everything that a run needs of a rulebook."""

    categories: tuple[Category, ...]
    rules: tuple[CompiledRule, ...]
    languages: Mapping[str, Language]


class ClassNumbers:
    """Gives every different word class of a language one number."""

    def __init__(self) -> None:
        self.classes: dict[WordClass, int] = {}

    def part(self, ways: Sequence[Spelled]) -> Part:
        return Part(tuple(tuple(-1 if c is None else self.number(c) for c in way) for way in ways))

    def raw(self, tokens: Sequence[dict[str, Any]], anchor: Sequence[str]) -> Part:
        return Part(((self.number(WordClass(frozenset(anchor))),),), tuple(tokens))

    def number(self, one: WordClass) -> int:
        return self.classes.setdefault(one, len(self.classes))


def to_json(compiled: Compiled) -> dict[str, Any]:
    return {
        "categories": [
            [c.id, c.title, c.request, dict(c.kinds), c.accept_at, c.review_at, c.decides] for c in compiled.categories
        ],
        "rules": [
            [r.id, r.category, r.kind, r.weight, r.because, sorted(r.scope), sorted(r.yields_to)]
            for r in compiled.rules
        ],
        "languages": {
            code: {
                "classes": [
                    [sorted(c.words), sorted(c.starts), sorted(c.ends), sorted(c.middles)] for c in one.classes
                ],
                "patterns": [
                    [
                        p.of.rule,
                        p.of.cancels,
                        p.of.cue,
                        [[list(map(list, part.ways)), part.raw and list(part.raw)] for part in p.parts],
                    ]
                    for p in one.patterns
                ],
            }
            for code, one in compiled.languages.items()
        },
    }


def from_json(value: Mapping[str, Any]) -> Compiled:
    """Raises KeyError, TypeError or ValueError for anything that ``to_json`` did not write."""
    return Compiled(
        tuple(Category(*row) for row in value["categories"]),
        tuple(_rule(*row) for row in value["rules"]),
        {
            code: Language(
                code,
                tuple(WordClass(*map(frozenset, row)) for row in one["classes"]),
                tuple(_pattern(*row) for row in one["patterns"]),
            )
            for code, one in value["languages"].items()
        },
    )


def _rule(
    ident: str,
    category: str,
    kind: str | None,
    weight: float,
    because: str,
    scope: Sequence[str],
    yields_to: Sequence[str],
) -> CompiledRule:
    return CompiledRule(ident, category, kind, weight, because, frozenset(scope), frozenset(yields_to))


def _pattern(rule: int, cancels: bool, cue: str, parts: Sequence[Any]) -> Pattern:
    return Pattern(
        tuple(Part(tuple(map(tuple, ways)), tuple(raw) if raw else None) for ways, raw in parts),
        Role(rule, cancels, cue),
    )
