"""``harvester rules stats``: how often each rule spoke in what is stored, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from harvester.classify.rulebook import Rulebook

COUNTS = ("counts", "alone", "near", "rejected")
"""Replies whose category it helped to make; made by itself; nearly made; where it found something turned down."""


def stats(book: Rulebook, spoken: Mapping[tuple[str, str], Mapping[str, int]]) -> dict[str, Any]:
    """``{"rules": n, "languages": {code: rules}, "spoke": [{"category", "rule", counts ...}], "silent": [...]}``."""
    known = [(rule.category, rule.id) for rule in book.compiled.rules if rule.category in book.categories]
    numbers = {
        code: len({pattern.of.rule for pattern in one.patterns if pattern.of.rule >= 0})
        for code, one in book.compiled.languages.items()
    }
    rows: Sequence[dict[str, Any]] = [
        {"category": category, "rule": rule, **{what: spoken[category, rule].get(what, 0) for what in COUNTS}}
        for category, rule in known
        if (category, rule) in spoken
    ]
    return {
        "rules": len(known),
        "languages": dict(sorted(numbers.items())),
        "spoke": sorted(rows, key=lambda row: tuple(-row[what] for what in COUNTS)),
        "silent": [f"{category}: {rule}" for category, rule in known if (category, rule) not in spoken],
    }


def printed(result: Mapping[str, Any]) -> None:
    """The same for people."""
    languages = ", ".join(f"{code} {count}" for code, count in result["languages"].items())
    print(f"{result['rules']} rules; how many speak each language: {languages}")
    if result["spoke"]:
        print(f"{'category':14} {'rule':44} {'counts':>7} {'alone':>6} {'near':>6} {'turned down':>12}")
    for row in result["spoke"]:
        print(
            f"{row['category']:14} {row['rule']:44} {row['counts']:>7} {row['alone']:>6} {row['near']:>6}"
            f" {row['rejected']:>12}"
        )
    if result["silent"]:
        print(f"{len(result['silent'])} rules never spoke in what is stored:")
        for name in result["silent"]:
            print(f"    {name}")
