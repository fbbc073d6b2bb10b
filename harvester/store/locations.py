"""Where mails lie: (account, folder, UIDVALIDITY, UID). The database decides what is new, never the server's flags."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, exists, or_, select, update

from harvester.model import FolderState, ReplyState
from harvester.store.schema import folder as folders
from harvester.store.schema import location, reply
from harvester.store.upsert import insert_of


def folder_state(tx: Connection, account: str, folder: str) -> FolderState | None:
    """What the folder looked like at the last complete scan."""
    found = select(folders).where(folders.c.account == account, folders.c.folder == folder)
    row = tx.execute(found).mappings().first()
    if row is None:
        return None
    return FolderState(row["validity"], row["next_uid"], row["exists"], row["scanned_at"])


def save_folder_state(tx: Connection, account: str, folder: str, state: FolderState) -> None:
    """A complete scan has ended: this is what was there. Whoever ends last is believed, should two scan at once."""
    seen = {"validity": state.validity, "next_uid": state.next_uid, "exists": state.exists}
    seen_then = {**seen, "scanned_at": state.scanned_at}
    tx.execute(
        insert_of(tx)(folders)
        .values(account=account, folder=folder, **seen_then)
        .on_conflict_do_update(index_elements=["account", "folder"], set_=seen_then)
    )


def known_uids(tx: Connection, account: str, folder: str, validity: str) -> set[str]:
    """Every UID that was taken in from this folder since it has this UIDVALIDITY."""
    here = _here(account, folder)
    return set(tx.scalars(select(location.c.uid).where(*here, location.c.validity == validity)))


def stored_uids(tx: Connection, account: str, folder: str, validity: str) -> dict[str, ReplyState | None]:
    """The same, and what became of each; None: erased."""
    found = select(location.c.uid, reply.c.state).outerjoin(reply, reply.c.id == location.c.reply_id)
    rows = tx.execute(found.where(*_here(account, folder), location.c.validity == validity))
    return {uid: None if state is None else ReplyState(state) for uid, state in rows}


def unread(tx: Connection, account: str, folder: str, validity: str) -> dict[str, str]:
    """Which of them wait to be understood, and the hash of each."""
    if not tx.scalar(select(exists().where(reply.c.state == ReplyState.RECEIVED))):
        return {}  # as most runs find it; else SQLite goes through all places of the folder
    found = select(location.c.uid, reply.c.sha256).join(reply, reply.c.id == location.c.reply_id)
    waiting = found.where(
        *_here(account, folder), location.c.validity == validity, reply.c.state == ReplyState.RECEIVED
    )
    return {uid: sha256 for uid, sha256 in tx.execute(waiting)}


def note_listing(
    tx: Connection, account: str, folder: str, validity: str, listed: Collection[str], now: datetime
) -> int:
    """Mark what has vanished from the server since; returns how many. What is listed again has not vanished.

    Places under an older UIDVALIDITY are gone too (RFC 9051, section 2.3.1.1). Nothing else changes: a reply stays.
    """
    there = set(listed)
    every = select(location.c.id, location.c.uid, location.c.validity, location.c.vanished_at)
    # an old UIDVALIDITY is over once it is marked; it need not be read again for ever
    still = or_(location.c.validity == validity, location.c.vanished_at.is_(None))
    gone, back = [], []
    for row in tx.execute(every.where(*_here(account, folder), still)):
        is_there = row.validity == validity and row.uid in there
        if not is_there and row.vanished_at is None:
            gone.append({"place": row.id, "moment": now})
        elif is_there and row.vanished_at is not None:
            back.append({"place": row.id, "moment": None})
    if gone or back:
        change = update(location).where(location.c.id == bindparam("place")).values(vanished_at=bindparam("moment"))
        tx.execute(change, gone + back)
    return len(gone)


def _here(account: str, folder: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return location.c.account == account, location.c.folder == folder
