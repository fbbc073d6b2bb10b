"""The run ledger: when a run began, whether it came to its end, and what it counted."""

import os
import socket
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from harvester.model import Tally
from harvester.store.schema import run


@dataclass(frozen=True, slots=True)
class Run:
    id: int
    started_at: datetime
    finished_at: datetime | None  # none: it is going, or it died
    host: str
    process: int
    counts: dict[str, int]
    problems: tuple[str, ...]


def start(tx: Connection, now: datetime) -> int:
    """A run begins; its id."""
    values = {"started_at": now, "host": socket.gethostname(), "process": os.getpid()}
    return int(tx.execute(insert(run).values(values).returning(run.c.id)).scalar_one())


def finish(tx: Connection, run_id: int, tally: Tally, now: datetime) -> None:
    """A run has come to its end, with these counts and these complaints."""
    counts = asdict(tally)
    problems = counts.pop("problems")
    counts.pop("skipped")
    tx.execute(update(run).where(run.c.id == run_id).values(finished_at=now, counts=counts, problems=problems))


def last(tx: Connection) -> Run | None:
    """The run that began last, ended or not."""
    return _run(tx.execute(select(run).order_by(run.c.id.desc()).limit(1)).first())


def last_complete(tx: Connection) -> Run | None:
    """The last run that came to its end."""
    ended = select(run).where(run.c.finished_at.is_not(None))
    return _run(tx.execute(ended.order_by(run.c.id.desc()).limit(1)).first())


def latest_start(tx: Connection) -> datetime | None:
    """The latest time at which any run began, by the clock it had; later than now means that a clock was wrong."""
    moment: datetime | None = tx.execute(select(func.max(run.c.started_at))).scalar()
    return moment


def _run(row: Row[Any] | None) -> Run | None:
    if row is None:
        return None
    return Run(
        row.id, row.started_at, row.finished_at, row.host, row.process, row.counts or {}, tuple(row.problems or ())
    )
