"""One run, on one page. Every step may be repeated without harm; each ``begin()`` is one promise."""

import gc
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from harvester import faults, log
from harvester.acknowledge.kill_switch import silenced
from harvester.config import FolderConfig, MailboxConfig
from harvester.filing import read_batch
from harvester.ledger import recorded
from harvester.mailbox import Mailbox, open_mailbox
from harvester.model import AckState, Arrived, FolderState, Message, Seen, Tally
from harvester.refusals import changed_at, look_before
from harvester.store import acks, queue, replies, tombstones
from harvester.store.keys import mail_key
from harvester.store.restores import Doubt
from harvester.watch.alarm import watched
from harvester.workshop import Workshop

if TYPE_CHECKING:
    from harvester.workers import Workers

BATCH = 200  # replies read per commit
FULL_SCAN_EVERY = timedelta(days=1)


def harvest(shop: Workshop) -> Tally:
    """One pass, as cron starts it."""
    with watched(shop), recorded(shop), shop.held:
        settle_interrupted(shop)  # what a dead run left in "sending" becomes "unknown"
        with shop.going_on("forget"):
            forget(shop)  # what is older than it may be, where the settings say so
        take_in(shop)  # mailbox -> raw bytes + row
        with shop.going_on("read"):
            read(shop)  # row -> message, verdict, decision
        with shop.going_on("acknowledge"):
            acknowledge(shop)  # queued -> sent
        with shop.going_on("tell-staff"):
            tell_staff(shop)  # what is new and what waits, by mail
    return shop.tally


def bring(shop: Workshop) -> Tally:
    """``harvester import``: take in and read; answers, if any, go out with the next run."""
    with recorded(shop, "import"), shop.held:
        take_in(shop)
        with shop.going_on("read"):
            read(shop)
    return shop.tally


def settle_interrupted(shop: Workshop) -> None:
    with shop.store.read() as tx:
        waiting, unfinished = acks.number_in(tx, AckState.SENDING), tombstones.any_unfinished(tx)
    if waiting:
        with shop.store.begin() as tx:
            shop.tally.unknown += acks.settle_interrupted(tx, shop.now, shop.lock.run_is_going)
    shop.store.vault.sweep()
    shop.lock.sweep()
    if unfinished:
        from harvester.custody.erasure import finish_or_say

        with shop.going_on("finish-erasure"):
            finish_or_say(shop.store, shop.now)


def forget(shop: Workshop) -> None:
    if shop.config.retention.by_run:
        from harvester.custody.erasure import forget as erase

        if count := erase(shop.config, shop.store, shop.now):
            log.tell("erased", replies=count)


def take_in(shop: Workshop) -> None:
    """Every mailbox in turn; one that fails stops neither the others nor what follows."""
    for config in shop.config.mailbox:
        with shop.going_on("take-in", config.name):
            look_before(config, shop.refused, changed_at(shop.config, config), shop.now)
            with open_mailbox(config, shop.config.limits, shop.now) as mailbox:
                for folder in config.folders:
                    with shop.going_on("take-in", config.name, folder.name):
                        take_folder(shop, config, mailbox, folder)


def take_folder(shop: Workshop, config: MailboxConfig, mailbox: Mailbox, folder: FolderConfig) -> None:
    state = mailbox.open(folder.name)
    with shop.store.read() as tx:
        last = replies.folder_state(tx, config.name, folder.name)
        doubt = Doubt.about(tx, config.name, folder.name, shop.now)
        lost = without_bytes(shop, replies.unread(tx, config.name, folder.name, state.validity))
        if nothing_new(state, last, shop.now) and not lost:
            shop.tally.known += state.exists
            shop.saw(Seen(config.name, folder.name, state.exists, 0, certificate_ends=mailbox.certificate_ends))
            return
        known = replies.known_uids(tx, config.name, folder.name, state.validity) - lost
    listed = mailbox.uids(folder.name)
    new = sorted(listed - known, key=lambda uid: (len(uid), uid))
    shop.tally.known += len(listed & known)
    if len(new) > BATCH and shop.workers is None and not shop.config.classify.elsewhere:
        shop.workers = shop.held.enter_context(hired(shop, len(new)))  # they load while we fetch
    got = 0
    for batch in mailbox.batches(folder.name, new):
        faults.point("after-fetch")
        got += len(batch)
        take_batch(shop, config, folder, state, batch, doubt)
        shop.progress("taken in", len(batch), len(new))
    missing = len(new) - got
    shop.tally.vanished += missing
    shop.saw(Seen(config.name, folder.name, len(listed), got, certificate_ends=mailbox.certificate_ends))
    with shop.store.begin() as tx:
        replies.note_listing(tx, config.name, folder.name, state.validity, listed, shop.now)
        if not missing:  # only a complete scan may be trusted as a shortcut
            scanned = replace(state, scanned_at=shop.now)
            replies.save_folder_state(tx, config.name, folder.name, scanned)


def without_bytes(shop: Workshop, unread: Mapping[str, str]) -> set[str]:
    """What was taken in but lies in another host's vault, or was lost from ours before it was read: once more then."""
    return {uid for uid, sha256 in unread.items() if not shop.store.vault.has(sha256)}


def nothing_new(state: FolderState, last: FolderState | None, now: datetime) -> bool:
    """UIDVALIDITY, UIDNEXT and EXISTS as at the last complete scan, which is less than a day old.

    RFC 9051, section 2.3.1.1: a new mail always raises UIDNEXT.
    """
    if last is None or last.scanned_at is None or not state.next_uid:
        return False
    if not timedelta(0) <= now - last.scanned_at < FULL_SCAN_EVERY:
        return False
    return replace(state, scanned_at=None) == replace(last, scanned_at=None)


def take_batch(
    shop: Workshop,
    config: MailboxConfig,
    folder: FolderConfig,
    state: FolderState,
    batch: Sequence[Arrived],
    doubt: Doubt | None = None,
) -> None:
    """Bytes first: files are safe on disk before the rows that name them are committed."""
    buried = erased_before(shop, batch)
    stored = kept_safe(shop, batch, buried)
    faults.point("after-vault")
    heads = {sha256: head(mail) for mail, sha256 in stored if mail.quarantine and sha256 not in buried}
    with shop.store.begin() as tx:
        taken = replies.take_in(
            tx,
            config.name,
            folder.name,
            state.validity,
            folder.acknowledge,
            stored,
            shop.run_id,
            shop.now,
            heads,
            buried,
        )
        if shop.config.classify.elsewhere and queue.is_there(tx):
            queue.enqueue(tx, taken.waiting)  # a job is there if its replies are
        if doubt:
            doubt.note(tx, [sha256 for _, sha256 in stored], shop.now)
        faults.point("after-insert")
    faults.point("after-commit")
    shop.tally.fetched += len(batch)
    shop.tally.duplicates += taken.known
    shop.tally.quarantined += taken.quarantined


def erased_before(shop: Workshop, batch: Sequence[Arrived]) -> dict[str, int]:
    """Which of these were erased, whatever way they come by: hash -> tombstone. Their bytes are not kept again."""
    with shop.store.read() as tx:
        if not tombstones.any_there(tx):
            return {}
        return tombstones.of_mails(tx, {hash_of(mail): mail_key(head(mail)) for mail in batch})


def kept_safe(shop: Workshop, batch: Sequence[Arrived], buried: Mapping[str, int]) -> list[tuple[Arrived, str]]:
    """Each with the hash under which the vault holds its bytes, or under which it was erased."""
    hashes = [hash_of(mail) for mail in batch]
    shop.store.vault.put_all([mail.kept for mail, sha256 in zip(batch, hashes, strict=True) if sha256 not in buried])
    return list(zip(batch, hashes, strict=True))


def hash_of(mail: Arrived) -> str:
    return hashlib.sha256(mail.kept).hexdigest()


def head(mail: Arrived) -> Message:
    """Who wrote it: so staff can tell of what is in quarantine from the start."""
    from harvester.message.reader import headers_only

    return headers_only(mail.kept, mail.quarantine or "")


def read(shop: Workshop) -> None:
    """Everything derived and the decision to answer, committed together, in the order of arrival."""
    if handed_over(shop):
        return
    with shop.store.read() as tx:
        pending = replies.number_pending(tx)
    if not pending:
        return
    with shop.workers or hired(shop, pending) as workers:
        gc.freeze()  # what is loaded stays: to look for rubbish in it at every other batch costs as much as storing one
        for batch, following in pairwise(chain(waiting(shop), [()])):  # while one is stored the next is read
            read_batch(shop, workers, batch, following)
            shop.progress("understood", len(batch), pending)


def hired(shop: Workshop, mails: int) -> "Workers":
    from harvester.workers import Workers, recipe_of  # heavy: only with work to do

    return Workers(recipe_of(shop.config, mails=mails), shop.config.classify.workers)


def waiting(shop: Workshop) -> Iterator[Sequence[replies.Pending]]:
    """What is to be read, batch by batch in the order of arrival; never all of it at once in memory."""
    last = None
    while True:
        with shop.store.read() as tx:
            found = replies.pending(tx, after=last, most=BATCH + 1)
        yield found[:BATCH]
        if len(found) <= BATCH:
            return
        last = found[BATCH - 1]


def handed_over(shop: Workshop) -> bool:
    """Whether workers on other hosts read. With none at work a run reads by itself: hosts may come and go."""
    if not shop.config.classify.elsewhere:
        return False
    with shop.store.begin() as tx:
        if not queue.is_there(tx):
            return False
        queue.sweep(tx)
        return queue.workers(tx) > 0


def acknowledge(shop: Workshop) -> None:
    if silenced(shop.config):
        return
    with shop.store.read() as tx:
        due = acks.due(tx, shop.now, shop.config.acknowledge.max_per_run)
    if due:
        from harvester.answer import answer  # templates and SMTP are loaded only with work to do

        answer(shop, due)


def tell_staff(shop: Workshop) -> None:
    if shop.config.digest.to:
        from harvester.digest import tell_staff as tell  # as heavy as answering

        tell(shop)
