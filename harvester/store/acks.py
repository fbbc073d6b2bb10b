"""Acknowledgements: what is due, who may send it, and what became of it.

Every move is one compare-and-set along ``ACK_MOVES`` and leaves an event. What is ``sending`` was committed before
the first SMTP step; nothing here ever sends twice.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, and_, case, delete, exists, func, insert, or_, select, update

from harvester.model import ACK_MOVES, SIGNATURE, AckState, Disposition, Due, Headers, Objection
from harvester.store import events
from harvester.store.events import Move
from harvester.store.schema import acknowledgement, attachment, category, letter, reply, text
from harvester.store.turns import turn_to_decide

LATER = timedelta(minutes=15)  # when a limit is reached
AN_HOUR = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)  # more than anybody puts off: a time beyond it comes from a clock that was wrong

ack = acknowledgement.c


class Claim(StrEnum):
    CLAIMED = "claimed"  # ours: send it
    TAKEN = "taken"  # somebody else was faster
    LATER = "later"  # a limit is reached; it stays queued


class HourlyLimits(Protocol):
    @property
    def per_hour(self) -> int: ...
    @property
    def per_domain_per_hour(self) -> int: ...


def counts(tx: Connection) -> dict[str, int]:
    """How many acknowledgements are in each state; states without any are left out."""
    return {state: number for state, number in tx.execute(select(ack.state, func.count()).group_by(ack.state))}


def number_in(tx: Connection, state: AckState) -> int:
    """How many acknowledgements are in this state; by the index, so that all others cost nothing."""
    return int(tx.execute(select(func.count()).where(ack.state == state)).scalar_one())


def sent(tx: Connection) -> Iterator[tuple[int, str]]:
    """Replies to which a server took our letter, and the hash of each."""
    rows = select(ack.reply_id, reply.c.sha256).join(reply, reply.c.id == ack.reply_id)
    for row in tx.execute(rows.where(ack.state == AckState.SENT).order_by(ack.reply_id)):
        yield row.reply_id, row.sha256


def any_begun(tx: Connection) -> bool:
    """Was a letter ever begun, as far as this database knows?"""
    return bool(tx.execute(select(exists().where(ack.message_id.is_not(None)))).scalar_one())


def due(tx: Connection, now: datetime, limit: int) -> list[Due]:
    """What may be sent now, in the order in which the replies arrived."""
    words = text.c
    rows = tx.execute(
        select(
            ack.reply_id, ack.to_address, ack.language, ack.message_id, ack.tries, ack.first_try,
            ack.state_at,
            reply.c.sha256, reply.c.reference, reply.c.disposition, reply.c.received_at, reply.c.subject,
            reply.c.links, reply.c.message_id.label("in_reply_to"), words.references,
        )
        .join(reply, reply.c.id == ack.reply_id)
        .join(text, words.reply_id == ack.reply_id)
        .where(ack.state == AckState.QUEUED, _may_go(now))
        .order_by(reply.c.received_at, reply.c.id)
        .limit(limit)
    ).all()  # fmt: skip
    ids = [row.reply_id for row in rows]
    files = _enclosures(tx, ids)
    categories = _categories(tx, ids)
    return [
        Due(
            reply_id=row.reply_id,
            sha256=row.sha256,
            to=row.to_address,
            language=row.language,
            reference=row.reference,
            disposition=Disposition(row.disposition),
            received_at=row.received_at,
            in_reply_to=row.in_reply_to,
            references=tuple(row.references),
            subject=row.subject,
            files=tuple(files.get(row.reply_id, ())),
            links=row.links,
            categories=tuple(categories.get(row.reply_id, ())),
            message_id=row.message_id,
            tries=row.tries,
            first_try=row.first_try,
            queued_at=row.state_at,
        )
        for row in rows
    ]


def heads_of_answered(tx: Connection, limit: int) -> list[tuple[str, Headers]]:
    """Sender and headers of the newest replies that were or will be answered."""
    answered = select(ack.to_address, text.c.headers).join(text, text.c.reply_id == ack.reply_id)
    rows = answered.where(ack.state.not_in([AckState.WITHHELD, AckState.FAILED])).order_by(ack.reply_id.desc())
    return [
        (to, Headers(tuple((name, value) for name, value in fields))) for to, fields in tx.execute(rows.limit(limit))
    ]


def due_count(tx: Connection, now: datetime) -> int:
    """How many may be sent now, whatever a run's limit."""
    waiting = select(func.count()).select_from(acknowledgement).where(ack.state == AckState.QUEUED, _may_go(now))
    return int(tx.execute(waiting).scalar_one())


def _may_go(now: datetime) -> ColumnElement[bool]:
    return or_(ack.not_before.is_(None), ack.not_before <= now, ack.not_before > now + LONGEST_WAIT)


def _enclosures(tx: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of the files that a letter thanks for: neither pictures within the text nor signatures."""
    one = attachment.c
    rows = select(one.reply_id, one.name, one.flags).where(one.reply_id.in_(ids), one.inline.is_(False))
    found: dict[int, list[str]] = {}
    for reply_id, name, flags in tx.execute(rows.order_by(one.reply_id, one.number)):
        if SIGNATURE not in flags:
            found.setdefault(reply_id, []).append(name)
    return found


def _categories(tx: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    one = category.c
    rows = select(one.reply_id, one.category).where(one.reply_id.in_(ids), one.counts)
    found: dict[int, list[str]] = {}
    for reply_id, name in tx.execute(rows.order_by(one.reply_id, one.number)):
        found.setdefault(reply_id, []).append(name)
    return found


def claim(tx: Connection, reply_id: int, run_id: int, message_id: str, now: datetime, limits: HourlyLimits) -> Claim:
    """``queued -> sending`` if the limits an hour allow it; commit before the first SMTP step.

    The Message-ID is fixed by the first claim. ``Claim.LATER`` puts the row off and leaves it queued.
    """
    turn_to_decide(tx, now)
    row = tx.execute(select(ack.state, ack.to_domain, ack.message_id).where(ack.reply_id == reply_id)).one()
    if row.state != AckState.QUEUED:
        return Claim.TAKEN
    assert row.message_id in (None, message_id), f"reply {reply_id}: a second Message-ID for one acknowledgement"
    in_all, to_domain = _this_hour(tx, row.to_domain, now)
    if in_all >= limits.per_hour or to_domain >= limits.per_domain_per_hour:
        waits = update(acknowledgement).where(ack.reply_id == reply_id, ack.state == AckState.QUEUED)
        tx.execute(waits.values(not_before=now + LATER, note="a limit an hour is reached"))
        return Claim.LATER
    claimed = _move(
        tx, reply_id, AckState.QUEUED, AckState.SENDING, now, message_id, run_id,
        run_id=run_id, message_id=message_id, tries=ack.tries + 1, first_try=func.coalesce(ack.first_try, now),
        rated_at=now, not_before=None,
    )  # fmt: skip
    return Claim.CLAIMED if claimed else Claim.TAKEN


def _this_hour(tx: Connection, domain: str, now: datetime) -> tuple[int, int]:
    """Letters of the last hour that went out, may have, or are about to: in all, and to this domain."""
    counts = ack.state.in_([AckState.SENDING, AckState.SENT, AckState.UNKNOWN])  # in no WHERE: see ``history``
    here = and_(counts, ack.to_domain == domain)
    found = select(*(func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in (counts, here)))
    in_all, to_domain = tx.execute(found.where(ack.rated_at > now - AN_HOUR)).one()
    return int(in_all), int(to_domain)


def settle(
    tx: Connection,
    reply_id: int,
    state: AckState,
    now: datetime,
    note: str,
    *,
    not_before: datetime | None = None,
    letter: bytes | None = None,
) -> bool:
    """``sending ->`` what became of it. ``letter``: the bytes that were handed over."""
    if not _move(tx, reply_id, AckState.SENDING, state, now, note, not_before=not_before):
        return False
    if letter is not None:
        _keep(tx, reply_id, letter)
    return True


def _keep(tx: Connection, reply_id: int, raw: bytes) -> None:
    tx.execute(delete(letter).where(letter.c.reply_id == reply_id))
    tx.execute(insert(letter).values(reply_id=reply_id, raw=raw))


def move(tx: Connection, reply_id: int, old: AckState, new: AckState, now: datetime, note: str = "") -> bool:
    """True if we made the move; False if somebody else was faster."""
    assert (old, new) != (AckState.QUEUED, AckState.WITHHELD), "withhold() says why"
    if new == AckState.UNKNOWN and old == AckState.QUEUED:  # it went out some time ago, nobody knows when
        return _move(tx, reply_id, old, new, now, note, rated_at=now)
    return _move(tx, reply_id, old, new, now, note)


def doubt(tx: Connection, reply_id: int, old: AckState, now: datetime, note: str, message_id: str | None) -> bool:
    """``-> unknown`` because another life of this database may have sent it. With its Message-ID fixed, as if it had
    been claimed: a person who lets it go is not asked once more."""
    return _move(tx, reply_id, old, AckState.UNKNOWN, now, note, message_id=message_id, rated_at=now)


def _move(
    tx: Connection,
    reply_id: int,
    old: AckState,
    new: AckState,
    now: datetime,
    note: str,
    by_run: int | None = None,
    **values: Any,
) -> bool:
    assert new in ACK_MOVES[old], f"no acknowledgement goes from {old} to {new}"
    change = update(acknowledgement).where(ack.reply_id == reply_id, ack.state == old)
    hit = tx.execute(change.values(state=new, state_at=now, note=note, **values))
    if hit.rowcount != 1:
        return False
    events.write(tx, [Move(reply_id, "acknowledgement", old, new, note)], now, by_run)
    return True


def withhold(tx: Connection, reply_id: int, objection: Objection, now: datetime) -> bool:
    """``queued -> withheld``: a reason for silence came up after the decision."""
    reasons = [(objection.code, objection.sentence, objection.reference)]
    return _move(tx, reply_id, AckState.QUEUED, AckState.WITHHELD, now, objection.code, objections=reasons)


def settle_interrupted(tx: Connection, now: datetime, run_is_going: Callable[[int], bool]) -> int:
    """What a dead run left in ``sending`` becomes ``unknown``: only a person may let it go out again."""
    rows = tx.execute(select(ack.reply_id, ack.run_id).where(ack.state == AckState.SENDING)).all()
    going = {run_id: run_id is not None and run_is_going(run_id) for run_id in {row.run_id for row in rows}}
    note = "the run ended in the middle of sending"
    return sum(
        _move(tx, row.reply_id, AckState.SENDING, AckState.UNKNOWN, now, note) for row in rows if not going[row.run_id]
    )


def release_unknown(tx: Connection, ids: Sequence[int], now: datetime, dry_run: bool = False) -> list[int]:
    """``unknown -> queued``, because a person wants it: due at once, with the same Message-ID. Returns which."""
    waiting = select(ack.reply_id).where(ack.reply_id.in_(ids), ack.state == AckState.UNKNOWN)
    found = list(tx.scalars(waiting.order_by(ack.reply_id)))
    if dry_run:
        return found
    fresh: dict[str, Any] = {"not_before": None, "tries": 0, "first_try": None}
    note = "a person lets it go out again"
    return [one for one in found if _move(tx, one, AckState.UNKNOWN, AckState.QUEUED, now, note, **fresh)]
