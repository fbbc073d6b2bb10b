"""``harvester rules score``: the rules against texts that people have labelled.

Precision and recall with Wilson intervals (E. B. Wilson, JASA 22, 1927), because a few dozen texts prove little.
"""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harvester.classify import Classifier
from harvester.errors import Unusable
from harvester.message.reader import Reader
from harvester.model import Message, Verdict

Z = 1.96  # 95 %
NONE = "none"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A reply's own words and the categories that a person gave it; none: empty."""

    text: str
    labels: frozenset[str]
    where: str  # file:line


def labelled(path: Path) -> list[Labelled]:
    """One JSON object a line: ``text`` and ``labels`` (``[]`` or ``["none"]``: no category). Raises Unusable with
    every line that is something else."""
    problems, found = [], []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise Unusable(f"{path}: cannot be read: {fault}") from fault
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            one = json.loads(line)
            labels = frozenset(map(str, one["labels"])) - {NONE}
            found.append(Labelled(str(one["text"]), labels, where))
        except (ValueError, KeyError, TypeError):
            problems.append(f'{where}: must look like {{"text": "...", "labels": ["shared"]}}')
    if problems:
        raise Unusable(problems)
    return found


HEAD = (
    b"From: somebody@town.example\r\nTo: replies@lga.example\r\nSubject: Re: Request\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
)


def message_of(text: str, reader: Reader) -> Message:
    """A text as if it had come by mail, so that what it quotes is taken out first."""
    return reader.read(HEAD + text.encode("utf-8", "replace"), lambda _data: "")


def scored(texts: Sequence[Labelled], reader: Reader, classifier: Classifier) -> dict[str, Any]:
    """``{"texts", "exact_match", "micro_f1", "categories": {id: {...}}, "confusion": [...], "worst_rules": [...]}``."""
    judged = [(one, classifier.judge(message_of(one.text, reader))) for one in texts]
    named = [(one, frozenset(found.id for found in verdict.categories)) for one, verdict in judged]
    ids = sorted({label for one, got in named for label in one.labels | got})
    categories = {category: _of_category(category, named) for category in ids}
    hits, wrong, missed = (sum(one[what] for one in categories.values()) for what in ("right", "wrong", "missed"))
    return {
        "texts": len(texts),
        "exact_match": _share(sum(one.labels == got for one, got in named), len(texts)),
        "micro_f1": _share(2 * hits, 2 * hits + wrong + missed),
        "categories": categories,
        "confusion": [
            {"labels": sorted(given) or [NONE], "rules": sorted(got) or [NONE], "texts": count}
            for (given, got), count in Counter((one.labels, got) for one, got in named).most_common()
            if given != got
        ],
        "worst_rules": _worst(judged),
    }


def _of_category(category: str, named: Sequence[tuple[Labelled, frozenset[str]]]) -> dict[str, Any]:
    right = sum(category in one.labels and category in got for one, got in named)
    wrong = sum(category not in one.labels and category in got for one, got in named)
    missed = sum(category in one.labels and category not in got for one, got in named)
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


def wilson(hits: int, of: int) -> list[float] | None:
    """The interval in which the true share lies with 95 % certainty; None without any text."""
    if not of:
        return None
    share = hits / of
    middle = share + Z * Z / (2 * of)
    spread = Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    whole = 1 + Z * Z / of
    return [round(max(0.0, (middle - spread) / whole), 4), round(min(1.0, (middle + spread) / whole), 4)]


def printed(result: dict[str, Any]) -> None:
    """The same for people."""
    print(
        f"{result['texts']} texts, exact match {_number(result['exact_match'])}, micro F1 {_number(result['micro_f1'])}"
    )
    print(f"{'category':12} {'precision':>22} {'recall':>22} {'F1':>6}  wrong  missed")
    for category, one in result["categories"].items():
        precision, recall = (
            f"{_number(one[what])} {_between(one[f'{what}_between'])}" for what in ("precision", "recall")
        )
        print(
            f"{category:12} {precision:>22} {recall:>22} {_number(one['f1']):>6} {one['wrong']:>6} {one['missed']:>7}"
        )
    for one in result["confusion"]:
        print(f"{one['texts']:4} labelled {', '.join(one['labels'])}; the rules say {', '.join(one['rules'])}")
    for one in result["worst_rules"]:
        print(f"rule {one['rule']}: wrong in {one['wrong']} of {one['of']} texts: {', '.join(one['where'])}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _between(ends: Sequence[float] | None) -> str:
    return "" if ends is None else f"({ends[0]:.2f} to {ends[1]:.2f})"
