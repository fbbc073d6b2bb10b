"""Blind audits: what is drawn, and that an answer stays."""

from collections import Counter
from dataclasses import replace

import pytest

from harvester.errors import Unusable
from harvester.model import Disposition
from harvester.store import audits
from store_samples import NOW, stored, understanding


def of(number: int, *categories: str, disposition: Disposition = Disposition.EVIDENCE):
    one = understanding(number)
    found = tuple(replace(one.verdict.categories[0], id=name) for name in categories)
    return replace(one, verdict=replace(one.verdict, categories=found, near=(), disposition=disposition))


@pytest.fixture
def filled(store):
    """40 that share, 30 with nothing, 5 of two categories, 20 bounces."""
    stored(
        store,
        *(of(n, "shared") for n in range(40)),
        *(of(n, disposition=Disposition.NIL) for n in range(40, 70)),
        *(of(n, "shared", "costcut") for n in range(70, 75)),
        *(of(n, disposition=Disposition.BOUNCE) for n in range(75, 95)),
    )
    return store


def drawn(store, size: int, seed: int = 7):
    with store.begin() as tx:
        made = audits.draw(tx, size, seed, "anna", NOW)
        return audits.one(tx, made), audits.items(tx, made)


def test_each_stratum_gives_its_least_and_the_rest_in_proportion(filled):
    audit, items = drawn(filled, 50)
    assert audit.strata == {"shared": 40, "none": 30, "costcut+shared": 5}
    sizes = Counter(item.stratum for item in items)
    assert sizes["costcut+shared"] == 5
    assert 45 <= sum(sizes.values()) <= 52
    for item in items:
        assert item.weight == pytest.approx(audit.strata[item.stratum] / sizes[item.stratum])
        assert item.machine == set(item.stratum.split("+")) - {"none"}
        assert item.answer is None


def test_the_same_seed_draws_the_same_and_another_does_not(filled):
    first, again, other = (drawn(filled, 30, seed)[1] for seed in (1, 1, 2))
    assert [item.reply_id for item in first] == [item.reply_id for item in again]
    assert [item.reply_id for item in first] != [item.reply_id for item in other]


def test_the_order_does_not_give_the_stratum_away(filled):
    _, items = drawn(filled, 50)
    order = [item.stratum for item in items]
    assert order != sorted(order)


def test_more_than_there_is_takes_all(filled):
    _, items = drawn(filled, 5_000)
    assert len({item.reply_id for item in items}) == 75


def test_the_first_answer_of_a_reviewer_stays(filled):
    audit, _ = drawn(filled, 30)
    with filled.begin() as tx:
        assert audits.answer(tx, audit.id, 1, "ben", ["shared", "costcut"], NOW, "")
        assert not audits.answer(tx, audit.id, 1, "ben", [], NOW, "")
        assert not audits.answer(tx, audit.id, 9_999, "ben", [], NOW, "")
        assert audits.answer(tx, audit.id, 1, "carla", [], NOW, "")  # there is room for a second
        item = audits.items(tx, audit.id)[0]
        assert item.answer in ({"shared", "costcut"}, set())
        assert audits.one(tx, audit.id).answered == 1


def test_a_closed_audit_takes_no_answers(filled):
    audit, _ = drawn(filled, 30)
    with filled.begin() as tx:
        audits.close(tx, audit.id, NOW)
        assert not audits.answer(tx, audit.id, 1, "ben", [], NOW, "")
        assert audits.one(tx, audit.id).closed_at == NOW


def test_of_nothing_nothing_can_be_drawn(store):
    with store.begin() as tx, pytest.raises(Unusable, match="nothing to audit"):
        audits.draw(tx, 10, 1, "anna", NOW)
