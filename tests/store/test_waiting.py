"""Which reply is next: decided by a pure function, found on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from harvester.model import Disposition
from harvester.store import acks, decisions, replies, waiting
from harvester.store.waiting import ORDER, Facts, Need, need
from store_samples import NOW, arrived, silence, stored, take, understanding

PLAIN = Facts("understood", "nil", False, None, False)


@pytest.mark.parametrize(
    ("facts", "in_time", "why"),
    [
        (replace(PLAIN, disposition="question"), True, Need.QUESTION),
        (replace(PLAIN, disposition="question"), False, Need.UNSEEN),
        (replace(PLAIN, disposition="question", review_suggested=True), False, Need.UNSURE),
        (replace(PLAIN, disposition="evidence", review_suggested=True, answer="failed"), True, Need.UNSURE),
        (replace(PLAIN, state="quarantined", disposition=None), True, Need.QUARANTINE),
        (replace(PLAIN, answer="unknown"), True, Need.UNKNOWN),
        (replace(PLAIN, disposition="evidence", answer="failed"), True, Need.FAILED),
        (replace(PLAIN, disposition="evidence"), True, Need.EVIDENCE),
        (PLAIN, True, Need.UNSEEN),
        (replace(PLAIN, disposition="bounce"), True, Need.MACHINE),
        (replace(PLAIN, disposition="question", duplicate=True), True, Need.MACHINE),
    ],
)
def test_how_much_a_reply_needs_a_person(facts, in_time, why):
    assert need(facts, in_time) is why


def judged(number: int, disposition: str, suggested: bool = False):
    one = understanding(number)
    verdict = replace(one.verdict, disposition=Disposition(disposition), review_suggested=suggested)
    return replace(one, verdict=verdict)


def next_ones(store, in_time: bool = True) -> list[int]:
    """The whole queue, in its order."""
    found: list[int] = []
    with store.read() as tx:
        while (one := waiting.next_one(tx, in_time, found).reply_id) is not None:
            found.append(one)
    return found


def test_the_queue_goes_by_need_and_then_by_age(store):
    ids, _ = stored(
        store, judged(1, "bounce"), judged(2, "evidence"), judged(3, "nil"), judged(4, "question"),
        judged(5, "evidence", True), judged(6, "question"), judged(7, "unclear"),
    )  # fmt: skip
    one, two, three, four, five, six, seven = ids
    (odd,), _ = take(store, arrived(90), now=NOW)
    with store.begin() as tx:
        replies.quarantine(tx, odd, "too-deep", NOW)
        acks.move(tx, three, "queued", "unknown", NOW)
    assert next_ones(store) == [four, six, five, odd, three, two, seven, one]
    assert next_ones(store, in_time=False) == [five, odd, three, two, four, six, seven, one]


def test_what_is_left_is_counted_by_need_in_the_order_of_pressing(store):
    stored(store, judged(1, "evidence"), judged(2, "question"), judged(3, "evidence"))
    with store.read() as tx:
        found = waiting.next_one(tx, True)
        assert list(found.left.items()) == [(Need.QUESTION, 1), (Need.EVIDENCE, 2)]
        assert found.total == 3
        assert waiting.next_one(tx, True, [found.reply_id]).total == 2


def test_what_is_settled_waits_no_more_and_what_is_kept_open_does(store):
    (one, two), _ = stored(store, judged(1, "evidence"), judged(2, "evidence"))
    with store.begin() as tx:
        decisions.decide(tx, one, 0, "anna", {"settled": True}, NOW)
        decisions.decide(tx, two, 0, "anna", {"quote_worthy": True}, NOW)
    assert next_ones(store) == [two]


def test_a_person_s_word_counts_in_the_queue_too(store):
    (one,), _ = stored(store, judged(1, "evidence"))
    with store.begin() as tx:
        decisions.decide(tx, one, 0, "anna", {"disposition": "question"}, NOW)
    with store.read() as tx:
        assert list(waiting.next_one(tx, True).left) == [Need.QUESTION]


def test_a_duplicate_waits_behind_all_others(store):
    (first,), _ = stored(store, judged(1, "nil"))
    (again,), _ = stored(store, judged(2, "question"), now=NOW - timedelta(days=1),
                         decision=lambda one: silence("duplicate", duplicate_of=first))  # fmt: skip
    assert next_ones(store) == [first, again]


def test_nothing_is_next_where_nothing_was_read(store):
    take(store, arrived(1))
    with store.read() as tx:
        assert waiting.next_one(tx, True).reply_id is None


def test_every_need_has_its_place():
    assert len(ORDER) == len(set(ORDER)) == 8
