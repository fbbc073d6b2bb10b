"""One after the other: who counts letters must not count at the same time as another host.

SQLite has one writer at a time anyway. On PostgreSQL two hosts could each count without the letter that the other
is just about to send.
"""

from datetime import datetime

from sqlalchemy import Connection, text, update

from harvester.store.schema import acknowledgement

ANSWERS = 0x6861727665737432  # advisory lock; held until the transaction ends


def take_turn(tx: Connection, now: datetime) -> None:
    """Wait until nobody else decides about answers; a transaction that only reads need not wait.

    Letters dated in the future (a clock was wrong) count as sent now, and from now on they age like others: no
    storm, and no silence until that future comes.
    """
    if tx.get_execution_options().get("reading"):
        return
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ANSWERS})
    rated_at = acknowledgement.c.rated_at
    tx.execute(update(acknowledgement).where(rated_at > now).values(rated_at=now))
