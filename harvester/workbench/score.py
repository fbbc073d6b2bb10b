"""``harvester rules score``: the rules against texts that people have labelled.

Precision and recall with Wilson intervals (E. B. Wilson, JASA 22, 1927), because a few dozen texts prove little.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from harvester.classify import Classifier
from harvester.model import Verdict
from harvester.shares import wilson
from harvester.workbench.labelled import NONE, Labelled

Named = Sequence[tuple[frozenset[str], frozenset[str]]]  # what a person says, what the rules say


def scored(texts: Sequence[Labelled], classifier: Classifier) -> dict[str, Any]:
    """``{"texts", "exact_match", "micro_f1", "categories": {id: {...}}, "kinds": {...}, "languages": {...},
    "confusion": [...], "worst_rules": [...]}``."""
    judged = [(one, classifier.judge(one.message)) for one in texts]
    named = [(one.labels, frozenset(found.id for found in verdict.categories)) for one, verdict in judged]
    kinds = [
        (one.kinds, frozenset(kind for found in verdict.categories for kind in found.kinds))
        for one, verdict in judged
        if one.kinds is not None
    ]
    languages: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for (_, verdict), pair in zip(judged, named, strict=True):
        languages.setdefault(verdict.language, []).append(pair)
    return {
        "texts": len(texts),
        **_whole(named),
        "categories": _each(named),
        "kinds": _each(kinds),
        "languages": {code: {"texts": len(some), **_whole(some)} for code, some in sorted(languages.items())},
        "confusion": [
            {"labels": sorted(given) or [NONE], "rules": sorted(got) or [NONE], "texts": count}
            for (given, got), count in Counter(named).most_common()
            if given != got
        ],
        "worst_rules": _worst(judged),
    }


def _whole(named: Named) -> dict[str, Any]:
    right = sum(len(given & got) for given, got in named)
    either = sum(len(given) + len(got) for given, got in named)
    exact = sum(given == got for given, got in named)
    return {
        "exact_match": _share(exact, len(named)),
        "exact_match_between": wilson(exact, len(named)),
        "micro_f1": _share(2 * right, either),
    }


def _each(named: Named) -> dict[str, Any]:
    return {name: _of(name, named) for name in sorted({name for given, got in named for name in given | got})}


def _of(name: str, named: Named) -> dict[str, Any]:
    right = sum(name in given and name in got for given, got in named)
    wrong = sum(name not in given and name in got for given, got in named)
    missed = sum(name in given and name not in got for given, got in named)
    return {
        "right": right,
        "wrong": wrong,
        "missed": missed,
        "precision": _share(right, right + wrong),
        "precision_between": wilson(right, right + wrong),
        "recall": _share(right, right + missed),
        "recall_between": wilson(right, right + missed),
        "f1": _share(2 * right, 2 * right + wrong + missed),
    }


def _worst(judged: Sequence[tuple[Labelled, Verdict]]) -> list[dict[str, Any]]:
    """Rules that spoke for a category which the text has not, with where; the most often wrong first."""
    spoke: Counter[str] = Counter()
    wrong: dict[str, list[str]] = {}
    for one, verdict in judged:
        for category in verdict.categories:
            for rule in sorted({piece.rule for piece in category.evidence}):
                spoke[rule] += 1
                if category.id not in one.labels:
                    wrong.setdefault(rule, []).append(one.where)
    worst = sorted(wrong.items(), key=lambda item: (-len(item[1]), item[0]))
    return [{"rule": rule, "wrong": len(where), "of": spoke[rule], "where": where[:10]} for rule, where in worst]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def printed(result: dict[str, Any]) -> None:
    """The same for people."""
    print(
        f"{result['texts']} texts, exact match {_number(result['exact_match'])}, micro F1 {_number(result['micro_f1'])}"
    )
    for title, what in (("category", "categories"), ("kind", "kinds")):
        if result[what]:
            print(f"{title:28} {'precision':>22} {'recall':>22} {'F1':>6}  wrong  missed")
        for name, one in result[what].items():
            precision, recall = (
                f"{_number(one[part])} {_between(one[f'{part}_between'])}" for part in ("precision", "recall")
            )
            print(
                f"{name:28} {precision:>22} {recall:>22} {_number(one['f1']):>6} {one['wrong']:>6} {one['missed']:>7}"
            )
    for code, one in result["languages"].items():
        between = _between(one["exact_match_between"])
        print(
            f"language {code:8} {one['texts']:>4} texts, exact match {_number(one['exact_match'])} {between},"
            f" micro F1 {_number(one['micro_f1'])}"
        )
    for one in result["confusion"]:
        print(f"{one['texts']:4} labelled {', '.join(one['labels'])}; the rules say {', '.join(one['rules'])}")
    for one in result["worst_rules"]:
        print(f"rule {one['rule']}: wrong in {one['wrong']} of {one['of']} texts: {', '.join(one['where'])}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _between(ends: Sequence[float] | None) -> str:
    return "" if ends is None else f"({ends[0]:.2f} to {ends[1]:.2f})"
