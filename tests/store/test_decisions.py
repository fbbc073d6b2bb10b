"""What people decide wins over the machine, for ever, and nobody overwrites another silently."""

from dataclasses import replace

import pytest

from harvester.model import Disposition, Respondent, Standing
from harvester.store import decisions, reviews
from harvester.store.decisions import Filed, Overtaken
from harvester.store.derived import store_judged
from harvester.store.listing import Filters, list_replies
from store_samples import NOW, stored, understanding


@pytest.fixture
def one(store) -> int:
    (reply_id,), _ = stored(store, understanding(1))
    return reply_id


def decide(store, reply_id, version, who="anna", note="", **change):
    with store.begin() as tx:
        return decisions.decide(tx, reply_id, version, who, change, NOW, note)


def row(store, reply_id):
    with store.read() as tx:
        return next(one for one in list_replies(tx, Filters()) if one["id"] == reply_id)


def test_categories_of_a_person_take_the_place_of_the_machines(store, one):
    holds = decide(store, one, 0, categories=["costcut"], kinds=["costcut.charging"], standings={"costcut": "planned"})
    assert holds.filed == (Filed("costcut", "costcut.charging", ("costcut.charging",), Standing.PLANNED),)
    (found,) = row(store, one)["categories"]
    assert (found["id"], found["kind"], found["standing"], found["score"]) == (
        "costcut", "costcut.charging", "planned", None,
    )  # fmt: skip
    with store.read() as tx:
        assert list(list_replies(tx, Filters(category="shared"))) == []
        assert len(list(list_replies(tx, Filters(category="costcut.charging")))) == 1


def test_no_category_at_all_is_a_decision_too(store, one):
    decide(store, one, 0, categories=[])
    assert row(store, one)["categories"] == []


def test_none_gives_a_reply_back_to_the_machine(store, one):
    before = row(store, one)
    first = decide(store, one, 0, categories=[], disposition="question", organisation="Wien", country="AT")
    changed = row(store, one)
    assert (changed["disposition"], changed["organisation"], changed["country"]) == ("question", "Wien", "AT")
    decide(store, one, first.version, categories=None, disposition=None, organisation=None, country=None)
    after = row(store, one)
    assert {**after, "review": None} == {**before, "review": None}


def test_a_later_decision_changes_only_what_it_names(store, one):
    first = decide(store, one, 0, categories=["costcut"], note="two cases")
    second = decide(store, one, first.version, "ben", quote_worthy=True, settled=True)
    assert [filed.category for filed in second.filed] == ["costcut"]
    assert (second.by, second.quote_worthy, second.settled, second.note) == ("ben", True, True, "two cases")
    with store.read() as tx:
        assert [made["made_by"] for made in reviews.of(tx, one)] == ["anna", "ben"]


def test_who_decides_on_an_older_state_is_told_whose_came_first(store, one):
    decide(store, one, 0, "anna", categories=["shared"])
    with pytest.raises(Overtaken) as fault:
        decide(store, one, 0, "ben", categories=["costcut"])
    assert fault.value.now_holds.by == "anna"
    assert [found["id"] for found in row(store, one)["categories"]] == ["shared"]


def test_a_decision_about_no_reply_is_an_error(store):
    with pytest.raises(KeyError):
        decide(store, 12345, 0, settled=True)


def test_new_rules_change_what_nobody_has_decided_and_nothing_else(store):
    (mine, machines), run = stored(store, understanding(1), understanding(2))
    decide(store, mine, 0, categories=["costcut"], country="AT")
    other = understanding(3).verdict
    judged = replace(other, disposition=Disposition.NIL, categories=(), respondent=Respondent("Bergen", "NO", None))
    with store.begin() as tx:
        store_judged(tx, [(mine, judged), (machines, judged)], run, NOW)
    decided, left = row(store, mine), row(store, machines)
    assert [found["id"] for found in decided["categories"]] == ["costcut"]
    assert (decided["country"], decided["organisation"], decided["disposition"]) == ("AT", "Bergen", "nil")
    assert (left["categories"], left["country"], left["disposition"]) == ([], "NO", "nil")


def test_of_a_reply_in_quarantine_a_person_can_still_decide(store, one):
    from harvester.store import replies
    from store_samples import arrived, take

    take(store, arrived(9))
    with store.begin() as tx:
        (waiting,) = replies.pending(tx)
        replies.quarantine(tx, waiting.reply_id, "too-large", NOW, "")
    decide(store, waiting.reply_id, 0, categories=["shared"], country="DE")
    found = row(store, waiting.reply_id)
    assert [one["id"] for one in found["categories"]] == ["shared"]
    assert found["country"] == "DE"
