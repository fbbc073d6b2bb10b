"""queued -> sent: one letter after the other over one connection, one stored outcome each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from harvester import faults
from harvester.acknowledge.compose import Composer, Letter
from harvester.acknowledge.journal import Journal, load_key
from harvester.acknowledge.outbox import Outbox, Outcome
from harvester.errors import ConfigError, OutOfReach
from harvester.model import AckState, Due
from harvester.store import acks

if TYPE_CHECKING:
    from harvester.harvest import Workshop

FIRST_WAIT, LONGEST_WAIT, GIVE_UP = timedelta(minutes=1), timedelta(hours=4), timedelta(hours=24)


@dataclass
class Desk:
    """What is at hand while letters go out."""

    shop: "Workshop"
    composer: Composer
    journal: Journal
    outbox: Outbox


def answer(shop: "Workshop", due: Sequence[Due]) -> None:
    """Hand over what is due, within the limits an hour; whatever stays behind stays ``queued``.

    Every template is tried before the first letter leaves. Raises ConfigError for a broken one, OutOfReach if the
    server is or gets out of reach.
    """
    key = load_key(shop.config.store.data / "answers.key")
    journal = Journal(shop.config.store.data / "answers.jsonl", key)
    composer = Composer(shop.config.acknowledge.templates, shop.config, key)
    if faulty := composer.check({one.language for one in due}):
        raise ConfigError(faulty)
    with Outbox(shop.config.outbox) as outbox:
        desk = Desk(shop, composer, journal, outbox)
        for one in due:
            if journal.knows(one.sha256) and one.message_id is None:
                answered_before_the_restore(desk, one)
                continue
            if trouble := outbox.ensure():  # before claiming: what is not begun stays queued
                raise OutOfReach(trouble)
            send(desk, one)
            shop.progress("acknowledged", 1, len(due))


def answered_before_the_restore(desk: Desk, one: Due) -> None:
    """The journal has an answer that this (restored) database does not know: a person decides."""
    with desk.shop.store.begin() as tx:
        note = "the answer journal says that a letter was begun, this database does not: was it restored?"
        if acks.move(tx, one.reply_id, AckState.QUEUED, AckState.UNKNOWN, desk.shop.now, note=note):
            desk.shop.tally.unknown += 1


def send(desk: Desk, one: Due) -> None:
    """One letter: claimed and in the journal before the first SMTP step, its outcome stored after the last."""
    shop = desk.shop
    letter = desk.composer.compose(one, shop.now)
    with shop.store.begin() as tx:
        claim = acks.claim(tx, one.reply_id, shop.run_id, letter.message_id, shop.now, shop.config.acknowledge)
    if claim is not acks.Claim.CLAIMED:
        shop.tally.deferred += claim is acks.Claim.LATER  # else another run was faster
        return
    faults.point("after-claim")
    desk.journal.write(one.sha256, letter.message_id, one.to, shop.now)
    faults.point("after-journal")
    outcome = desk.outbox.hand_over(letter.raw, one.to)
    faults.point("after-data")
    settle(shop, one, letter, outcome)
    faults.point("after-settle")
    if outcome.kind == "out_of_reach":
        raise OutOfReach(outcome.note)


def settle(shop: "Workshop", one: Due, letter: Letter, outcome: Outcome) -> None:
    """Store what became of the letter (guarantees: R13)."""
    state, not_before, note = after(one, outcome, shop.now)
    kept = letter.raw if state in (AckState.SENT, AckState.UNKNOWN) else None
    with shop.store.begin() as tx:
        acks.settle(tx, one.reply_id, state, shop.now, note, not_before=not_before, letter=kept)
    shop.tally.sent += state is AckState.SENT
    shop.tally.failed += state is AckState.FAILED
    shop.tally.unknown += state is AckState.UNKNOWN
    shop.tally.deferred += state is AckState.QUEUED


def after(one: Due, outcome: Outcome, now: datetime) -> tuple[AckState, datetime | None, str]:
    """The state that an outcome leads to, when to try again, and the note. Waits grow from a minute to four hours;
    after a day of trying it has failed.
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
            if one.first_try is not None and now - one.first_try >= GIVE_UP:
                return AckState.FAILED, None, f"given up after a day: {outcome.note}"
            return AckState.QUEUED, now + min(FIRST_WAIT * 2**one.tries, LONGEST_WAIT), outcome.note
