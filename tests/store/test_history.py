"""Whom we have answered, and what came before: within a batch as across batches."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from harvester.model import SIGNATURE, AckState, Sender
from harvester.store import acks, replies
from harvester.store.history import History
from harvester.store.schema import acknowledgement
from store_samples import NOW, answer, arrived, silence, stored, take, understanding

OFFICER = "Officer@Town.example"
FILES = understanding(1).message.attachments
SIGNED = replace(FILES[0], name="smime.p7s", sha256="cd" * 32, flags=(SIGNATURE,))
FIRST = understanding(1, address=OFFICER, own="The same words")


def history(store, *ones, now=NOW, number=1000) -> History:
    with store.begin() as tx:
        return History.of(tx, [(n, one.message) for n, one in enumerate(ones, number)], now)


def changed(**changes):
    return replace(FIRST, message=replace(FIRST.message, **changes))


LATER = {
    "the same Message-ID, other words": (changed(own_text="Other words"), True),
    "the same Message-ID from somebody else": (changed(own_text="Other", sender=Sender("b@town.example")), False),
    "the same in another case of the address": (changed(message_id=None, sender=Sender(OFFICER.upper())), True),
    "the same words, wrapped again": (changed(message_id="<2@x>", own_text="the SAME\r\n  words "), True),
    "other words": (changed(message_id="<2@x>", own_text="Nearly the same words"), False),
    "the same words, signed anew": (changed(message_id="<2@x>", attachments=(*FILES, SIGNED)), True),
    "the same words with another file": (changed(message_id="<2@x>", attachments=()), False),
    "no words and no file": (changed(message_id=None, own_text=" \n", attachments=()), False),
    "no sender": (changed(sender=Sender(None)), False),
}


@pytest.mark.parametrize("what", LATER)
def test_a_duplicate_is_told_from_a_new_reply(store, what):
    later, same = LATER[what]
    (first,), _ = stored(store, FIRST)
    assert history(store, later).duplicate_of(1000, later.message) == (first if same else None)


@pytest.mark.parametrize("what", LATER)
def test_the_same_holds_within_a_batch(store, what):
    later, same = LATER[what]
    known = history(store, FIRST, later)
    assert known.duplicate_of(1000, FIRST.message) is None
    known.add(1000, answer(FIRST))
    assert known.duplicate_of(1001, later.message) == (1000 if same else None)


def test_a_reply_is_no_duplicate_of_itself(store):
    (first,), _ = stored(store, FIRST)
    assert history(store, FIRST, number=first).duplicate_of(first, FIRST.message) is None


def test_duplicates_point_at_the_first_of_them(store):
    (first,), _ = stored(store, FIRST)
    second = changed(message_id="<2@x>")
    third = changed(message_id="<2@x>", own_text="Other words")
    stored(store, second, now=NOW + timedelta(hours=1), decision=lambda _: silence("duplicate", duplicate_of=first))
    assert history(store, third).duplicate_of(1000, third.message) == first


def test_what_is_not_understood_is_no_earlier_reply(store):
    (first,), _ = take(store, arrived(1))
    with store.begin() as tx:
        replies.quarantine(tx, first, "too-deep", NOW, message=FIRST.message)
    assert history(store, FIRST).duplicate_of(1000, FIRST.message) is None


def answers(store, now=NOW, address=OFFICER) -> int:
    return history(store, changed(sender=Sender(address)), now=now).answers_to(address)


def test_answers_queued_on_their_way_out_or_of_unknown_fate_count_and_others_do_not(store):
    ones = [understanding(n, address=OFFICER) for n in range(7)]
    ids, run_id = stored(store, *ones, decision=lambda one: silence("list") if one is ones[6] else answer(one))
    states = [AckState.SENT, AckState.FAILED, AckState.UNKNOWN, AckState.SENDING, AckState.QUEUED, AckState.HELD]
    with store.begin() as tx:
        for reply_id, state in zip(ids, states, strict=False):
            if state not in (AckState.QUEUED, AckState.HELD):
                assert acks.claim(tx, reply_id, run_id, f"<ack{reply_id}@x>", NOW, Limits()) == "claimed"
            if state in (AckState.SENT, AckState.FAILED, AckState.UNKNOWN):
                assert acks.settle(tx, reply_id, state, NOW, "")
            if state == AckState.HELD:
                assert acks.move(tx, reply_id, AckState.QUEUED, state, NOW)
    assert answers(store) == 4
    assert answers(store, address=OFFICER.lower()) == 4
    assert answers(store, address="other@town.example") == 0
    assert answers(store, now=NOW + timedelta(hours=23)) == 4
    assert answers(store, now=NOW + timedelta(hours=25)) == 2  # queued and sending: they are still to go


class Limits:
    per_hour = per_domain_per_hour = 1_000


def test_nobody_has_no_answers(store):
    assert history(store).answers_to(None) == 0


def test_letters_dated_in_the_future_count_as_now_and_then_age(store):
    """The clock was two years ahead: no storm today, and no silence for two years."""
    (reply_id,), run_id = stored(store, understanding(1, address=OFFICER))
    ahead = NOW + timedelta(days=730)
    with store.begin() as tx:
        acks.claim(tx, reply_id, run_id, "<ack@x>", ahead, Limits())
        acks.settle(tx, reply_id, AckState.SENT, ahead, "")
    assert answers(store, NOW) == 1
    assert answers(store, NOW + timedelta(hours=23)) == 1
    assert answers(store, NOW + timedelta(hours=25)) == 0


def test_a_batch_sees_its_own_decisions(store):
    known = history(store, FIRST, FIRST)
    assert known.answers_to(OFFICER) == 0
    known.add(1000, silence("list"))
    assert known.answers_to(OFFICER) == 0
    known.add(1001, answer(FIRST))
    assert (known.answers_to(OFFICER), known.answers_to(OFFICER.lower())) == (1, 1)


def test_looking_at_the_history_changes_nothing(store):
    (reply_id,), run_id = stored(store, FIRST)
    with store.begin() as tx:
        acks.claim(tx, reply_id, run_id, "<ack@x>", NOW + timedelta(days=9), Limits())
    with store.read() as tx:
        known = History.of(tx, [(1000, FIRST.message)], NOW)
        assert known.answers_to(OFFICER) == 1
        assert tx.execute(acknowledgement.select()).one().rated_at == NOW + timedelta(days=9)


def test_a_large_batch_asks_no_more_than_a_small_one(store):
    def asked(count: int) -> int:
        seen: list[str] = []
        ones = [(n, understanding(n).message) for n in range(count)]
        with store.begin() as tx:
            event.listen(tx, "before_cursor_execute", lambda *a: seen.append(a[2]))
            History.of(tx, ones, NOW)
        return len(seen)

    assert asked(1) == asked(500) <= 5


def test_two_hosts_never_decide_at_once(store):
    """The second waits until the first has committed, so that it sees what the first decided."""
    import threading

    order = []

    def second() -> None:
        with store.begin() as tx:
            known = History.of(tx, [(2000, FIRST.message)], NOW)
            order.append(("second", known.answers_to(OFFICER)))

    (reply_id,), run_id = take(store, arrived(1))
    with store.begin() as tx:
        History.of(tx, [(reply_id, FIRST.message)], NOW)
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        replies.store_understood(tx, [(reply_id, FIRST, answer(FIRST))], run_id, NOW, "X")
        order.append(("first", 0))
    waiting.join(30)
    assert order == [("first", 0), ("second", 1)]


def test_a_wrong_state_cannot_be_forced_on_the_history(store):
    stored(store, FIRST)
    with store.begin() as tx:
        tx.execute(update(acknowledgement).values(state="held"))
    assert answers(store) == 0
