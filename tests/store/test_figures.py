"""The overview's figures add up to what is in the store."""

from dataclasses import replace
from datetime import UTC, date, timedelta

from harvester.model import Disposition, Respondent
from harvester.store import decisions
from harvester.store.figures import figures
from harvester.store.filters import NOTHING
from store_samples import NOW, arrived, silence, stored, take, understanding


def of(number: int, **verdict):
    one = understanding(number)
    return replace(one, verdict=replace(one.verdict, **verdict))


def test_every_figure_counts_what_there_is(store):
    nobody = Respondent(None, None, None)
    ids, _ = stored(
        store,
        *(of(n) for n in range(3)),
        of(3, disposition=Disposition.NIL, categories=(), respondent=nobody),
        of(4, disposition=Disposition.BOUNCE, categories=()),
    )
    take(store, arrived(9))
    with store.begin() as tx:
        decisions.decide(tx, ids[0], 0, "anna", {"categories": ["costcut"], "kinds": ["costcut.charging"]}, NOW)
    with store.read() as tx:
        found = figures(tx, lambda moment: moment.astimezone(UTC).date(), NOW + timedelta(minutes=1, seconds=30))
    assert (found.replies, found.people, found.late) == (6, 4, 2)
    assert found.states == {"understood": 5, "received": 1}
    assert found.dispositions == {"evidence": 3, "nil": 1, "bounce": 1, NOTHING: 1}
    assert found.categories == {"shared": 2, "costcut": 1}
    assert found.kinds == {"shared.chief_executive": 2, "shared.merger": 2, "costcut.charging": 1}
    assert found.countries == {"GB": 3, NOTHING: 1}
    assert found.gaps == {("GB", "shared"): 2, ("GB", "costcut"): 1}
    assert found.reviews == {"open": 1, "suggested": 3}
    assert found.answers == {"queued": 5}
    assert found.days == {date(2027, 8, 10): 4}


def test_a_day_is_the_local_one(store):
    stored(store, understanding(1), understanding(2))
    with store.read() as tx:
        found = figures(tx, lambda moment: (moment + timedelta(hours=13)).date(), None)
    assert found.days == {date(2027, 8, 11): 2}
    assert found.late is None


def test_nothing_counts_as_nothing(store):
    with store.read() as tx:
        found = figures(tx, lambda moment: moment.date(), NOW)
    assert (found.replies, found.people, found.late, found.days, found.categories) == (0, 0, 0, {}, {})


def test_withheld_answers_are_told_apart(store):
    stored(store, understanding(1), decision=lambda _: silence("bounce"))
    with store.read() as tx:
        assert figures(tx, lambda moment: moment.date(), None).answers == {"withheld": 1}
