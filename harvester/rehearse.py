"""``harvester run --dry-run``: a whole pass that leaves no trace; nothing is stored, nothing is sent."""

from collections.abc import Sequence
from typing import Any

from harvester.acknowledge import policy
from harvester.config import FolderConfig
from harvester.mailbox import open_mailbox
from harvester.model import MACHINE, Arrived, Circumstances, Decision, Message, Verdict
from harvester.report.explain import outcome
from harvester.report.shape import category, instant
from harvester.store import replies
from harvester.store.history import History
from harvester.workers import Done, Job, Workers, recipe_of
from harvester.workshop import Workshop

Row = dict[str, Any]


def rehearse(shop: Workshop) -> list[Row]:
    """What ``harvest`` would do, counted in ``shop.tally`` (``queued``: who would be answered).

    Returns rows as ``harvester list`` has them, without ids. Mailboxes are opened read-only, the database is
    only read; attachments are hashed, not kept.
    """
    rows: list[Row] = []
    with Workers(recipe_of(shop.config, keep=False), shop.config.classify.workers) as workers:
        for config in shop.config.mailbox:
            with shop.going_on(), open_mailbox(config, shop.config.limits, shop.now) as mailbox:
                for folder in config.folders:
                    with shop.going_on():
                        state = mailbox.open(folder.name)
                        listed = mailbox.uids(folder.name)
                        with shop.store.read() as tx:
                            known = replies.known_uids(tx, config.name, folder.name, state.validity)
                        shop.tally.known += len(listed & known)
                        new = sorted(listed - known, key=lambda uid: (len(uid), uid))
                        for batch in mailbox.batches(folder.name, new):
                            rows += read_through(shop, workers, folder, batch)
                            shop.progress("read", len(batch), len(new))
    return rows


def read_through(shop: Workshop, workers: Workers, folder: FolderConfig, batch: Sequence[Arrived]) -> list[Row]:
    """One batch understood and decided on the history as it stands, in the order of arrival."""
    jobs = [Job(key, "", mail.raw) for key, mail in enumerate(batch) if mail.raw and not mail.quarantine]
    done = {one.key: one for one in workers.understand(jobs)}
    read = []
    for key, mail in enumerate(batch):
        one = done.get(key) or Done(key, None, mail.quarantine or "empty")
        read.append((-key - 1, mail, *outcome(one, mail.raw or mail.header_block)))  # ids of no stored reply
    with shop.store.read() as tx:
        history = History.of(tx, [(key, message) for key, _, message, _ in read], shop.now)
    settings = policy.Settings.of(shop.config)
    rows = []
    for key, mail, message, verdict in read:
        circumstances = Circumstances(
            now=shop.now,
            received_at=mail.received_at,
            duplicate_of=history.duplicate_of(key, message, verdict.disposition in MACHINE),
            answers_to_address_24h=history.answers_to(policy.recipient(message)),
            may_acknowledge=folder.acknowledge,
        )
        decision = policy.decide(message, verdict, circumstances, settings)
        if message.quarantine:
            shop.tally.quarantined += 1
        else:
            history.add(key, decision)
            shop.tally.understood += 1
            shop.tally.duplicates += decision.duplicate_of is not None
            shop.tally.queued += decision.answer
            shop.tally.withheld += not decision.answer
        rows.append(row(mail, message, verdict, decision))
    shop.tally.fetched += len(batch)
    return rows


def row(mail: Arrived, message: Message, verdict: Verdict, decision: Decision) -> Row:
    """In the form of ``harvester list``."""
    return {
        "id": "",
        "received_at": instant(mail.received_at),
        "from": message.sender.address,
        "from_name": message.sender.name or None,
        "organisation": verdict.respondent.organisation,
        "country": verdict.respondent.country,
        "language": verdict.language,
        "subject": message.subject,
        "disposition": str(verdict.disposition),
        "quarantine": message.quarantine,
        "categories": [category(one) for one in verdict.categories],
        "attachments": len(message.files),
        "links": len(message.links),
        "acknowledgement": {
            "state": "would be sent" if decision.answer else "withheld",
            "reasons": [objection.code for objection in decision.objections],
        },
    }
