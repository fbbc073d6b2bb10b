"""From reply to reply in the order of the table, whatever it is ordered and filtered by."""

from dataclasses import replace

import pytest

from harvester.model import Respondent
from harvester.store import decisions, inbox
from harvester.store.inbox import SORTS, Asked
from store_samples import NOW, arrived, stored, take, understanding


@pytest.fixture
def filled(store):
    ones = [understanding(number) for number in range(1, 6)]
    ones[1] = replace(ones[1], verdict=replace(ones[1].verdict, categories=(), respondent=Respondent("Wien", "AT")))
    ones[3] = replace(ones[3], verdict=replace(ones[3].verdict, respondent=Respondent()))
    ids, _ = stored(store, *ones)
    take(store, arrived(70), arrived(71))
    with store.begin() as tx:
        decisions.decide(tx, ids[2], 0, "anna", {"settled": True}, NOW)
    return ids


@pytest.mark.parametrize("down", [True, False], ids=["down", "up"])
@pytest.mark.parametrize("sort", SORTS)
def test_each_leads_to_the_next_row_and_back(store, filled, sort, down):
    asked = Asked(sort=sort, down=down)
    with store.read() as tx:
        order = [row["id"] for row in inbox.rows(tx, asked, None)]
        ways = [inbox.beside(tx, asked, None, one) for one in order]
    assert len(order) == 7
    assert [before for before, _ in ways] == [None, *order[:-1]]
    assert [after for _, after in ways] == [*order[1:], None]


def test_filters_hold_on_the_way_and_who_left_the_table_still_finds_on(store, filled):
    asked = Asked({"review": ("suggested",)})
    settled = filled[2]
    with store.read() as tx:
        order = [row["id"] for row in inbox.rows(tx, asked, None)]
        assert settled not in order
        assert inbox.beside(tx, asked, None, settled) == (filled[3], filled[1])
        assert inbox.beside(tx, asked, None, filled[3]) == (filled[4], filled[1])
