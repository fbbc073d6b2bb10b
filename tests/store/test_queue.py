"""The queue of batches on PostgreSQL: a row's state is the truth, a job only a wake-up."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from harvester.errors import Unusable
from harvester.model import Tally
from harvester.store import queue, replies, runs
from harvester.store.engine import Store
from store_samples import NOW, arrived, hashed


@pytest.fixture
def store(bare_url, tmp_path):
    made = Store.open(bare_url, tmp_path / "data")
    yield made
    made.close()


pytestmark = pytest.mark.parametrize("bare_url", ["postgresql"], indirect=True)


@pytest.fixture
def with_queue(store):
    with store.begin() as tx:
        queue.make(tx, SchemaManager.get_schema())
    return store


def fetched(store, *numbers) -> tuple[int, ...]:
    with store.begin() as tx:
        run_id = runs.start(tx, NOW)
        mails = [hashed(arrived(number)) for number in numbers]
        taken = replies.take_in(tx, "box", "INBOX", "1", True, mails, run_id, NOW)
        queue.enqueue(tx, taken.waiting)
        runs.finish(tx, run_id, Tally(), NOW)
    return taken.waiting


def fetched_in_no_job(store, *numbers) -> None:
    ids = json.dumps({"replies": fetched(store, *numbers)})
    with store.begin() as tx:
        tx.execute(text("DELETE FROM procrastinate_jobs WHERE args = CAST(:ids AS jsonb)"), {"ids": ids})


def jobs(store) -> list[tuple[str, list[int]]]:
    with store.read() as tx:
        rows = tx.execute(text("SELECT status::text, args::text FROM procrastinate_jobs ORDER BY id"))
        return [(status, json.loads(args)["replies"]) for status, args in rows]


def begun(store, silent_for: int = 0) -> int:
    """A worker takes the next job, and is last heard of so many seconds ago."""
    with store.begin() as tx:
        worker = tx.scalar(text("SELECT worker_id FROM procrastinate_register_worker_v1()"))
        tx.execute(text("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['replies']::varchar[], :worker)"),
                   {"worker": worker})  # fmt: skip
        tx.execute(
            text(
                "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => :ago) WHERE id = :id"
            ),
            {"ago": silent_for, "id": worker},
        )
    return worker


def swept(store) -> int:
    with store.begin() as tx:
        return queue.sweep(tx)


def test_until_a_worker_began_there_is_no_queue(store):
    with store.read() as tx:
        assert not queue.is_there(tx)


def test_the_tables_are_made_once(with_queue):
    with with_queue.begin() as tx:
        assert queue.is_there(tx)
        queue.make(tx, SchemaManager.get_schema())
    new = fetched(with_queue, 1)
    with with_queue.begin() as tx:
        queue.make(tx, SchemaManager.get_schema())
    assert jobs(with_queue) == [("todo", list(new))]


def test_tables_of_another_version_are_made_anew_and_whatever_waits_gets_a_job(with_queue):
    new = fetched(with_queue, 1, 2)
    begun(with_queue, silent_for=queue.SILENT + 1)
    later = f"{SchemaManager.get_schema()}\nALTER TABLE procrastinate_jobs ADD COLUMN of_a_later_version integer;"
    with with_queue.begin() as tx:
        queue.make(tx, later)
        tx.execute(text("SELECT of_a_later_version FROM procrastinate_jobs"))
    assert jobs(with_queue) == []
    swept(with_queue)
    assert jobs(with_queue) == [("todo", list(new))]


def test_tables_of_another_version_stay_while_its_workers_live(with_queue):
    new = fetched(with_queue, 1, 2)
    begun(with_queue)
    with pytest.raises(Unusable, match=r"at work \(1\): stop them all"), with_queue.begin() as tx:
        queue.make(tx, "this would fail")
    assert jobs(with_queue) == [("doing", list(new))]


def test_a_job_is_there_if_its_replies_are(with_queue):
    with pytest.raises(ZeroDivisionError), with_queue.begin() as tx:
        queue.enqueue(tx, [1, 2])
        raise ZeroDivisionError
    assert jobs(with_queue) == []
    new = fetched(with_queue, 1, 2, 3)
    assert jobs(with_queue) == [("todo", list(new))]
    assert fetched(with_queue, 3) == ()
    assert len(jobs(with_queue)) == 1


def test_many_replies_are_several_jobs(with_queue):
    new = fetched(with_queue, *range(250))
    assert [len(ids) for _, ids in jobs(with_queue)] == [100, 100, 50]
    assert sorted(one for _, ids in jobs(with_queue) for one in ids) == sorted(new)


def test_what_a_dead_worker_was_about_is_given_back_and_what_a_living_one_is_about_is_not(with_queue):
    fetched(with_queue, 1)
    fetched(with_queue, 2)
    begun(with_queue, silent_for=queue.SILENT + 5)
    begun(with_queue)
    assert [status for status, _ in jobs(with_queue)] == ["doing", "doing"]
    assert swept(with_queue) == 0
    assert [status for status, _ in jobs(with_queue)] == ["todo", "doing"]
    with with_queue.read() as tx:
        assert queue.workers(tx) == 1


def test_what_no_job_is_about_any_more_gets_one(with_queue):
    new = fetched(with_queue, 1, 2)
    with with_queue.begin() as tx:
        tx.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
    assert swept(with_queue) == 2
    assert jobs(with_queue) == [("todo", list(new))]
    assert swept(with_queue) == 0
    with with_queue.begin() as tx:
        replies.quarantine(tx, new[0], "too-deep", NOW)
        tx.execute(text("DELETE FROM procrastinate_jobs"))
    assert swept(with_queue) == 1
    assert jobs(with_queue) == [("todo", [new[1]])]


def test_two_who_sweep_at_once_give_a_batch_back_once_and_do_not_stop_each_other(with_queue):
    new = fetched(with_queue, 1)
    begun(with_queue, silent_for=queue.SILENT + 5)
    fetched_in_no_job(with_queue, 2)
    with ThreadPoolExecutor(1) as other:
        with with_queue.begin() as tx:
            assert queue.sweep(tx) == 1
            second = other.submit(swept, with_queue)
            with pytest.raises(TimeoutError):
                second.result(1)  # it waits for its turn
        assert second.result(30) == 0
    assert [status for status, _ in jobs(with_queue)] == ["todo", "todo"]
    assert next(ids for _, ids in jobs(with_queue)) == list(new)


def test_a_batch_that_a_worker_ends_late_is_no_fault_of_who_sweeps(with_queue):
    fetched(with_queue, 1)
    begun(with_queue, silent_for=queue.SILENT + 5)  # it was only silent
    with ThreadPoolExecutor(1) as other:
        with with_queue.begin() as tx:
            tx.execute(text("SELECT procrastinate_finish_job_v1(id, 'succeeded', true) FROM procrastinate_jobs"))
            second = other.submit(swept, with_queue)
            time.sleep(1)
        assert second.result(30) == 1  # nobody has read it, so it gets a job again
    assert [status for status, _ in jobs(with_queue)] == ["todo"]
