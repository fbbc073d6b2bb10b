"""Letters of ours that came back: told at the reply that they answered, not only where the report of it lies."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from harvester.model import Failure
from harvester.store.keys import address_key
from harvester.store.schema import acknowledgement, reply, verdict


def came_back(tx: Connection, reply_id: int) -> Iterator[tuple[int, str]]:
    """(reply that reports it, in words). It must name the id of our letter, which only those know who saw it, and the
    address that it went to: a report about another mail that merely refers to ours says nothing.
    """
    ack = acknowledgement.c
    ours = select(ack.message_id, ack.to_key, reply.c.thread).join(reply, reply.c.id == ack.reply_id)
    row = tx.execute(ours.where(ack.reply_id == reply_id, ack.message_id.is_not(None))).one_or_none()
    if row is None:
        return
    reports = select(verdict.c.reply_id, verdict.c.bounce).join(reply, reply.c.id == verdict.c.reply_id)
    reports = reports.where(reply.c.thread == row.thread, verdict.c.bounce.is_not(None)).order_by(reply.c.id)
    for report, told in tx.execute(reports):
        of_ours = (told["returned"] or "").lower() == row.message_id.lower()
        if of_ours and address_key(told["recipient"] or "") == row.to_key:
            yield report, _words(told)


def _words(told: dict[str, str | None]) -> str:
    what = {Failure.HARD: "not delivered", Failure.SOFT: "not delivered yet", Failure.NONE: "delivered"}
    status = f" ({told['status']})" if told["status"] else ""
    return what[Failure(str(told["failure"]))] + status
