"""A compiled rulebook <-> JSON: a language's words and indexes as they are at work, so that nothing is built again."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from harvester.classify.anchors import Anchors
from harvester.classify.compiled import USES, Compiled, CompiledRule, Language, Owner
from harvester.classify.lexicon import Lexicon
from harvester.classify.patterns import Pattern, Piece, Step, Way
from harvester.classify.roles import Roles
from harvester.classify.rulefile import Category


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
        Owner(rule, cancels, cue, phrase),
        tuple(earlier),
    )


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
