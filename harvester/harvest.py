"""One run, on one page. Every step may be repeated without harm; each ``begin()`` is one promise."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from harvester import faults
from harvester.config import Config, FolderConfig, MailboxConfig
from harvester.errors import HarvesterError
from harvester.mailbox import Mailbox, open_mailbox
from harvester.model import Arrived, Circumstances, FolderState, Tally, Understanding
from harvester.store import acks, replies, runs
from harvester.store.engine import Store
from harvester.store.lock import RunLock

if TYPE_CHECKING:
    from sqlalchemy import Connection

BATCH = 200  # replies read per commit
FULL_SCAN_EVERY = timedelta(days=1)

T = TypeVar("T")

Progress = Callable[[str, int], None]  # what was done, to how many more


@dataclass
class Workshop:
    """What a run holds in its hands: settings, the store, the time it started, and its counts."""

    config: Config
    store: Store
    lock: RunLock
    now: datetime  # read once a run
    run_id: int = 0
    tally: Tally = field(default_factory=Tally)
    troubles: list[HarvesterError] = field(default_factory=list)
    progress: Progress = lambda _what, _more: None


def harvest(shop: Workshop) -> Tally:
    """One pass, as cron starts it."""
    with recorded(shop):
        settle_interrupted(shop)  # what a dead run left in "sending" becomes "unknown"
        take_in(shop)  # mailbox -> raw bytes + row
        read(shop)  # row -> message, verdict, decision
        acknowledge(shop)  # queued -> sent
    return shop.tally


def bring(shop: Workshop) -> Tally:
    """``harvester import``: take in and read; answers, if any, go out with the next run."""
    with recorded(shop):
        take_in(shop)
        read(shop)
    return shop.tally


@contextmanager
def recorded(shop: Workshop) -> Iterator[None]:
    """The run ledger: a row when a run begins, its counts when it ends."""
    with shop.store.begin() as tx:
        shop.run_id = runs.start(tx, shop.now)
    with shop.lock.of_run(shop.run_id):
        yield
        with shop.store.begin() as tx:
            shop.tally.queued = acks.counts(tx).get("queued", 0)
            runs.finish(tx, shop.run_id, shop.tally, shop.now)


def settle_interrupted(shop: Workshop) -> None:
    with shop.store.read() as tx:
        waiting = acks.counts(tx).get("sending", 0)
    if waiting:
        with shop.store.begin() as tx:
            shop.tally.unknown += acks.settle_interrupted(tx, shop.now, shop.lock.run_is_going)
    shop.store.vault.sweep()


def take_in(shop: Workshop) -> None:
    """Every mailbox in turn; one that fails stops neither the others nor what follows."""
    for config in shop.config.mailbox:
        try:
            with open_mailbox(config, shop.config.limits) as mailbox:
                for folder in config.folders:
                    take_folder(shop, config, mailbox, folder)
        except HarvesterError as fault:
            shop.troubles.append(fault)
            shop.tally.problems.extend(fault.problems)


def take_folder(shop: Workshop, config: MailboxConfig, mailbox: Mailbox, folder: FolderConfig) -> None:
    state = mailbox.open(folder.name)
    with shop.store.read() as tx:
        last = replies.folder_state(tx, config.name, folder.name)
        known = replies.known_uids(tx, config.name, folder.name, state.validity)
    if nothing_new(state, last, shop.now):
        shop.tally.known += len(known)
        return
    listed = mailbox.uids(folder.name)
    new = sorted(listed - known, key=lambda uid: (len(uid), uid))
    shop.tally.known += len(listed & known)
    got = 0
    for batch in mailbox.batches(folder.name, new):
        faults.point("after-fetch")
        got += len(batch)
        take_batch(shop, config, folder, state, batch)
    missing = len(new) - got
    shop.tally.vanished += missing
    with shop.store.begin() as tx:
        replies.note_listing(tx, config.name, folder.name, state.validity, listed, shop.now)
        if not missing:  # only a complete scan may be trusted as a shortcut
            replies.save_folder_state(tx, config.name, folder.name, with_time(state, shop.now))


def nothing_new(state: FolderState, last: FolderState | None, now: datetime) -> bool:
    """UIDVALIDITY, UIDNEXT and EXISTS as at the last complete scan, which is less than a day old.

    RFC 9051, section 2.3.1.1: a new mail always raises UIDNEXT.
    """
    if last is None or last.scanned_at is None or not timedelta(0) <= now - last.scanned_at < FULL_SCAN_EVERY:
        return False
    return (state.validity, state.next_uid, state.exists) == (last.validity, last.next_uid, last.exists)


def with_time(state: FolderState, now: datetime) -> FolderState:
    return FolderState(state.validity, state.next_uid, state.exists, now)


def take_batch(
    shop: Workshop,
    config: MailboxConfig,
    folder: FolderConfig,
    state: FolderState,
    batch: Sequence[Arrived],
) -> None:
    """Bytes first: files are safe on disk before the rows that name them are committed."""
    stored = [
        (mail, shop.store.vault.put(mail.header_block if mail.raw is None else mail.raw)) for mail in batch
    ]
    faults.point("after-vault")
    with shop.store.begin() as tx:
        taken = replies.take_in(
            tx, config.name, folder.name, state.validity, folder.acknowledge, stored, shop.run_id, shop.now
        )
        faults.point("after-insert")
    faults.point("after-commit")
    shop.tally.fetched += len(batch)
    shop.tally.duplicates += taken.known
    shop.tally.quarantined += taken.quarantined
    shop.progress("taken in", len(batch))


def read(shop: Workshop) -> None:
    """Everything derived and the decision to answer, committed together, in the order of arrival."""
    with shop.store.read() as tx:
        pending = replies.pending(tx)
    if not pending:
        return
    from harvester.workers import Job, Workers, recipe_of

    with Workers(recipe_of(shop.config), shop.config.classify.workers) as workers:
        for batch in batches(pending, BATCH):
            jobs = [Job(reply.reply_id, reply.sha256) for reply in batch]
            done = {one.key: one for one in workers.understand(jobs)}
            faults.point("after-understand")
            with shop.store.begin() as tx:
                for reply in batch:
                    outcome = done[reply.reply_id]
                    if outcome.code or outcome.understanding is None:
                        replies.quarantine(tx, reply.reply_id, outcome.code, shop.now, outcome.detail)
                        shop.tally.quarantined += 1
                    else:
                        decide(shop, tx, reply, outcome.understanding)
                faults.point("after-derived")
            faults.point("after-derived-commit")
            shop.progress("understood", len(batch))


def decide(shop: Workshop, tx: "Connection", reply: replies.Pending, understanding: Understanding) -> None:
    """May we answer? On the history inside this transaction, so that no two replies count alone."""
    from harvester.acknowledge import policy

    message = understanding.message
    duplicate_of = replies.find_duplicate(tx, reply.reply_id, message)
    to = policy.recipient(message)
    circumstances = Circumstances(
        now=shop.now,
        received_at=reply.received_at,
        duplicate_of=duplicate_of,
        answers_to_address_24h=acks.answers_to(tx, to, shop.now) if to else 0,
        may_acknowledge=reply.may_acknowledge,
    )
    objections = policy.objections(
        message, understanding.verdict, circumstances, policy.Settings.of(shop.config)
    )
    replies.store_understood(tx, reply.reply_id, understanding, circumstances, objections, shop.now)
    shop.tally.understood += 1
    shop.tally.duplicates += duplicate_of is not None
    shop.tally.withheld += bool(objections)


def acknowledge(shop: Workshop) -> None:
    if not shop.config.acknowledge.enabled or (shop.config.store.data / "STOP").exists():
        return
    with shop.store.read() as tx:
        due = acks.due(tx, shop.now, shop.config.acknowledge.max_per_run)
    if due:
        from harvester.answer import answer  # templates and SMTP are loaded only with work to do

        answer(shop, due)


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
