"""queued -> sent: one letter after the other over one connection, one stored outcome each."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from harvester import faults
from harvester.acknowledge.compose import Composer, Letter
from harvester.acknowledge.journal import Journal, load_key
from harvester.acknowledge.outbox import Outbox
from harvester.errors import OutOfReach
from harvester.model import AckState
from harvester.store import acks, replies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harvester.harvest import Workshop

FIRST_WAIT, LONGEST_WAIT, GIVE_UP = timedelta(minutes=1), timedelta(hours=4), timedelta(hours=24)


def answer(shop: "Workshop", due: "Sequence[acks.Due]") -> None:
    """Hand over what is due, within the limits an hour; whatever stays behind stays ``queued``."""
    key = load_key(shop.config.store.data / "answers.key")
    journal = Journal(shop.config.store.data / "answers.jsonl", key)
    composer = Composer(shop.config.acknowledge.templates, shop.config, key)
    with Outbox(shop.config.outbox) as outbox:
        for row in due:
            if journal.knows(row.sha256) and not row.message_id:
                answered_before_the_restore(shop, row)
            elif (later := put_off(shop, row)) is not None:
                with shop.store.begin() as tx:
                    acks.put_off(tx, row.reply_id, later)
                shop.tally.deferred += 1
            elif not send(shop, row, composer, journal, outbox):
                return


def answered_before_the_restore(shop: "Workshop", row: "acks.Due") -> None:
    """The journal has an answer that this (restored) database does not know: a person decides."""
    with shop.store.begin() as tx:
        acks.move(tx, row.reply_id, AckState.QUEUED, AckState.UNKNOWN, shop.now, note="in the answer journal")
    shop.tally.unknown += 1


def put_off(shop: "Workshop", row: "acks.Due") -> datetime | None:
    """When to try again if an hourly limit is reached; None if we may send now."""
    limits = shop.config.acknowledge
    domain = row.to.rpartition("@")[2]
    with shop.store.read() as tx:
        full = (
            acks.sent_in_last_hour(tx, shop.now) >= limits.per_hour
            or acks.sent_in_last_hour(tx, shop.now, domain) >= limits.per_domain_per_hour
        )
    return shop.now + timedelta(minutes=15) if full else None


def send(shop: "Workshop", row: "acks.Due", composer: Composer, journal: Journal, outbox: Outbox) -> bool:
    """One letter; False when the server is out of reach, so that the rest waits for the next run."""
    with shop.store.read() as tx:
        message, verdict = replies.load(tx, row.reply_id)
    try:
        letter = composer.compose(
            reply_id=row.reply_id,
            message=message,
            verdict=verdict,
            reference=row.reference,
            now=shop.now,
            to=row.to,
        )
    except ValueError as fault:  # the letter did not survive its own re-reading
        with shop.store.begin() as tx:
            acks.claim(tx, row.reply_id, shop.run_id, row.message_id or "", shop.now)
            acks.settle(tx, row.reply_id, AckState.FAILED, shop.now, f"not composed: {fault}")
        shop.tally.failed += 1
        return True
    with shop.store.begin() as tx:
        if not acks.claim(tx, row.reply_id, shop.run_id, letter.message_id, shop.now):
            return True  # another run was faster
    faults.point("after-claim")
    journal.write(row.sha256, letter.message_id, row.to, shop.now)
    faults.point("after-journal")
    outcome = outbox.hand_over(letter.raw, row.to)
    faults.point("after-data")
    settle(shop, row, letter, outcome.kind, outcome.note)
    faults.point("after-settle")
    if outcome.kind == "out_of_reach":
        fault = OutOfReach(outcome.note)
        shop.troubles.append(fault)
        shop.tally.problems.extend(fault.problems)
        return False
    shop.progress("acknowledged", 1)
    return True


def settle(shop: "Workshop", row: "acks.Due", letter: Letter, kind: str, note: str) -> None:
    """Store the outcome of the SMTP steps (guarantees: R13)."""
    with shop.store.begin() as tx:
        if kind in ("retry", "out_of_reach"):
            gave_up = row.first_try is not None and shop.now - row.first_try >= GIVE_UP
            if gave_up and kind == "retry":
                acks.settle(tx, row.reply_id, AckState.FAILED, shop.now, f"given up after 24 h: {note}")
                shop.tally.failed += 1
                return
            wait = min(FIRST_WAIT * 2**row.tries, LONGEST_WAIT) if kind == "retry" else timedelta(0)
            acks.settle(tx, row.reply_id, AckState.QUEUED, shop.now, note, not_before=shop.now + wait)
            shop.tally.deferred += 1
            return
        state = {"sent": AckState.SENT, "failed": AckState.FAILED}.get(kind, AckState.UNKNOWN)
        acks.settle(tx, row.reply_id, state, shop.now, note, letter=letter.raw, language=letter.language)
        if state is AckState.SENT:
            shop.tally.sent += 1
        elif state is AckState.FAILED:
            shop.tally.failed += 1
        else:
            shop.tally.unknown += 1
