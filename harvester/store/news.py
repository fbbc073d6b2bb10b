"""What staff have not been told yet, and what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from harvester.model import Disposition, ReplyState
from harvester.store import events
from harvester.store.events import Move
from harvester.store.schema import acknowledgement, event, reply, review

MOST = 1_000  # questions looked at, the newest


@dataclass(frozen=True, slots=True)
class Question:
    """A reply that asks something, and that nobody has looked at yet as far as we know."""

    reference: str
    to: str  # who asked
    subject: str
    received_at: datetime
    in_reply_to: str | None  # the reply's Message-ID


@dataclass(frozen=True, slots=True)
class Told:
    """The last word to staff: when, and up to which reply."""

    at: datetime
    reply_id: int


def last_told(tx: Connection) -> Told | None:
    last = select(event.c.at, event.c.new).where(event.c.reply_id.is_(None), event.c.what == "digest")
    row = tx.execute(last.order_by(event.c.id.desc()).limit(1)).first()
    return None if row is None else Told(row.at, int(row.new))


def note_told(tx: Connection, reply_id: int, to: Sequence[str], now: datetime, run_id: int) -> None:
    events.write(tx, [Move(None, "digest", None, str(reply_id), f"to {', '.join(to)}")], now, run_id)


def alarms_since(tx: Connection, since: datetime, now: datetime) -> set[str]:
    """What the operator was told of since then, by the codes of the findings."""
    told = select(event.c.new).where(event.c.reply_id.is_(None), event.c.what == "alarm")
    return {code for codes in tx.scalars(told.where(event.c.at > since, event.c.at <= now)) for code in codes.split()}


def note_alarm(tx: Connection, codes: Sequence[str], now: datetime, run_id: int) -> None:
    events.write(tx, [Move(None, "alarm", None, " ".join(codes))], now, run_id)


def newest(tx: Connection) -> int:
    return int(tx.execute(select(func.coalesce(func.max(reply.c.id), 0))).scalar_one())


def arrived_since(tx: Connection, reply_id: int) -> dict[Disposition, int]:
    """Replies taken in after this one, by what they are; those in quarantine are told elsewhere."""
    rows = select(reply.c.disposition, func.count()).where(
        reply.c.id > reply_id, reply.c.state == ReplyState.UNDERSTOOD, reply.c.duplicate_of.is_(None)
    )
    return {Disposition(kind): number for kind, number in tx.execute(rows.group_by(reply.c.disposition))}


def questions(tx: Connection) -> list[Question]:
    """Those without a review that were not answered by hand before our letter left; oldest first."""
    one, ack = reply.c, acknowledgement.c
    seen = exists().where(review.c.reply_id == one.id, review.c.made_at >= one.state_at)
    rows = (
        select(one.reference, one.from_address, one.subject, one.received_at, one.message_id, ack.objections)
        .join(acknowledgement, ack.reply_id == one.id)
        .where(one.state == ReplyState.UNDERSTOOD, one.disposition == Disposition.QUESTION, ~seen)
        .where(one.duplicate_of.is_(None))
        .order_by(one.id.desc())
        .limit(MOST)
    )
    return [
        Question(row.reference, row.from_address or "", row.subject or "", row.received_at, row.message_id)
        for row in reversed(tx.execute(rows).all())
        if all(code != "answered-by-hand" for code, *_ in row.objections)
    ]
