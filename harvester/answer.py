"""queued -> sent: one letter after the other over one connection, one stored outcome each.

The order is the promise: compose, claim (committed, Message-ID fixed), a line in the answer journal (on the disk),
the SMTP steps, the outcome. Wherever the plug is pulled, nobody is answered twice.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from harvester import faults
from harvester.acknowledge.compose import Composer, Letter
from harvester.acknowledge.journal import Journal, load_key, make_key
from harvester.acknowledge.kill_switch import pulled
from harvester.acknowledge.outbox import Outcome
from harvester.acknowledge.signed_id import our_domain, signed_id
from harvester.acknowledge.transport import Transport, transport_of
from harvester.errors import ConfigError, NeedsPerson, OutOfReach
from harvester.model import AckState, Due
from harvester.staff_mail import Copies, sent_folder, unanswered
from harvester.store import acks, approvals, restores
from harvester.store.acks import Claim, HourlyLimits

if TYPE_CHECKING:
    from harvester.workshop import Workshop

FIRST_WAIT, LONGEST_WAIT, GIVE_UP = timedelta(minutes=1), timedelta(hours=4), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NoLimits:
    """For what is not sent."""

    per_hour: int = sys.maxsize
    per_domain_per_hour: int = sys.maxsize


@dataclass(frozen=True, slots=True)
class Desk:
    """What is needed to answer."""

    shop: "Workshop"
    composer: Composer
    journal: Journal
    outbox: Transport
    copies: Copies


def answer(shop: "Workshop", due: Sequence[Due]) -> None:
    """Hand over what is due; whatever a limit, a fault or a broken line leaves behind stays ``queued``.

    Raises, before anything is sent, NeedsPerson when more wait than may go unasked, ConfigError for templates that
    staff must mend, OutOfReach or Unusable when nobody can tell whom staff have answered already.
    """
    if not due:
        return
    key = our_key(shop)
    due = approved(shop, without_doubtful(shop, key, due))
    if not due:
        return
    composer = Composer(shop.config.acknowledge.templates, shop.config, key)
    if problems := composer.check({row.language for row in due}):
        raise ConfigError([*problems, "no letter was sent; `harvester check` tries the templates without sending"])
    with sent_folder(shop.config) as sent:
        if sent:
            due = unanswered(shop, sent, due)
        hand_over_all(shop, composer, key, due, Copies(shop, sent if shop.config.outbox.copy_to_sent else None))


def hand_over_all(shop: "Workshop", composer: Composer, key: bytes, due: Sequence[Due], copies: Copies) -> None:
    data = shop.config.store.data
    with transport_of(shop.config.outbox) as outbox:
        desk = Desk(shop, composer, Journal(data / "answers.jsonl", key), outbox, copies)
        for row in due:
            if pulled(shop.config):  # just now
                return
            answer_one(desk, row)
            shop.progress("acknowledged", 1, len(due))


def approved(shop: "Workshop", due: Sequence[Due]) -> Sequence[Due]:
    """All, if they are no more than ``acknowledge.approve_above``; else what a person has approved, if somebody has."""
    unasked = shop.config.acknowledge.approve_above
    if unasked is None:
        return due
    with shop.store.read() as tx:
        awaited, may_go = approvals.awaited(tx, shop.now, unasked), approvals.may_go(tx, shop.now, unasked)
    if awaited:
        raise NeedsPerson(
            f"{awaited} letters wait, more than go unasked (acknowledge.approve_above = {unasked}), so none was sent; "
            f"`harvester ack plan` shows them, `harvester ack approve {awaited}` lets them go"
        )
    return due[:may_go]


def without_doubtful(shop: "Workshop", key: bytes, due: Sequence[Due]) -> Sequence[Due]:
    """What may have been answered before a backup was restored becomes ``unknown``; a person decides."""
    with shop.store.read() as tx:
        doubtful = restores.doubtful(tx, [row.reply_id for row in due])
    if doubtful:
        domain = our_domain(shop.config.outbox.from_)
        with shop.store.begin() as tx:
            for row in due:
                if row.reply_id in doubtful:
                    message_id = row.message_id or signed_id(key, row.sha256, row.to, domain)
                    note = restores.NOTE
                    shop.tally.unknown += acks.doubt(tx, row.reply_id, AckState.QUEUED, shop.now, note, message_id)
    return [row for row in due if row.reply_id not in doubtful]


def our_key(shop: "Workshop") -> bytes:
    """The key of the answer journal. Where no letter was ever begun, a missing one is made; else it is asked for,
    because with another key the journal is blind.
    """
    data = shop.config.store.data
    if not (data / "answers.key").exists() and not (data / "answers.jsonl").exists():
        with shop.store.read() as tx:
            begun = acks.any_begun(tx)
        if not begun:
            make_key(data / "answers.key")
    return load_key(data / "answers.key")


def answer_one(desk: Desk, row: Due) -> None:
    """One letter, from its words to its stored outcome. Raises OutOfReach when no other would fare better."""
    if answered_before_the_restore(desk.journal, row):
        claim_and_settle(desk, row, AckState.UNKNOWN, "the answer journal knows a letter that this database does not")
        return
    letter = None
    try:
        with desk.shop.going_on():  # a template that breaks on this one letter holds up no other
            letter = desk.composer.compose(row, desk.shop.now)
    except ValueError as fault:  # what was written did not read as it was meant
        claim_and_settle(desk, row, AckState.FAILED, f"the letter was not written: {fault}")
    if letter is None:
        return
    if trouble := desk.outbox.ensure():  # a letter is claimed only when it can be handed over
        raise OutOfReach(trouble)
    if not claimed(desk, row, letter.message_id, desk.shop.config.acknowledge):
        return
    faults.point("after-claim")
    begin(desk, row, letter)
    faults.point("after-journal")
    outcome = desk.outbox.hand_over(letter.raw, row.to)
    faults.point("after-data")
    settle(desk, row, letter, outcome)
    faults.point("after-settle")
    if outcome.kind == "sent":
        desk.copies.keep(letter)
    if outcome.kind == "out_of_reach":
        raise OutOfReach(outcome.note)


def answered_before_the_restore(journal: Journal, row: Due) -> bool:
    """An old database was restored: its row waits, but a letter was begun after it was written.

    A row that a person has let go again (or that waits for another try) knows every letter begun before.
    """
    if row.message_id is None or row.queued_at is None:
        return journal.knows(row.sha256)
    return journal.begun_after(row.sha256, row.queued_at)


def claimed(desk: Desk, row: Due, message_id: str, limits: HourlyLimits) -> bool:
    """``queued -> sending``, committed; False if another run was faster or a limit an hour puts it off."""
    shop = desk.shop
    with shop.store.begin() as tx:
        claim = acks.claim(tx, row.reply_id, shop.run_id, message_id, shop.now, limits)
    if claim is Claim.LATER:
        shop.tally.deferred += 1
    return claim is Claim.CLAIMED


def begin(desk: Desk, row: Due, letter: Letter) -> None:
    """The line in the journal; if it cannot be written, the letter goes back into the queue unsent."""
    try:
        desk.journal.write(row.sha256, letter.message_id, row.to, desk.shop.now)
    except Exception:
        with desk.shop.store.begin() as tx:
            acks.settle(tx, row.reply_id, AckState.QUEUED, desk.shop.now, "the answer journal could not be written")
        raise


def settle(desk: Desk, row: Due, letter: Letter, outcome: Outcome) -> None:
    """Store what became of the letter."""
    shop = desk.shop
    state, not_before, note = after(row, outcome, shop.now)
    kept = letter.raw if state in (AckState.SENT, AckState.UNKNOWN) else None
    with shop.store.begin() as tx:
        acks.settle(tx, row.reply_id, state, shop.now, note, not_before=not_before, letter=kept)
    shop.tally.sent += state is AckState.SENT
    shop.tally.failed += state is AckState.FAILED
    shop.tally.unknown += state is AckState.UNKNOWN
    shop.tally.deferred += state is AckState.QUEUED


def after(row: Due, outcome: Outcome, now: datetime) -> tuple[AckState, datetime | None, str]:
    """The state that an outcome leads to, when to try again, and the note.

    Waits grow from a minute to four hours; after a day of trying the letter has failed. What is about us and not
    about the letter (``out_of_reach``) leaves it due at once.
    """
    match outcome.kind:
        case "sent":
            return AckState.SENT, None, outcome.note
        case "failed":
            return AckState.FAILED, None, outcome.note
        case "unknown":
            return AckState.UNKNOWN, None, outcome.note
        case "out_of_reach":
            return AckState.QUEUED, None, outcome.note
        case "retry":
            if row.first_try is not None and now - row.first_try >= GIVE_UP:
                return AckState.FAILED, None, f"given up after a day: {outcome.note}"
            return AckState.QUEUED, now + waiting(row.tries), outcome.note


def waiting(tries: int) -> timedelta:
    """After so many tries before this one: 1, 2, 4, 8 ... minutes, at most four hours."""
    longest = LONGEST_WAIT // FIRST_WAIT
    return FIRST_WAIT * min(1 << min(tries, longest.bit_length()), longest)


def claim_and_settle(desk: Desk, row: Due, state: AckState, note: str) -> None:
    """To its end without a letter. The Message-ID is fixed all the same: a person may let it go later."""
    if not claimed(desk, row, desk.composer.message_id(row), NoLimits()):
        return
    with desk.shop.store.begin() as tx:
        acks.settle(tx, row.reply_id, state, desk.shop.now, note)
    desk.shop.tally.unknown += state is AckState.UNKNOWN
    desk.shop.tally.failed += state is AckState.FAILED
