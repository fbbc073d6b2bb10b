"""What was erased leaves a tombstone: hashes of the mail, when, by whom, why. No word of it, but it stays away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, insert, select

from harvester.store.schema import erased


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


def hashes(tx: Connection) -> Iterator[str]:
    """Of every mail that was erased."""
    yield from tx.scalars(select(erased.c.sha256))


def count(tx: Connection) -> int:
    return int(tx.execute(select(func.count()).select_from(erased)).scalar_one())
