"""What people decided. Append-only: nothing here is ever changed, and it wins over the verdict for ever."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from harvester.store.schema import review


def add(
    tx: Connection, reply_id: int, who: str, decision: dict[str, Any], now: datetime, note: str = "",
    batch_id: int | None = None,
) -> int:  # fmt: skip
    """A person has decided something about this reply, or at least seen it (an empty decision).

    The pages' way is ``decisions.decide``, which looks whether somebody else was faster and says what holds then.
    """
    values = {"reply_id": reply_id, "made_at": now, "made_by": who, "decision": decision, "note": note}
    values["batch_id"] = batch_id
    return int(tx.execute(insert(review).values(values).returning(review.c.id)).scalar_one())


def of(tx: Connection, reply_id: int) -> list[dict[str, Any]]:
    """The decisions about this reply, oldest first."""
    return of_all(tx, [reply_id]).get(reply_id, [])


def of_all(tx: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The same of many at the cost of one; without those about which nobody has decided."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in tx.execute(select(review).where(review.c.reply_id.in_(ids)).order_by(review.c.id)).mappings():
        one = {name: row[name] for name in ("id", "made_at", "made_by", "decision", "note")}
        found.setdefault(row["reply_id"], []).append(one)
    return found


def filed(tx: Connection) -> dict[int, dict[str, Any]]:
    """Replies whose categories a person has decided, with the last such decision: ``{"categories": [id, ...]}`` and,
    where told, ``"kinds"``."""
    rows = tx.execute(select(review.c.reply_id, review.c.decision).order_by(review.c.id))
    return {reply_id: decision for reply_id, decision in rows if "categories" in decision}
