"""Evidence reports that somebody froze: all that their pages are made from, unchanged for ever."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from harvester.errors import Unusable
from harvester.store.schema_staff import report


@dataclass(frozen=True, slots=True)
class Frozen:
    id: int
    made_at: datetime
    made_by: str
    title: str
    sha256: str


def freeze(tx: Connection, title: str, content: str, who: str, now: datetime) -> int:
    digest = hashlib.sha256(content.encode()).hexdigest()
    row = {"made_at": now, "made_by": who, "title": title, "content": content, "sha256": digest}
    return int(tx.execute(insert(report).values(row).returning(report.c.id)).scalar_one())


def all_of(tx: Connection) -> list[Frozen]:
    """The newest first."""
    columns = (report.c.id, report.c.made_at, report.c.made_by, report.c.title, report.c.sha256)
    return [Frozen(*row) for row in tx.execute(select(*columns).order_by(report.c.id.desc()))]


def content(tx: Connection, report_id: int) -> str | None:
    """What was frozen; None: no such report. Raises Unusable where it was changed since."""
    row = tx.execute(select(report.c.content, report.c.sha256).where(report.c.id == report_id)).one_or_none()
    if row is None:
        return None
    if hashlib.sha256(row.content.encode()).hexdigest() != row.sha256:
        raise Unusable(f"report {report_id}: was changed in the database since it was frozen")
    return str(row.content)
