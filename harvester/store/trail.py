"""Who saw, changed, downloaded, exported, sent again, erased: one row each, never changed (S25 of the guarantees)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from harvester.store.schema import reply
from harvester.store.schema_staff import trail


def write(tx: Connection, now: datetime, who: str, what: str, reply_id: int | None = None, detail: str = "") -> None:
    """What was erased a moment ago is no reply any more; that somebody did it is written down all the same."""
    there = None if reply_id is None else select(reply.c.id).where(reply.c.id == reply_id).scalar_subquery()
    tx.execute(insert(trail).values(at=now, who=who, what=what, reply_id=there, detail=detail))


def of_reply(tx: Connection, reply_id: int) -> list[dict[str, Any]]:
    """What people did with this reply, oldest first."""
    rows = tx.execute(select(trail).where(trail.c.reply_id == reply_id).order_by(trail.c.id)).mappings()
    return [{name: row[name] for name in ("at", "who", "what", "detail")} for row in rows]
