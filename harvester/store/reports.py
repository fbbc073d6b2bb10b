"""Evidence reports that somebody froze: all that their pages are made from, unchanged for ever."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from harvester.errors import Unusable
from harvester.store import tombstones
from harvester.store.schema_staff import report

_REPLY = re.compile(r'"reply_id":(\d+)')


@dataclass(frozen=True, slots=True)
class Frozen:
    id: int
    made_at: datetime
    made_by: str
    title: str
    sha256: str
    erased_at: datetime | None = None
    because: str = ""  # it was erased


def freeze(tx: Connection, title: str, content: str, who: str, now: datetime) -> int:
    """Raises Unusable where a reply that it quotes was erased while it was made."""
    if tombstones.among(tx, quotes(content)):
        raise Unusable("a reply that the report quotes was erased while it was made; freeze it again")
    digest = hashlib.sha256(content.encode()).hexdigest()
    row = {"made_at": now, "made_by": who, "title": title, "content": content, "sha256": digest}
    return int(tx.execute(insert(report).values(row).returning(report.c.id)).scalar_one())


def all_of(tx: Connection) -> list[Frozen]:
    """The newest first."""
    columns = (report.c.id, report.c.made_at, report.c.made_by, report.c.title, report.c.sha256, report.c.erased_at)
    rows = tx.execute(select(*columns, func.coalesce(report.c.because, "")).order_by(report.c.id.desc()))
    return [Frozen(*row) for row in rows]


def quotes(content: str) -> set[int]:
    """The replies that a report tells of."""
    return {int(number) for number in _REPLY.findall(content)}


def contents(tx: Connection) -> Iterator[tuple[int, str]]:
    """Of those that have one still, one at a time: each may be long."""
    for ident in list(tx.scalars(select(report.c.id).where(report.c.erased_at.is_(None)).order_by(report.c.id))):
        yield ident, tx.execute(select(report.c.content).where(report.c.id == ident)).scalar_one()


def erase(tx: Connection, ids: Sequence[int], because: str, now: datetime) -> None:
    """Their content goes, and their titles, which may hold what somebody searched for. The hash stays: it proves that
    a copy elsewhere is, or is not, what was frozen."""
    gone = {"content": "", "title": "erased", "erased_at": now, "because": because}
    tx.execute(update(report).where(report.c.id.in_(ids)).values(gone))


def content(tx: Connection, report_id: int) -> str | None:
    """What was frozen; None: no such report. Raises Unusable where it was changed since, or erased."""
    row = tx.execute(select(report).where(report.c.id == report_id)).one_or_none()
    if row is None:
        return None
    if row.erased_at is not None:
        raise Unusable(f"report {report_id}: was erased on {row.erased_at:%Y-%m-%d}: {row.because}")
    if hashlib.sha256(row.content.encode()).hexdigest() != row.sha256:
        raise Unusable(f"report {report_id}: was changed in the database since it was frozen")
    return str(row.content)
