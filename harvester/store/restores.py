"""What a restored database cannot know: which letters went out after its backup was made.

A restore is an event of no reply. A reply that may have been answered meanwhile has an event of its own and is
*doubtful*: its letter becomes ``unknown`` instead of going out, until a person lets it go. Doubtful is what waited at
the moment of the backup, and whatever the mailboxes held already when they were first read after the restore.
"""

from collections.abc import Collection, Sequence
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
NOTE = "a backup was restored: nobody knows whether it was answered after that was made"


def restored(tx: Connection, mark: str) -> bool:
    """Does the database hold this backup, by this restore?"""
    found = select(event.c.id).where(event.c.reply_id.is_(None), event.c.what == "restore", event.c.note == mark)
    return tx.execute(found.limit(1)).first() is not None


def made_unknown(tx: Connection, mark: str) -> int:
    """How many letters are ``unknown`` because of this restore, mails that came back later aside."""
    began = select(func.max(event.c.id)).where(
        event.c.reply_id.is_(None), event.c.what == "restore", event.c.note == mark
    )
    told = select(func.count()).where(event.c.id > began.scalar_subquery(), event.c.what == "acknowledgement")
    return int(tx.execute(told.where(event.c.new == AckState.UNKNOWN, event.c.note == NOTE)).scalar_one())


def settle(tx: Connection, mark: str, now: datetime, blind: bool) -> None:
    """Right after a backup came back: nothing leaves by itself that may have left already, every folder is read in
    full, everybody signs in again.

    ``blind``: letters that went out after the backup stand in no journal of ours.
    """
    events.write(tx, [Move(None, "restore", None, BLIND if blind else SEEING, mark)], now)
    waiting = [AckState.SENDING, AckState.QUEUED] if blind else [AckState.SENDING]
    ids = tx.execute(
        select(acknowledgement.c.reply_id, acknowledgement.c.state).where(acknowledgement.c.state.in_(waiting))
    ).all()
    for reply_id, state in ids:
        acks.move(tx, reply_id, AckState(state), AckState.UNKNOWN, now, NOTE)
    if blind:
        held = select(acknowledgement.c.reply_id).where(acknowledgement.c.state == AckState.HELD)
        undecided = reply.c.state.in_([ReplyState.RECEIVED, ReplyState.QUARANTINED])
        _doubt(tx, or_(undecided, reply.c.id.in_(held)), now)
    tx.execute(update(folder).values(next_uid="", scanned_at=None))
    tx.execute(delete(session))
    tx.execute(delete(invitation).where(invitation.c.used_at.is_(None)))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Which arrivals in a folder may have been answered before the restore."""

    restored_at: datetime
    first_look: bool  # the folder was not read in full since: all of them

    @classmethod
    def about(cls, tx: Connection, account: str, name: str, now: datetime) -> "Doubt | None":
        """None: nothing was restored without a journal that knew every letter."""
        last = select(event.c.at, event.c.new).where(event.c.reply_id.is_(None), event.c.what == "restore")
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
