"""What was erased leaves a tombstone: hashes of the mail, when, by whom, why. No word of it, but it stays away."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Row, exists, func, insert, or_, select, update

from harvester.store.schema import erased, reply


@dataclass(frozen=True, slots=True)
class Tombstone:
    """``files``: hashes of what may still lie in the vault of it; ``done_at`` None: not all traces are gone yet."""

    id: int
    reply_id: int
    sha256: str
    erased_at: datetime
    erased_by: str
    because: str
    files: tuple[str, ...]
    done_at: datetime | None

    def told(self) -> str:
        return f"Reply {self.reply_id} was erased on {self.erased_at:%Y-%m-%d} by {self.erased_by}: {self.because}"


@dataclass(frozen=True, slots=True)
class Buried:
    """What a reply leaves when it goes."""

    reply_id: int
    sha256: str
    mail_key: str | None
    files: tuple[str, ...]


def put(tx: Connection, buried: Sequence[Buried], who: str, because: str, now: datetime) -> dict[int, int]:
    """Returns reply -> tombstone."""
    rows = [
        {"reply_id": one.reply_id, "sha256": one.sha256, "mail_key": one.mail_key, "erased_at": now, "erased_by": who,
         "because": because, "files": one.files}
        for one in buried
    ]  # fmt: skip
    if not rows:
        return {}
    made = tx.execute(insert(erased).returning(erased.c.reply_id, erased.c.id), rows)
    return {reply_id: ident for reply_id, ident in made}


def done(tx: Connection, ids: Collection[int], now: datetime) -> None:
    """The last traces of these are gone."""
    tx.execute(update(erased).where(erased.c.id.in_(ids)).values(done_at=now, files=()))


def any_there(tx: Connection) -> bool:
    return bool(tx.execute(select(exists().select_from(erased))).scalar_one())


def of_mails(tx: Connection, mails: Mapping[str, str | None]) -> dict[str, int]:
    """Which of these mails, by hash and with the key of each, were erased: hash -> tombstone. The same mail that came
    by another way has other bytes and the same key."""
    keys = {key for key in mails.values() if key}
    by_hash = {row.sha256: row.id for row in tx.execute(select(erased).where(erased.c.sha256.in_(mails)))}
    by_key = {row.mail_key: row.id for row in tx.execute(select(erased).where(erased.c.mail_key.in_(keys)))}
    found = {sha256: by_hash.get(sha256) or by_key.get(key) for sha256, key in mails.items()}
    return {sha256: one for sha256, one in found.items() if one is not None}


def of_reply(tx: Connection, reply_id: int) -> Tombstone | None:
    """None: no reply of this number was erased."""
    row = tx.execute(select(erased).where(erased.c.reply_id == reply_id)).one_or_none()
    return None if row is None else _read(row)


def all_of(tx: Connection) -> list[Tombstone]:
    """The newest first."""
    return [_read(row) for row in tx.execute(select(erased).order_by(erased.c.erased_at.desc(), erased.c.id.desc()))]


def any_unfinished(tx: Connection) -> bool:
    return bool(tx.execute(select(exists().where(erased.c.done_at.is_(None)))).scalar_one())


def unfinished(tx: Connection) -> list[Tombstone]:
    """Erasures whose last traces are not gone yet: the program died in between, or somebody was reading."""
    return [_read(row) for row in tx.execute(select(erased).where(erased.c.done_at.is_(None)).order_by(erased.c.id))]


def among(tx: Connection, replies: Collection[int]) -> set[int]:
    """Those of these numbers that were erased."""
    return {one for one in tx.scalars(select(erased.c.reply_id)) if one in replies}


def carry(old: Connection, new: Connection) -> list[Tombstone]:
    """A backup is to take the place of ``old``, and ``new`` holds it: what was erased since must stay away.

    Tombstones of mails that the backup does not hold come along; returned are those of mails that it holds, with the
    number that the mail has in it: they are to be erased once more.
    """
    again = []
    known = set(new.scalars(select(erased.c.sha256)))
    last = max((new.execute(select(func.max(c))).scalar() or 0) for c in (erased.c.reply_id, reply.c.id))
    taken = {*new.scalars(select(reply.c.id)), *new.scalars(select(erased.c.reply_id))}
    for row in old.execute(select(erased).order_by(erased.c.id)).all():
        if row.sha256 in known:
            continue
        same = reply.c.sha256 == row.sha256
        if row.mail_key:
            same = or_(same, reply.c.mail_key == row.mail_key)
        if living := new.scalars(select(reply.c.id).where(same)).all():
            again += [replace(_read(row), reply_id=one) for one in living]
            continue
        values = {name: value for name, value in row._mapping.items() if name != "id"}
        if row.reply_id in taken:  # the backup is of a time before this number was given to that mail
            values["reply_id"] = last = last + 1
        last = max(last, values["reply_id"])
        taken.add(values["reply_id"])
        new.execute(insert(erased).values(values))
    return again


def last_number(tx: Connection) -> int:
    """The highest number of a reply that was erased."""
    return int(tx.execute(select(func.max(erased.c.reply_id))).scalar() or 0)


def hashes(tx: Connection) -> Iterator[str]:
    """Of every mail that was erased."""
    yield from tx.scalars(select(erased.c.sha256))


def count(tx: Connection) -> int:
    return int(tx.execute(select(func.count()).select_from(erased)).scalar_one())


def _read(row: Row[tuple[object, ...]]) -> Tombstone:
    return Tombstone(
        row.id, row.reply_id, row.sha256, row.erased_at, row.erased_by, row.because, tuple(row.files), row.done_at
    )
