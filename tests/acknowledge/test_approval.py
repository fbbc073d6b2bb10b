"""A person is asked before many letters go out at once; the leave is kept, and used up once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from harvester.errors import NEEDS_PERSON, NeedsPerson
from harvester.model import AckState
from harvester.store import acks, approvals
from harvester.store.schema import event
from offices import NOW, Office
from scripted_smtp import ScriptedSmtp


@pytest.fixture
def office(store) -> Iterator[Office]:
    with ScriptedSmtp() as server:
        office = Office(store, server)
        office.settings = ["acknowledge.approve_above=2"]
        yield office


def approve(office: Office, letters: int, now=NOW) -> None:
    with office.store.begin() as tx:
        approvals.approve(tx, letters, "anna", now)


def test_up_to_the_number_nobody_is_asked(office):
    office.queue(2)
    office.run()
    assert office.states == ["sent"] * 2


def test_above_it_nothing_is_sent_until_somebody_approves(office):
    office.queue(3)
    with pytest.raises(NeedsPerson, match=r"3 letters wait, .*`harvester ack approve 3` lets them go") as caught:
        office.run()
    assert caught.value.exit_code == NEEDS_PERSON
    assert office.states == ["queued"] * 3 and office.server.connections == 0
    approve(office, 3)
    office.run()
    assert office.states == ["sent"] * 3


def test_only_so_many_go_as_were_approved_and_the_oldest_first(office):
    office.queue(6)
    approve(office, 2)
    office.run()
    assert office.states == ["sent"] * 2 + ["queued"] * 4
    with pytest.raises(NeedsPerson, match="4 letters wait"):
        office.run()
    assert len(office.server.letters) == 2


def test_an_approval_that_a_limit_an_hour_divides_goes_on_in_a_later_run(office):
    office.queue(5)
    approve(office, 4)
    office.settings.append("acknowledge.per_hour=1")
    office.run()
    assert office.states.count("sent") == 1
    office.settings[-1] = "acknowledge.per_hour=100"
    office.run(NOW + timedelta(minutes=16))
    assert office.states == ["sent"] * 4 + ["queued"]


def test_a_letter_that_is_tried_twice_uses_the_approval_up_once(office):
    office.queue(4)
    approve(office, 4)
    shop = office.shop()
    first = office.due()[0].reply_id
    with office.store.begin() as tx:
        for _ in range(2):
            claim = acks.claim(tx, first, shop.run_id, "<ack.1@lga.example>", NOW, shop.config.acknowledge)
            assert claim is acks.Claim.CLAIMED
            acks.settle(tx, first, AckState.QUEUED, NOW, "later")
        assert approvals.left(tx, NOW) == 3


def test_an_approval_holds_for_a_day(office):
    office.queue(3)
    approve(office, 3)
    with pytest.raises(NeedsPerson):
        office.run(NOW + timedelta(days=1, seconds=1))
    with office.store.read() as tx:
        assert approvals.left(tx, NOW + timedelta(days=1)) == 3
        assert approvals.left(tx, NOW - timedelta(hours=1)) == 3  # a clock that was set back


def test_the_last_approval_takes_the_place_of_the_one_before(office):
    approve(office, 50)
    approve(office, 1)
    with office.store.read() as tx:
        assert approvals.left(tx, NOW) == 1


def test_it_is_kept_who_approved_how_many_and_when(office):
    approve(office, 7)
    with office.store.read() as tx:
        (row,) = tx.execute(select(event).where(event.c.what == "approval"))
    assert (row.at, row.new, row.note, row.reply_id) == (NOW, "7", "approved by anna", None)
