"""One action on many replies, and back."""

import pytest

from harvester.store import batches, decisions
from harvester.store.listing import Filters, list_replies
from store_samples import NOW, stored, understanding


@pytest.fixture
def three(store) -> list[int]:
    ids, _ = stored(store, *(understanding(number) for number in (1, 2, 3)))
    return ids


def categories(store) -> list[list[str]]:
    with store.read() as tx:
        return [sorted(one["id"] for one in row["categories"]) for row in list_replies(tx, Filters())]


def file(store, ids, category, there=True):
    with store.begin() as tx:
        return batches.apply(tx, batches.filing(tx, ids, category, there), "filed", "anna", NOW)


def test_filing_many_adds_to_what_each_counts_for(store, three):
    file(store, three[:2], "costcut")
    assert categories(store) == [["costcut", "shared"], ["costcut", "shared"], ["shared"]]
    file(store, three, "shared", there=False)
    assert categories(store) == [["costcut"], ["costcut"], []]


def test_undoing_gives_back_what_held_before(store, three):
    first = file(store, three, "costcut")
    second = file(store, three, "shared", there=False)
    with store.begin() as tx:
        assert batches.undo(tx, second, "ben", NOW) == (3, 0)
    assert categories(store) == [["costcut", "shared"]] * 3
    with store.begin() as tx:
        assert batches.undo(tx, second, "ben", NOW) is None  # once
        assert batches.undo(tx, 999, "ben", NOW) is None
        assert batches.one(tx, second).undone
        assert not batches.one(tx, first).undone


def test_undoing_the_first_gives_the_replies_back_to_the_machine(store, three):
    made = file(store, three, "costcut")
    with store.begin() as tx:
        batches.undo(tx, made, "ben", NOW)
        assert all(decisions.of(tx, one).filed is None for one in three)
    assert categories(store) == [["shared"]] * 3


def test_what_somebody_decided_since_is_left_alone(store, three):
    made = file(store, three, "costcut")
    with store.begin() as tx:
        version = decisions.of(tx, three[1]).version
        decisions.decide(tx, three[1], version, "ben", {"categories": ["takeover"]}, NOW)
        assert batches.undo(tx, made, "anna", NOW) == (2, 1)
    assert categories(store) == [["shared"], ["takeover"], ["shared"]]


def test_only_replies_that_are_there_are_taken(store, three):
    with store.read() as tx:
        assert batches.there(tx, [three[0], 99_999]) == [three[0]]
