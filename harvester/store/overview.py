"""How things stand, and what waits for a person."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select, text

from harvester.model import AckState, ReplyState
from harvester.store import approvals, runs, tombstones
from harvester.store.schema import acknowledgement, reply, review

ADVICE = {
    "quarantined": "{n} in quarantine, kept but not read: `harvester list --state quarantined` shows them, "
    "`harvester retry` reads them again",
    "unknown": "{n} acknowledgements of unknown fate (sent, or not): `harvester list --ack unknown` shows them, "
    "`harvester ack resend ID` lets one go out again",
    "to_approve": "{n} letters wait for an approval: `harvester ack plan` shows them, `harvester ack approve {n}` "
    "lets them go",
    "failed": "{n} acknowledgements that the mail server refused for good: `harvester list --ack failed` shows them; "
    "answer by hand where it matters",
}


def status(tx: Connection, now: datetime, approve_above: int | None = None) -> dict[str, Any]:
    """Counts, the last runs, and what waits: quarantine, unknown and failed answers that nobody has reviewed, and
    letters that are more than may go unasked.
    """
    last, complete = runs.last(tx), runs.last_complete(tx)
    waiting = {**_waiting(tx), "to_approve": approvals.awaited(tx, now, approve_above)}
    waits = {what: number for what, number in waiting.items() if number}
    return {
        "replies": _counted(tx, reply.c.state),
        "acknowledgements": _counted(tx, acknowledgement.c.state),
        "erased": tombstones.count(tx),
        "quarantine": _counted(tx, reply.c.quarantine, reply.c.state == ReplyState.QUARANTINED),
        "last_run": _told(last),
        "last_complete_run": None if complete is None else instant(complete.finished_at),
        "minutes_ago": _minutes_since(complete, now),
        "problems": [] if last is None else list(last.problems),
        "waiting": waiting,
        "needs_person": bool(waits),
        "advice": [ADVICE[what].format(n=number) for what, number in waits.items()] or _no_run_yet(last),
        "database_bytes": _size(tx),
    }


def _no_run_yet(last: runs.Run | None) -> list[str]:
    return [] if last else ["nothing was read yet: `harvester run` does"]


def instant(moment: datetime | None) -> str | None:
    """``2027-08-16T22:59:59Z``; None where there is none."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _counted(tx: Connection, column: Any, *where: ColumnElement[bool]) -> dict[str, int]:
    rows = tx.execute(select(column, func.count()).where(*where).group_by(column).order_by(column))
    return {value: number for value, number in rows}


def _waiting(tx: Connection) -> dict[str, int]:
    """What a person must look at; a review made since then says that one has."""
    ack = acknowledgement.c
    quarantined = select(func.count()).where(
        reply.c.state == ReplyState.QUARANTINED, _not_seen_since(reply.c.id, reply.c.state_at)
    )
    found = {"quarantined": int(tx.execute(quarantined).scalar_one())}
    for state in (AckState.UNKNOWN, AckState.FAILED):
        waits = select(func.count()).where(ack.state == state, _not_seen_since(ack.reply_id, ack.state_at))
        found[str(state)] = int(tx.execute(waits).scalar_one())
    return found


def _not_seen_since(reply_id: ColumnElement[int], moment: ColumnElement[datetime]) -> ColumnElement[bool]:
    return ~exists().where(review.c.reply_id == reply_id, review.c.made_at >= moment)


def _told(run: runs.Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    counts = {what: number for what, number in run.counts.items() if number}
    return {"started": instant(run.started_at), "finished": instant(run.finished_at), **counts}


def _minutes_since(run: runs.Run | None, now: datetime) -> int | None:
    if run is None or run.finished_at is None:
        return None
    return int((now - run.finished_at).total_seconds() // 60)


def _size(tx: Connection) -> int:
    if tx.dialect.name == "sqlite":
        pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        return int(tx.execute(text(pages)).scalar_one())
    return int(tx.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
