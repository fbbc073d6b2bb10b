"""One after the other, where two hosts at once would count wrongly or wait for each other for ever.

SQLite has one writer at a time anyway; on PostgreSQL these are advisory locks, held until the transaction ends.
"""

from datetime import datetime

from sqlalchemy import Connection, text, update

from harvester.store.schema import acknowledgement

TAKING_IN = 0x6861727665737433
ANSWERS = 0x6861727665737432
ENQUEUEING = 0x6861727665737434


def turn_to_take_in(tx: Connection) -> None:
    """Two hosts that insert the same mails in another order would block each other."""
    _wait(tx, TAKING_IN)


def turn_to_enqueue(tx: Connection) -> None:
    """Two who look for replies without a job would each give them one, and each give a dead worker's job back."""
    _wait(tx, ENQUEUEING)


def turn_to_decide(tx: Connection, now: datetime) -> None:
    """Two hosts that count answers at once would each miss the letter that the other is about to send.

    Letters dated in the future (a clock was wrong) count as sent now, and from now on they age like others: no
    storm, and no silence until that future comes. A transaction that only reads neither waits nor changes that.
    """
    if tx.get_execution_options().get("reading"):
        return
    _wait(tx, ANSWERS)
    rated_at = acknowledgement.c.rated_at
    tx.execute(update(acknowledgement).where(rated_at > now).values(rated_at=now))


def _wait(tx: Connection, key: int) -> None:
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
