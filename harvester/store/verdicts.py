"""Verdict <-> rows: what the rulebook said of a reply, with the evidence for it, and equal when it is read back."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from harvester.model import (
    Absence,
    Bounce,
    CategoryVerdict,
    Disposition,
    Evidence,
    Failure,
    Respondent,
    Standing,
    Verdict,
)
from harvester.store.bulk import Row, insert_all
from harvester.store.schema import category, evidence, respondent, verdict

Judged = tuple[int, Verdict]


def store_verdicts(tx: Connection, batch: Sequence[Judged], run_id: int, now: datetime) -> None:
    """The machine's verdicts on replies that have none."""
    insert_all(tx, verdict, [_verdict_row(reply_id, one, run_id, now) for reply_id, one in batch])
    insert_all(tx, category, [row for reply_id, one in batch for row in _category_rows(reply_id, one)])
    insert_all(tx, evidence, [row for reply_id, one in batch for row in _evidence_rows(reply_id, one)])
    insert_all(tx, respondent, [_respondent_row(reply_id, one.respondent) for reply_id, one in batch])


def load_verdicts(tx: Connection, ids: Sequence[int]) -> dict[int, Verdict]:
    """Without those replies that have none."""
    who = {row.reply_id: row for row in tx.execute(select(respondent).where(respondent.c.reply_id.in_(ids)))}
    counted: dict[int, list[CategoryVerdict]] = {}
    near: dict[int, list[CategoryVerdict]] = {}
    pieces = _pieces(tx, ids)
    below = select(category).where(category.c.reply_id.in_(ids)).order_by(category.c.reply_id, category.c.number)
    for row in tx.execute(below):
        one = CategoryVerdict(
            row.category, row.kind, tuple(row.kinds), row.score, Standing(row.standing),
            tuple(pieces.get((row.reply_id, row.number), ())), row.why,
        )  # fmt: skip
        (counted if row.counts else near).setdefault(row.reply_id, []).append(one)
    return {
        judged.reply_id: _verdict(
            judged, who[judged.reply_id], counted.get(judged.reply_id, ()), near.get(judged.reply_id, ())
        )
        for judged in tx.execute(select(verdict).where(verdict.c.reply_id.in_(ids)))
    }


def _verdict(judged: Any, who: Any, counted: Sequence[CategoryVerdict], near: Sequence[CategoryVerdict]) -> Verdict:
    return Verdict(
        disposition=Disposition(judged.disposition),
        because=judged.because,
        language=judged.language,
        categories=tuple(counted),
        near=tuple(near),
        respondent=Respondent(who.organisation, who.country, who.domain),
        review_suggested=judged.review_suggested,
        rulebook=judged.rulebook,
        bounce=judged.bounce and _bounce(judged.bounce),
        absence=judged.absence and _absence(judged.absence),
        confidential=judged.confidential,
    )


def _bounce(row: Row) -> Bounce:
    return Bounce(Failure(row["failure"]), row["recipient"], row["status"], row["returned"])


def _absence(row: Row) -> Absence:
    return Absence(row["back"] and date.fromisoformat(row["back"]), row["deputy"])


def _pieces(tx: Connection, ids: Sequence[int]) -> dict[tuple[int, int], list[Evidence]]:
    """The evidence below each reply's categories by their number, in order."""
    columns = evidence.c.reply_id, evidence.c.category_number, evidence.c.number
    found: dict[tuple[int, int], list[Evidence]] = {}
    for row in tx.execute(select(evidence).where(evidence.c.reply_id.in_(ids)).order_by(*columns)).mappings():
        piece = Evidence(
            row["category"], row["kind"], row["text"], row["start"], row["end"], row["where"], row["rule"],
            row["because"], Standing(row["standing"]), row["weight"],
        )  # fmt: skip
        found.setdefault((row["reply_id"], row["category_number"]), []).append(piece)
    return found


def _verdict_row(reply_id: int, one: Verdict, run_id: int, now: datetime) -> Row:
    return {
        "reply_id": reply_id,
        "rulebook": one.rulebook,
        "disposition": one.disposition,
        "because": one.because,
        "language": one.language,
        "review_suggested": one.review_suggested,
        "bounce": one.bounce and asdict(one.bounce),
        "absence": one.absence and {"back": one.absence.back and str(one.absence.back), "deputy": one.absence.deputy},
        "judged_at": now,
        "run_id": run_id,
        "confidential": one.confidential,
    }


def filed_rows(reply_id: int, verdict: Verdict) -> list[Row]:
    """What the reply counts for, as long as no person has decided otherwise."""
    return [
        {
            "reply_id": reply_id,
            "category": one.id,
            "kind": one.kind,
            "kinds": one.kinds,
            "score": one.score,
            "standing": one.standing,
        }
        for one in verdict.categories
    ]


def _category_rows(reply_id: int, verdict: Verdict) -> list[Row]:
    return [
        {
            "reply_id": reply_id,
            "number": number,
            "category": one.id,
            "kind": one.kind,
            "kinds": one.kinds,
            "score": one.score,
            "standing": one.standing,
            "counts": number <= len(verdict.categories),
            "why": one.why,
        }
        for number, one in _numbered(verdict)
    ]


def _evidence_rows(reply_id: int, verdict: Verdict) -> list[Row]:
    return [
        {
            "reply_id": reply_id,
            "category_number": number,
            "number": place,
            "category": piece.category,
            "kind": piece.kind,
            "text": piece.text,
            "start": piece.start,
            "end": piece.end,
            "where": piece.where,
            "rule": piece.rule,
            "because": piece.because,
            "standing": piece.standing,
            "weight": piece.weight,
        }
        for number, one in _numbered(verdict)
        for place, piece in enumerate(one.evidence, 1)
    ]


def _numbered(verdict: Verdict) -> "enumerate[CategoryVerdict]":
    """What counts first, then what came near."""
    return enumerate((*verdict.categories, *verdict.near), 1)


def _respondent_row(reply_id: int, one: Respondent) -> Row:
    return {"reply_id": reply_id, "organisation": one.organisation, "country": one.country, "domain": one.domain}
