"""What a restored database cannot know: which letters went out after its backup was made.

A restore is an event of no reply. A reply that may have been answered meanwhile has an event of its own and is
*doubtful*: its letter becomes ``unknown`` instead of going out, until a person lets it go. Doubtful is what waited at
the moment of the backup, and whatever the mailboxes held already when they were first read after the restore.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, insert, literal, null, or_, select, update

from harvester.model import AckState, ReplyState
from harvester.store import acks, events
from harvester.store.events import Move
from harvester.store.schema import acknowledgement, event, folder, reply
from harvester.store.schema_staff import invitation, session

DOUBTFUL = "doubtful"
BLIND, SEEING = "blind", "seeing"  # without, or with, the journal that knows every letter
FOLDERS_DUE = timedelta(days=30)  # by then every folder of before was read again; one without a row is a new one
SENDING = "a run was sending it when the backup was made that was restored"
BEGUN = "the answer journal knows a letter that the restored backup does not"
NOTE = "a backup was restored: nobody knows whether it was answered after that was made"


def restored(tx: Connection, mark: str) -> bool:
    """Does the database hold this backup, by this restore?"""
    found = select(event.c.id).where(event.c.reply_id.is_(None), event.c.what == "restore", event.c.note == mark)
    return tx.execute(found.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that had not gone out when the backup was made."""

    reply_id: int
    sha256: str
    to: str
    state: AckState
    state_at: datetime
    message_id: str | None


def settle(
    tx: Connection,
    mark: str,
    now: datetime,
    blind: bool,
    begun: Callable[[Waiting], bool],
    message_id: Callable[[Waiting], str | None],
) -> None:
    """Right after a backup came back: nothing leaves by itself that may have left already, every folder is read in
    full, everybody signs in again.

    ``begun``: does the answer journal know a letter that the backup does not? It tells of no outcome, so that what it
    knows is ``unknown`` and not ``sent``. ``blind``: it may lack letters that went out after the backup, so that
    whatever waits is ``unknown`` too.
    """
    events.write(tx, [Move(None, "restore", None, BLIND if blind else SEEING, mark)], now)
    for one in _waiting(tx):
        if one.state is AckState.SENDING:
            acks.doubt(tx, one.reply_id, one.state, now, SENDING, one.message_id)
        elif begun(one):
            acks.doubt(tx, one.reply_id, one.state, now, BEGUN, one.message_id or message_id(one))
        elif blind:
            acks.doubt(tx, one.reply_id, one.state, now, NOTE, one.message_id or message_id(one))
    if blind:
        held = select(acknowledgement.c.reply_id).where(acknowledgement.c.state == AckState.HELD)
        undecided = reply.c.state.in_([ReplyState.RECEIVED, ReplyState.QUARANTINED])
        _doubt(tx, or_(undecided, reply.c.id.in_(held)), now)
    tx.execute(update(folder).values(next_uid="", scanned_at=None))
    tx.execute(delete(session))
    tx.execute(delete(invitation).where(invitation.c.used_at.is_(None)))


def made_unknown(tx: Connection, mark: str) -> int:
    """How many letters became ``unknown`` by this restore."""
    here = select(func.max(event.c.id)).where(event.c.reply_id.is_(None), event.c.note == mark).scalar_subquery()
    told = select(func.count()).where(
        event.c.id > here, event.c.what == "acknowledgement", event.c.new == AckState.UNKNOWN
    )
    return int(tx.execute(told).scalar_one())


def _waiting(tx: Connection) -> list[Waiting]:
    ack = acknowledgement.c
    rows = (
        select(ack.reply_id, reply.c.sha256, ack.to_address, ack.state, ack.state_at, ack.message_id)
        .join(reply, reply.c.id == ack.reply_id)
        .where(ack.state.in_([AckState.SENDING, AckState.QUEUED]))
        .order_by(ack.reply_id)
    )
    return [
        Waiting(row.reply_id, row.sha256, row.to_address, AckState(row.state), row.state_at, row.message_id)
        for row in tx.execute(rows)
    ]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Which arrivals in a folder may have been answered before the restore."""

    restored_at: datetime
    first_look: bool  # the folder was not read in full since: all of them

    @classmethod
    def about(cls, tx: Connection, account: str, name: str, now: datetime) -> "Doubt | None":
        """None: nothing was restored without a journal that knew every letter."""
        last = select(event.c.at, event.c.new).where(
            event.c.reply_id.is_(None), event.c.what == "restore", event.c.new.in_([BLIND, SEEING])
        )  # the third kind has no reply either when that was erased
        found = tx.execute(last.order_by(event.c.id.desc()).limit(1)).first()
        if found is None or found.new != BLIND:
            return None
        here = select(folder.c.scanned_at).where(folder.c.account == account, folder.c.folder == name)
        row = tx.execute(here).first()
        first = now - found.at < FOLDERS_DUE if row is None else row.scanned_at is None
        return cls(found.at, first)

    def note(self, tx: Connection, hashes: Collection[str], now: datetime) -> None:
        """These mails were just taken in. Those that are decided were settled by the restore, or came after it."""
        where: list[ColumnElement[bool]] = [
            reply.c.sha256.in_(hashes),
            reply.c.id.not_in(select(acknowledgement.c.reply_id)),
        ]
        if not self.first_look:
            where.append(reply.c.received_at <= self.restored_at)
        _doubt(tx, and_(*where), now)


def doubtful(tx: Connection, ids: Sequence[int]) -> set[int]:
    """Which of these may have been answered before a restore, and nobody has been asked yet."""
    doubted = func.max(case((event.c.what == "restore", event.c.id)))
    told = and_(event.c.what == "acknowledgement", event.c.new == AckState.UNKNOWN)
    asked = func.coalesce(func.max(case((told, event.c.id))), 0)
    found = select(event.c.reply_id).where(event.c.reply_id.in_(ids)).group_by(event.c.reply_id)
    return set(tx.scalars(found.having(doubted > asked)))


def _doubt(tx: Connection, where: ColumnElement[bool], now: datetime) -> None:
    columns = ("at", "reply_id", "what", "old", "new", "note")
    rows = select(
        literal(now, event.c.at.type), reply.c.id, literal("restore"), null(), literal(DOUBTFUL), literal(NOTE)
    )
    tx.execute(insert(event).from_select(columns, rows.where(where)))
