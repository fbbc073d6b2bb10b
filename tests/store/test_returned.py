"""A letter of ours that came back is told at the reply that it answered."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from harvester.config import load
from harvester.model import AckState, Bounce, Disposition, Failure
from harvester.report.show import shown_to_people
from harvester.store.returned import came_back
from harvester.store.schema import acknowledgement
from letter_samples import REPO
from store_samples import NOW, silence, stored, understanding

OURS = "<ack.0123456789abcdef.abcdefghijklmnopqrst@lga.example>"


@pytest.fixture
def answered(store) -> int:
    (reply_id,), _ = stored(store, understanding(1))
    with store.begin() as tx:
        change = update(acknowledgement).where(acknowledgement.c.reply_id == reply_id)
        tx.execute(change.values(state=AckState.SENT, message_id=OURS, rated_at=NOW))
    return reply_id


def report(store, number: int, **changes) -> int:
    bounce = replace(Bounce(Failure.HARD, "officer1@town.example", "5.1.1", OURS), **changes)
    one = understanding(number, address="mailer-daemon@mx.example")
    one = replace(one, verdict=replace(one.verdict, disposition=Disposition.BOUNCE, bounce=bounce))
    (reply_id,), _ = stored(store, one, decision=lambda _: silence("bounce"))
    return reply_id


def test_a_report_that_names_our_letter_and_its_recipient_is_told_at_the_reply(store, answered):
    hard = report(store, 2)
    late = report(store, 3, failure=Failure.SOFT, status=None, returned=OURS.upper())
    with store.read() as tx:
        assert list(came_back(tx, answered)) == [(hard, "not delivered (5.1.1)"), (late, "not delivered yet")]
        _, notes = shown_to_people(tx, answered, load(REPO / "harvester.toml"))
    assert ("our letter", f"came back: not delivered (5.1.1), says reply {hard}") in notes


@pytest.mark.parametrize(
    "changes",
    [
        {"returned": None},
        {"returned": OURS.replace("abc", "xyz")},
        {"recipient": None},
        {"recipient": "x@town.example"},
    ],
)
def test_a_report_about_something_else_says_nothing_of_our_letter(store, answered, changes):
    report(store, 2, **changes)
    with store.read() as tx:
        assert list(came_back(tx, answered)) == []


def test_where_no_letter_was_begun_none_came_back(store):
    (reply_id,), _ = stored(store, understanding(1))
    report(store, 2)
    with store.read() as tx:
        assert list(came_back(tx, reply_id)) == [] == list(came_back(tx, 99))
