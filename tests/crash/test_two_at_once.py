"""R3: two runs at once, on one machine or on two with one PostgreSQL, with the lock and without it."""

import itertools

import pytest

from harvester.store.lock import RunLock
from scenarios import THREE, another_run_at_any_point
from small_world import A_RUN

TELLING = (  # between the steps, and within a transaction
    "after-lock", "after-fetch", "after-vault", "after-insert", "committed", "after-understand", "after-derived",
    "after-claim", "after-journal", "after-data", "after-settle",
)  # fmt: skip


@pytest.fixture
def without_the_lock(monkeypatch):
    """Nobody is kept out; that each run tells the others it is going stays."""

    def enter(lock: RunLock) -> RunLock:
        lock.held = True
        return lock

    monkeypatch.setattr(RunLock, "__enter__", enter)


def test_a_run_that_begins_while_another_is_going(make_world):
    assert list(another_run_at_any_point(make_world, TELLING)) == []


def test_the_same_without_the_lock(make_world, without_the_lock):
    assert list(another_run_at_any_point(make_world, TELLING)) == []


def test_two_hosts_on_one_postgresql(make_on_postgres):
    assert (
        list(another_run_at_any_point(make_on_postgres, ("after-vault", "committed", "after-claim", "after-data")))
        == []
    )


def test_two_hosts_on_one_postgresql_without_the_lock(make_on_postgres, without_the_lock):
    assert list(another_run_at_any_point(make_on_postgres, TELLING)) == []


@pytest.mark.parametrize("kind", ["make_world", "make_on_postgres"])
def test_five_runs_at_once_without_the_lock(request, kind, without_the_lock):
    world = request.getfixturevalue(kind)()
    world.post.deliver(*THREE)
    for run in [world.begin() for _ in range(5)]:
        run.end()
    world.now += A_RUN
    world.run()
    assert world.books() == []


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["make_world", "make_on_postgres"])
def test_another_run_at_every_point_without_the_lock(request, kind, without_the_lock):
    found = another_run_at_any_point(request.getfixturevalue(kind))
    assert list(itertools.islice(found, 5)) == []
