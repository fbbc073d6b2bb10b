"""The run ledger: when a run began, what it saw and counted, and how it ended, if it did."""

import os
import socket
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from harvester.model import Seen, Tally
from harvester.store.schema import run

HARVEST = "run"


class Outcome(StrEnum):
    """How a run ended. One that has none is going, or was killed."""

    OK = "ok"  # it did all that it was there for
    TROUBLE = "trouble"  # it came to its end, but something was out of reach or wrong
    STOPPED = "stopped"  # a fault ended it before its end


@dataclass(frozen=True, slots=True)
class Run:
    id: int
    started_at: datetime
    finished_at: datetime | None  # none: it is going, or it died
    host: str
    process: int
    counts: dict[str, int]
    problems: tuple[str, ...]
    kind: str = HARVEST  # run | import | classify | worker
    outcome: str | None = None
    seen: tuple[Seen, ...] = ()

    @property
    def seconds(self) -> float | None:
        return None if self.finished_at is None else (self.finished_at - self.started_at).total_seconds()


def start(tx: Connection, now: datetime, kind: str = HARVEST) -> int:
    """A run begins; its id."""
    values = {"started_at": now, "host": socket.gethostname(), "process": os.getpid(), "kind": kind}
    return int(tx.execute(insert(run).values(values).returning(run.c.id)).scalar_one())


def finish(
    tx: Connection,
    run_id: int,
    tally: Tally,
    now: datetime,
    outcome: Outcome = Outcome.OK,
    seen: Sequence[Seen] = (),
) -> None:
    """A run has ended like this, with these counts and these complaints."""
    counts = asdict(tally)
    problems = counts.pop("problems")
    counts.pop("skipped")
    values = {"finished_at": now, "counts": counts, "problems": problems, "outcome": outcome}
    tx.execute(update(run).where(run.c.id == run_id).values(**values, seen=[asdict(one) for one in seen]))


def last(tx: Connection) -> Run | None:
    """The run that began last, ended or not."""
    return next(iter(newest(tx, 1)), None)


def newest(tx: Connection, limit: int, kind: str = "") -> list[Run]:
    """The runs that began last, the newest first; ``kind``: of this kind only."""
    wanted = select(run).order_by(run.c.id.desc()).limit(limit)
    return [_run(row) for row in tx.execute(wanted.where(run.c.kind == kind) if kind else wanted)]


def unended(tx: Connection, limit: int) -> list[int]:
    """The ids of those that began last of all that are going or were killed."""
    wanted = select(run.c.id).where(run.c.finished_at.is_(None)).order_by(run.c.id.desc()).limit(limit)
    return list(tx.scalars(wanted))


def last_complete(tx: Connection) -> Run | None:
    """The last run that came to its end, whatever was out of reach."""
    return _last_that(tx, Outcome.OK, Outcome.TROUBLE)


def last_success(tx: Connection) -> Run | None:
    """The last harvest that did all that it was there for."""
    return _last_that(tx, Outcome.OK, kind=HARVEST)


def _last_that(tx: Connection, *outcomes: Outcome, kind: str = "") -> Run | None:
    wanted = select(run).where(run.c.outcome.in_(outcomes)).order_by(run.c.id.desc()).limit(1)
    row = tx.execute(wanted.where(run.c.kind == kind) if kind else wanted).first()
    return None if row is None else _run(row)


def refused(tx: Connection) -> dict[str, Seen]:
    """Mailboxes whose login was refused up to the last harvest that came to an end."""
    wanted = select(run.c.seen).where(run.c.kind == HARVEST, run.c.finished_at.is_not(None))
    seen = tx.scalars(wanted.order_by(run.c.id.desc()).limit(1)).first() or ()
    return {one.account: one for one in (Seen(**each) for each in seen) if one.refused}


def first_start(tx: Connection) -> datetime | None:
    """When the first harvest began."""
    moment: datetime | None = tx.execute(select(func.min(run.c.started_at)).where(run.c.kind == HARVEST)).scalar()
    return moment


def latest_start(tx: Connection) -> datetime | None:
    """The latest time at which any run began, by the clock it had; later than now means that a clock was wrong."""
    moment: datetime | None = tx.execute(select(func.max(run.c.started_at))).scalar()
    return moment


def by_outcome(tx: Connection) -> dict[tuple[str, str], int]:
    """How many runs there were: (kind, outcome) -> number; outcome ``none`` for those without."""
    rows = tx.execute(select(run.c.kind, run.c.outcome, func.count()).group_by(run.c.kind, run.c.outcome))
    return {(kind, outcome or "none"): number for kind, outcome, number in rows}


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        started_at=row.started_at,
        finished_at=row.finished_at,
        host=row.host,
        process=row.process,
        counts=row.counts or {},
        problems=tuple(row.problems or ()),
        kind=row.kind,
        outcome=row.outcome,
        seen=tuple(Seen(**one) for one in row.seen or ()),
    )
