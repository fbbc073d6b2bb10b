"""What is kept because of a stamp is thrown away with every change of what it was made from."""

from datetime import timedelta

from sqlalchemy import delete

from harvester.model import Tally
from harvester.store import batches, decisions, replies, runs
from harvester.store.schema import reply
from harvester.store.stamp import stamp
from store_samples import NOW, arrived, stored, take, understanding


def now(store):
    with store.read() as tx:
        return stamp(tx)


def test_the_stamp_stays_while_nothing_changes_and_changes_with_everything(store):
    seen = [now(store)]

    def changed():
        seen.append(now(store))
        assert seen[-1] == now(store)
        return seen[-1] is not None and seen[-1] not in seen[:-1]

    ids, run = stored(store, *(understanding(number) for number in range(3)))
    with store.begin() as tx:
        runs.finish(tx, run, Tally(), NOW)
    assert changed()
    with store.begin() as tx:
        decisions.decide(tx, ids[0], 0, "anna", {"settled": True}, NOW)
    assert changed()
    with store.begin() as tx:
        batch = batches.apply(tx, [(ids[1], {"settled": True})], "settled", "anna", NOW)
    assert changed()
    with store.begin() as tx:
        batches.undo(tx, batch, "anna", NOW + timedelta(minutes=1))
    assert changed()
    with store.begin() as tx:
        tx.execute(delete(reply).where(reply.c.id == ids[2]))
    assert changed()


def test_there_is_no_stamp_while_a_run_is_going(store):
    take(store, arrived(1))
    with store.begin() as tx:
        going = runs.start(tx, NOW)
    assert now(store) is None
    with store.begin() as tx:
        runs.finish(tx, going, Tally(), NOW)
    assert now(store) is not None


def test_judging_anew_is_seen_when_it_is_over(store):
    ids, first = stored(store, understanding(1))
    with store.begin() as tx:
        runs.finish(tx, first, Tally(), NOW)
    before = now(store)
    with store.begin() as tx:
        again = runs.start(tx, NOW)
        replies.store_judged(tx, [(ids[0], understanding(1).verdict)], again, NOW)
    assert now(store) is None
    with store.begin() as tx:
        runs.finish(tx, again, Tally(), NOW)
    assert now(store) not in (None, before)
