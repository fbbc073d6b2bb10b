"""What happened to a reply and to its acknowledgement: one row a move, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from harvester.store.bulk import insert_all
from harvester.store.schema import event


@dataclass(frozen=True, slots=True)
class Move:
    reply_id: int | None  # none: it is about no single reply
    what: Literal["reply", "acknowledgement", "verdict", "approval", "digest", "case", "alarm", "restore"]
    old: str | None  # none: it came into being
    new: str
    note: str = ""


def write(tx: Connection, moves: Sequence[Move], now: datetime, run_id: int | None = None) -> None:
    """Add these to the history."""
    rows = [
        {"at": now, "reply_id": one.reply_id, "run_id": run_id, "what": one.what, "old": one.old, "new": one.new,
         "note": one.note}
        for one in moves
    ]  # fmt: skip
    insert_all(tx, event, rows)
