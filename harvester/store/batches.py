"""One action on many replies: a review each, so that nothing is special about them, and one row to undo them all by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from harvester.model import Standing
from harvester.store import decisions, reviews
from harvester.store.decisions import Change
from harvester.store.schema import filed, reply
from harvester.store.schema_staff import batch

MOST = 1_000  # replies at once


@dataclass(frozen=True, slots=True)
class Batch:
    id: int
    what: str  # in words, for people
    made_by: str
    replies: int
    undone: bool


def apply(tx: Connection, changes: Sequence[tuple[int, Change]], what: str, who: str, now: datetime) -> int:
    """A change to each of these replies, on top of whatever people have decided; returns the batch's id."""
    row = {"made_at": now, "made_by": who, "what": what, "before": []}
    made = int(tx.execute(insert(batch).values(row).returning(batch.c.id)).scalar_one())
    after = []
    for reply_id, change in changes[:MOST]:
        before = decisions.of(tx, reply_id)
        holds = decisions.decide(tx, reply_id, before.version if before else 0, who, change, now, "", made)
        after.append((reply_id, holds.version))
    tx.execute(update(batch).where(batch.c.id == made).values(before=after))
    return made


def undo(tx: Connection, batch_id: int, who: str, now: datetime) -> tuple[int, int] | None:
    """Gives each reply back what held before. Those that somebody has decided on since are left alone.

    Returns (undone, left alone); None where there is nothing to undo.
    """
    first = update(batch).where(batch.c.id == batch_id, batch.c.undone_at.is_(None))
    if not tx.execute(first.values(undone_at=now, undone_by=who)).rowcount:
        return None
    undone = left = 0
    for reply_id, version in tx.execute(select(batch.c.before).where(batch.c.id == batch_id)).scalar_one():
        made = reviews.of(tx, reply_id)
        if not made or made[-1]["id"] != version:
            left += 1
            continue
        before = [one["decision"] for one in made[:-1]]
        change: Change = {}
        for key in made[-1]["decision"]:
            change[key] = next((one[key] for one in reversed(before) if key in one), EMPTY[key])  # type: ignore[literal-required]
        decisions.decide(tx, reply_id, version, who, change, now, "", batch_id)
        undone += 1
    return undone, left


EMPTY: Change = {
    "settled": False,
    "disposition": None,
    "categories": None,
    "kinds": [],
    "standings": {},
    "organisation": None,
    "country": None,
    "quote_worthy": False,
    "may_share": None,
    "marks": [],
}
"""What holds where nobody has said anything."""


def one(tx: Connection, batch_id: int) -> Batch | None:
    row = tx.execute(select(batch).where(batch.c.id == batch_id)).one_or_none()
    return None if row is None else Batch(row.id, row.what, row.made_by, len(row.before), row.undone_at is not None)


def filing(tx: Connection, ids: Sequence[int], category: str, there: bool) -> list[tuple[int, Change]]:
    """Changes after which each reply counts for this category (or no longer), and for all others as it does now."""
    found: dict[int, dict[str, tuple[list[str], str]]] = {reply_id: {} for reply_id in ids}
    for row in tx.execute(select(filed).where(filed.c.reply_id.in_(ids)).order_by(filed.c.reply_id, filed.c.category)):
        found[row.reply_id][row.category] = (row.kinds, row.standing)
    for now in found.values():
        if there:
            now.setdefault(category, ([], Standing.EXAMPLE))
        else:
            now.pop(category, None)
    return [
        (
            reply_id,
            Change(
                categories=list(now),
                kinds=[kind for kinds, _ in now.values() for kind in kinds],
                standings={one: standing for one, (_, standing) in now.items()},
            ),
        )
        for reply_id, now in found.items()
    ]


def there(tx: Connection, ids: Sequence[int]) -> list[int]:
    """Those of these numbers that are replies."""
    return list(tx.scalars(select(reply.c.id).where(reply.c.id.in_(ids)).order_by(reply.c.id)))
