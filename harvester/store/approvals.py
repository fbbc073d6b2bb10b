"""Leave to send many letters at once: given by a person, kept with name and moment, used up letter by letter.

An approval is an event of no reply. What was sent under it follows from the events after it, so nothing is counted
twice, and a run that dies has used only what it has begun.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from harvester.model import AckState
from harvester.store import acks, events
from harvester.store.events import Move
from harvester.store.schema import event

LASTS = timedelta(days=1)  # what nobody used by then was meant for another day


def approve(tx: Connection, letters: int, by: str, now: datetime) -> None:
    """So many letters may go; takes the place of an earlier approval."""
    events.write(tx, [Move(None, "approval", None, str(letters), f"approved by {by}")], now)


def may_go(tx: Connection, now: datetime, unasked: int | None) -> int:
    """How many letters may go now: all that could, if they are no more than go ``unasked``; else what is approved."""
    could_go = acks.due_count(tx, now)
    return could_go if unasked is None or could_go <= unasked else min(could_go, left(tx, now))


def awaited(tx: Connection, now: datetime, unasked: int | None) -> int:
    """How many letters wait until somebody approves them, so that none goes."""
    return 0 if may_go(tx, now, unasked) else acks.due_count(tx, now)


def left(tx: Connection, now: datetime) -> int:
    """How many letters may still go under the last approval; 0 where there is none, or where it is too old."""
    given = tx.execute(
        select(event.c.id, event.c.at, event.c.new)
        .where(event.c.reply_id.is_(None), event.c.what == "approval")
        .order_by(event.c.id.desc())
        .limit(1)
    ).first()
    if given is None or now - given.at > LASTS:
        return 0
    begun = select(func.count(event.c.reply_id.distinct())).where(
        event.c.id > given.id, event.c.what == "acknowledgement", event.c.new == AckState.SENDING
    )
    return max(0, int(given.new) - int(tx.execute(begun).scalar_one()))
