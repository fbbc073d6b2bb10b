"""The cases that staff made out of replies: one reply may tell several, and a case may rest on several places of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select

from harvester.store import events
from harvester.store.events import Move
from harvester.store.schema import case, reply

Place = tuple[str, int, int]  # where, start, end: as in model.Evidence


@dataclass(frozen=True, slots=True)
class Kept:
    """One case as a person made it. Empty texts: what holds of the reply holds of the case."""

    number: int
    title: str
    summary: str
    organisation: str | None
    country: str | None
    category: str | None
    kind: str | None
    standing: str | None
    quotations: tuple[Place, ...]
    saving: str | None
    made_at: datetime
    made_by: str


def by_reference(tx: Connection, references: Sequence[str]) -> dict[str, int]:
    """Which replies have these reference numbers; those that nobody has are left out."""
    rows = tx.execute(select(reply.c.reference, reply.c.id).where(reply.c.reference.in_(references)))
    return {reference: ident for reference, ident in rows}


def of(tx: Connection, reply_id: int) -> list[Kept]:
    """[]: nobody has split this reply."""
    return of_all(tx, [reply_id]).get(reply_id, [])


def of_all(tx: Connection, ids: Sequence[int]) -> dict[int, list[Kept]]:
    """The same of many at the cost of one; without those that nobody has split."""
    found: dict[int, list[Kept]] = {}
    for row in tx.execute(select(case).where(case.c.reply_id.in_(ids)).order_by(case.c.reply_id, case.c.number)):
        found.setdefault(row.reply_id, []).append(_kept(row))
    return found


def hold(tx: Connection, reply_id: int) -> list[Kept]:
    """The same; until the transaction ends nobody else can split this reply. KeyError: there is no such reply."""
    if tx.execute(select(reply.c.id).where(reply.c.id == reply_id).with_for_update()).first() is None:
        raise KeyError(reply_id)
    return of(tx, reply_id)


def put(tx: Connection, reply_id: int, made: Sequence[Kept], who: str, now: datetime) -> None:
    """These cases, numbered from 1, in place of the ones before; none: the reply is one case again."""
    before = tx.execute(select(func.count()).select_from(case).where(case.c.reply_id == reply_id)).scalar_one()
    tx.execute(delete(case).where(case.c.reply_id == reply_id))
    rows = [
        {
            "reply_id": reply_id, "number": number, "title": one.title, "summary": one.summary,
            "organisation": one.organisation, "country": one.country, "category": one.category, "kind": one.kind,
            "standing": one.standing, "quotations": one.quotations, "saving": one.saving, "made_at": one.made_at,
            "made_by": one.made_by,
        }
        for number, one in enumerate(made, 1)
    ]  # fmt: skip
    if rows:
        tx.execute(insert(case), rows)
    events.write(tx, [Move(reply_id, "case", str(before), str(len(rows)), who)], now)


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    return Kept(
        row.number, row.title, row.summary, row.organisation, row.country, row.category, row.kind, row.standing,
        tuple((where, start, end) for where, start, end in row.quotations or ()), row.saving, row.made_at, row.made_by,
    )  # fmt: skip
