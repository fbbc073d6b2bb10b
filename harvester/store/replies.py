"""Replies: taking them in, and their moves received -> understood | quarantined -> received.

Everything here may be repeated, and done by two hosts at once: unique keys and compare-and-set decide who was first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, func, select, tuple_, update

from harvester.model import Arrived, Message, ReplyState
from harvester.store import events
from harvester.store.derived import judged_by_others, load, load_all, store_judged, store_understood
from harvester.store.events import Move
from harvester.store.locations import folder_state, known_uids, note_listing, save_folder_state, stored_uids, unread
from harvester.store.schema import location, reply
from harvester.store.turns import turn_to_decide, turn_to_take_in
from harvester.store.upsert import insert_of

__all__ = [
    "Pending", "Taken", "folder_state", "hashes", "judged_by_others", "known_uids", "load", "load_all", "note_listing",
    "number_pending", "pending", "quarantine", "references", "retry", "save_folder_state", "store_judged",
    "store_understood", "stored_uids", "take_in", "understood", "unread",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """``known``: the bytes were here already, so only a location was added."""

    known: int
    quarantined: int
    waiting: tuple[int, ...] = field(default=(), compare=False)  # the new ones that are to be read


@dataclass(frozen=True, slots=True)
class Pending:
    """A reply that waits to be understood."""

    reply_id: int
    sha256: str
    received_at: datetime
    may_acknowledge: bool


def take_in(
    tx: Connection,
    account: str,
    folder: str,
    validity: str,
    may_acknowledge: bool,
    stored: Sequence[tuple[Arrived, str]],
    run_id: int,
    now: datetime,
    heads: Mapping[str, Message] = MappingProxyType({}),
    buried: Mapping[str, int] = MappingProxyType({}),
) -> Taken:
    """Rows for mails whose bytes are in the vault under these hashes: one reply for each new hash, one location
    for each mail. Cannot fail because a mail is odd. ``heads``: by hash, who wrote what is in quarantine at once.
    ``buried``: hash -> tombstone of what was erased; of that the place alone is written down."""
    turn_to_take_in(tx)
    new: dict[str, dict[str, object]] = {}
    known = _ids(tx, {sha256 for _, sha256 in stored})
    for mail, sha256 in stored:
        if sha256 in known or sha256 in new or sha256 in buried:
            continue
        new[sha256] = {
            "sha256": sha256,
            "size": mail.size if mail.raw is None else len(mail.raw),
            "complete": mail.raw is not None,
            "received_at": mail.received_at,
            "taken_in_at": now,
            "run_id": run_id,
            "may_acknowledge": may_acknowledge,
            "state": ReplyState.QUARANTINED if mail.quarantine else ReplyState.RECEIVED,
            "state_at": now,
            "quarantine": mail.quarantine,
            **_head(heads.get(sha256)),
        }
    ours = _insert_new(tx, list(new.values()))
    known = _ids(tx, {sha256 for _, sha256 in stored})
    if stored:
        tx.execute(
            insert_of(tx)(location).on_conflict_do_nothing(),
            [
                {"reply_id": known.get(sha256), "erased_id": None if sha256 in known else buried[sha256],
                 "account": account, "folder": folder, "validity": validity, "uid": mail.uid, "seen_at": now,
                 "run_id": run_id}
                for mail, sha256 in stored
            ],
        )  # fmt: skip
    events.write(
        tx,
        [
            Move(known[sha256], "reply", None, str(new[sha256]["state"]), str(new[sha256]["quarantine"] or ""))
            for sha256 in new
            if sha256 in ours
        ],
        now,
        run_id,
    )
    quarantined = sum(new[sha256]["quarantine"] is not None for sha256 in ours)
    waiting = tuple(known[sha256] for sha256 in new if sha256 in ours and new[sha256]["quarantine"] is None)
    erased = sum(sha256 in buried and sha256 not in known for _, sha256 in stored)
    return Taken(len(stored) - len(ours) - erased, quarantined, waiting)


def _ids(tx: Connection, hashes: set[str]) -> dict[str, int]:
    rows = tx.execute(select(reply.c.sha256, reply.c.id).where(reply.c.sha256.in_(hashes)))
    return {sha256: reply_id for sha256, reply_id in rows}


def _insert_new(tx: Connection, rows: list[dict[str, object]]) -> set[str]:
    """The hashes of the rows that are ours; another host may have been faster with some."""
    if not rows:
        return set()
    statement = insert_of(tx)(reply).on_conflict_do_nothing(index_elements=["sha256"])
    return set(tx.scalars(statement.returning(reply.c.sha256), rows))


def pending(
    tx: Connection, among: Sequence[int] | None = None, after: Pending | None = None, most: int | None = None
) -> list[Pending]:
    """What waits to be understood, of all or among these, in the order of arrival; the first of them ``after`` one."""
    columns = (reply.c.id, reply.c.sha256, reply.c.received_at, reply.c.may_acknowledge)
    waiting = select(*columns).where(reply.c.state == ReplyState.RECEIVED)
    if among is not None:
        waiting = waiting.where(reply.c.id.in_(among))
    if after is not None:
        waiting = waiting.where(tuple_(reply.c.received_at, reply.c.id) > (after.received_at, after.reply_id))
    return [Pending(*row) for row in tx.execute(waiting.order_by(reply.c.received_at, reply.c.id).limit(most))]


def number_pending(tx: Connection) -> int:
    """How many wait to be understood."""
    return tx.scalar(select(func.count()).select_from(reply).where(reply.c.state == ReplyState.RECEIVED)) or 0


def newest_bytes(tx: Connection, count: int = 20) -> list[str]:
    """The hashes of the replies that were taken in last."""
    return list(tx.scalars(select(reply.c.sha256).order_by(reply.c.id.desc()).limit(count)))


def understood(tx: Connection) -> list[int]:
    """Every reply that was read."""
    return list(tx.scalars(select(reply.c.id).where(reply.c.state == ReplyState.UNDERSTOOD).order_by(reply.c.id)))


def hashes(tx: Connection) -> Iterator[str]:
    """Of every mail that is here."""
    yield from tx.scalars(select(reply.c.sha256))


def references(tx: Connection, ids: Sequence[int]) -> dict[int, str]:
    """By what each of these is known to its sender."""
    rows = tx.execute(select(reply.c.id, reply.c.reference).where(reply.c.id.in_(ids)))
    return {reply_id: reference or "" for reply_id, reference in rows}


def quarantine(
    tx: Connection, reply_id: int, code: str, now: datetime, detail: str = "", message: Message | None = None
) -> bool:
    """``received -> quarantined``; False if somebody else was faster. ``message``: what could be read after all,
    so that staff see who wrote."""
    turn_to_decide(tx, now)  # before the row, as whoever decides about a batch does: else two hosts could block
    values: dict[str, object] = {"quarantine": code, "quarantine_detail": detail or None}
    if message is not None:
        values |= _head(message)
    change = update(reply).where(reply.c.id == reply_id, reply.c.state == ReplyState.RECEIVED)
    values |= {"state": ReplyState.QUARANTINED, "state_at": now}
    if tx.execute(change.values(values)).rowcount != 1:
        return False
    note = f"{code}: {detail}" if detail else code
    events.write(tx, [Move(reply_id, "reply", ReplyState.RECEIVED, ReplyState.QUARANTINED, note)], now)
    return True


def _head(message: Message | None) -> dict[str, object]:
    """What the list shows of a mail of which only the headers were read. Every row of one insert has the same keys."""
    return {
        "message_id": message and message.message_id,
        "from_address": message and message.sender.address,
        "from_name": message.sender.name if message else "",
        "from_problem": message and message.sender.problem,
        "subject": message.subject if message else "",
        "date": message and message.date,
    }


def retry(tx: Connection, ids: Sequence[int] | None, now: datetime, dry_run: bool = False) -> list[int]:
    """``quarantined -> received`` for these (None: for all); returns which. Mails of which only the header block
    is here stay where they are: read again, they would look whole and empty, and might be answered."""
    where = [reply.c.state == ReplyState.QUARANTINED, reply.c.complete]
    if ids is not None:
        where.append(reply.c.id.in_(ids))
    if dry_run:
        return list(tx.scalars(select(reply.c.id).where(*where).order_by(reply.c.id)))
    codes = {row.id: row.quarantine for row in tx.execute(select(reply.c.id, reply.c.quarantine).where(*where))}
    change = update(reply).where(*where)
    again = {"state": ReplyState.RECEIVED, "state_at": now, "quarantine": None, "quarantine_detail": None}
    moved = sorted(tx.scalars(change.values(again).returning(reply.c.id)))
    events.write(
        tx,
        [Move(one, "reply", ReplyState.QUARANTINED, ReplyState.RECEIVED, f"was {codes.get(one)}") for one in moved],
        now,
    )
    return moved
