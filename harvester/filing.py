"""What becomes of a batch: understood, decided on and stored in one transaction, by a run or by a worker anywhere."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from harvester import faults
from harvester.model import MACHINE, Circumstances, Decision, Message, Understanding
from harvester.store import replies
from harvester.workshop import Workshop

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from harvester.workers import Done, Workers


def read_batch(
    shop: Workshop, workers: "Workers", batch: Sequence[replies.Pending], following: Sequence[replies.Pending] = ()
) -> None:
    """One batch read and filed, here or on any host."""
    from harvester.worker import Job

    jobs, ahead = ([Job(reply.reply_id, reply.sha256) for reply in some] for some in (batch, following))
    done = {one.key: one for one in workers.understand(jobs, ahead)}
    faults.point("after-understand")
    with shop.store.begin() as tx:
        file_away(shop, tx, batch, done)
        faults.point("after-derived")
    faults.point("after-derived-commit")


def file_away(shop: Workshop, tx: "Connection", batch: Sequence[replies.Pending], done: "Mapping[int, Done]") -> None:
    """``received -> understood | quarantined``, with all that was derived and decided."""
    understood = []
    for reply in batch:
        outcome = done[reply.reply_id]
        if outcome.code or outcome.understanding is None:
            message = outcome.understanding.message if outcome.understanding else None
            message = message or what_is_left(shop, reply, outcome.code)
            replies.quarantine(tx, reply.reply_id, outcome.code, shop.now, outcome.detail, message)
            shop.tally.quarantined += 1
        else:
            understood.append((reply, outcome.understanding))
    decided = decide(shop, tx, understood)
    replies.store_understood(tx, decided, shop.run_id, shop.now, shop.config.request.reference_prefix)
    shop.tally.understood += len(decided)
    shop.tally.duplicates += sum(decision.duplicate_of is not None for _, _, decision in decided)
    shop.tally.withheld += sum(not decision.answer for _, _, decision in decided)


def what_is_left(shop: Workshop, reply: replies.Pending, code: str) -> Message | None:
    """The headers of a mail that could not be read; None if its bytes are gone or damaged: that stops no other mail."""
    from harvester.message.reader import headers_only

    try:
        return headers_only(shop.store.vault.get(reply.sha256), code)
    except (FileNotFoundError, ValueError):
        return None


def decide(
    shop: Workshop, tx: "Connection", batch: Sequence[tuple[replies.Pending, Understanding]]
) -> list[tuple[int, Understanding, Decision]]:
    """May we answer? On the history inside this transaction, so that no two replies count alone."""
    from harvester.acknowledge import policy
    from harvester.store.history import History

    settings = policy.Settings.of(shop.config)
    history = History.of(tx, [(reply.reply_id, one.message) for reply, one in batch], shop.now)
    decided = []
    for reply, one in batch:
        circumstances = Circumstances(
            now=shop.now,
            received_at=reply.received_at,
            duplicate_of=history.duplicate_of(reply.reply_id, one.message, one.verdict.disposition in MACHINE),
            answers_to_address_24h=history.answers_to(policy.recipient(one.message)),
            may_acknowledge=reply.may_acknowledge,
        )
        decision = policy.decide(one.message, one.verdict, circumstances, settings)
        history.add(reply.reply_id, decision)
        decided.append((reply.reply_id, one, decision))
    return decided
