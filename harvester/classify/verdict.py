"""From pieces of evidence to categories: what counts, what nearly counts and why not."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from harvester.classify.hits import Read
from harvester.classify.rulefile import Category
from harvester.classify.standing import Judgement, judge
from harvester.model import CategoryVerdict, Evidence, Standing

DIMINISHING = 0.5  # each further independent piece counts half of the one before
SUBJECT = 0.5  # a subject often only repeats the request's title
RANK = {Standing.EXAMPLE: 0, Standing.PLANNED: 1, Standing.REJECTED: 2}


def evidence_of(read: Read, categories: Iterable[str], *, topic: bool = True) -> list[Evidence]:
    """Every piece of evidence for these categories in one text.

    ``topic=False`` for dispositions: "we have no examples" is no refused example.
    """
    wanted = set(categories)
    found = []
    for hit in read.hits:
        if hit.rule.category not in wanted:
            continue
        judgement = judge(hit, read) if topic else Judgement(Standing.EXAMPLE)
        start, end = read.text.place(hit.first, hit.last)
        weight = hit.rule.weight * judgement.factor * (SUBJECT if read.where == "subject" else 1.0)
        found.append(
            Evidence(
                category=hit.rule.category,
                kind=hit.rule.kind,
                text=read.text.source[start:end],
                start=start,
                end=end,
                where=read.where,
                rule=hit.rule.id,
                because=hit.rule.because,
                standing=judgement.standing,
                weight=round(weight, 4),
            )
        )
    return found


def decide(category: Category, evidence: Sequence[Evidence]) -> tuple[CategoryVerdict | None, list[CategoryVerdict]]:
    """What counts for a category (None if nothing does), and what does not, with why."""
    rejected = [e for e in evidence if e.standing is Standing.REJECTED]
    standing = [e for e in evidence if e.standing is not Standing.REJECTED]
    near = [_verdict(category, rejected, why="rejected")] if rejected else []
    if not standing:
        return None, near
    verdict = _verdict(category, standing)
    beyond_subject = any(e.where != "subject" for e in standing)
    if verdict.score >= category.accept_at and beyond_subject:
        return verdict, near
    if verdict.score >= category.review_at:
        near.append(replace(verdict, why="below-threshold"))
    return None, near


def score(evidence: Iterable[Evidence]) -> float:
    """Independent pieces add up, each further one for half. Pieces on the same words are one piece."""
    counted: list[Evidence] = []
    for piece in sorted(evidence, key=lambda e: (-e.weight, e.where, e.start)):
        if not any(_same_words(piece, other) for other in counted):
            counted.append(piece)
    return sum(piece.weight * DIMINISHING**n for n, piece in enumerate(counted))


def _same_words(one: Evidence, other: Evidence) -> bool:
    return one.where == other.where and one.start < other.end and other.start < one.end


def _verdict(category: Category, evidence: Sequence[Evidence], why: str | None = None) -> CategoryVerdict:
    by_kind: dict[str, list[Evidence]] = {}
    for piece in evidence:
        if piece.kind:
            by_kind.setdefault(piece.kind, []).append(piece)
    order = list(category.kinds)
    kinds = sorted(by_kind, key=lambda kind: (-score(by_kind[kind]), order.index(kind)))
    return CategoryVerdict(
        id=category.id,
        kind=kinds[0] if kinds else None,
        kinds=tuple(kinds),
        score=round(score(evidence), 4),
        standing=min((piece.standing for piece in evidence), key=RANK.__getitem__),
        evidence=tuple(sorted(evidence, key=lambda e: (e.where, e.start, e.end))),
        why=why,
    )
