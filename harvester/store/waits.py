"""What waits or was cut off, for who judges whether all is well."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, func, select

from harvester.model import AckState
from harvester.store.schema import acknowledgement, reply

ack = acknowledgement.c


def interrupted(tx: Connection, run_is_going: Callable[[int], bool]) -> int:
    """How many letters a dead run left in ``sending``."""
    rows = tx.execute(select(ack.run_id, func.count()).where(ack.state == AckState.SENDING).group_by(ack.run_id))
    return sum(number for run_id, number in rows if run_id is None or not run_is_going(run_id))


def oldest_due(tx: Connection) -> datetime | None:
    """Since when the letter that has waited longest is in the queue."""
    moment: datetime | None = tx.execute(select(func.min(ack.state_at)).where(ack.state == AckState.QUEUED)).scalar()
    return moment


def received_before(tx: Connection, moment: datetime | None) -> int:
    """How many replies; none of no moment."""
    if moment is None:
        return 0
    return int(tx.execute(select(func.count()).where(reply.c.received_at < moment)).scalar_one())


def newest_file(tx: Connection) -> str | None:
    """The hash of the mail that was taken in last."""
    found: str | None = tx.execute(select(reply.c.sha256).order_by(reply.c.id.desc()).limit(1)).scalar()
    return found
