"""One reply whole, with its relatives and its history."""

from dataclasses import replace
from datetime import timedelta

from harvester.store import decisions, one, replies, trail
from store_samples import NOW, arrived, silence, stored, take, understanding


def whole(store, reply_id, deadline=None):
    with store.read() as tx:
        return one.whole(tx, reply_id, deadline)


def test_a_reply_comes_with_all_that_was_read_and_judged(store):
    (reply_id,), _ = stored(store, understanding(1))
    found = whole(store, reply_id)
    assert found.message.own_text == understanding(1).message.own_text
    assert found.verdict.categories == understanding(1).verdict.categories
    assert (found.row["id"], found.version, found.decided) == (reply_id, 0, None)


def test_there_is_none_where_there_is_none(store):
    assert whole(store, 4711) is None


def test_of_a_mail_that_was_not_read_there_is_its_row(store):
    (reply_id,), _ = take(store, arrived(1))
    with store.begin() as tx:
        replies.quarantine(tx, reply_id, "too-deep", NOW)
    found = whole(store, reply_id)
    assert (found.message, found.verdict, found.row["quarantine"]) == (None, None, "too-deep")


def test_duplicates_know_each_other(store):
    (first,), _ = stored(store, understanding(1))
    (again,), _ = stored(store, understanding(2), decision=lambda _: silence("duplicate", duplicate_of=first))
    assert [it["id"] for it in whole(store, first).duplicates] == [again]
    assert whole(store, again).original["id"] == first


def test_a_thread_is_told_without_the_reply_itself(store):
    (first,), _ = stored(store, understanding(1))
    later = understanding(2)
    later = replace(later, message=replace(later.message, in_reply_to=("<1@town.example>",)))
    (second,), _ = stored(store, later)
    assert [it["id"] for it in whole(store, first).thread] == [second]
    assert [it["id"] for it in whole(store, second).thread] == [first]


def test_history_holds_moves_reviews_and_looks_in_their_order(store):
    (reply_id,), _ = stored(store, understanding(1))
    with store.begin() as tx:
        trail.write(tx, NOW + timedelta(hours=1), "anna", "looked at it", reply_id)
        decisions.decide(tx, reply_id, 0, "anna", {"settled": True}, NOW + timedelta(hours=2), "fine")
    found = [(it.what, it.who, it.new or it.note) for it in whole(store, reply_id).happened]
    assert found == [
        ("reply", "", "received"), ("reply", "", "understood"), ("acknowledgement", "", "queued"),
        ("looked at it", "anna", ""), ("review", "anna", "fine"),
    ]  # fmt: skip
    assert whole(store, reply_id).version > 0
