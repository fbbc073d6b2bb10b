"""One run at a time, and no lock that outlives its holder."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

from harvester.store.engine import Store
from harvester.store.lock import RunLock

HOLDER = """
import os, sys, time
from pathlib import Path
from harvester.store.engine import Store
from harvester.store.lock import RunLock
store = Store.open(sys.argv[1], Path(sys.argv[2]))
with RunLock(store) as lock, lock.of_run(7):
    if "fork" in sys.argv:
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        print(lock.held, child, flush=True)
    else:
        print(lock.held, 0, flush=True)
    time.sleep(60)
"""


def holder(store: Store, database_url: str, *how: str) -> tuple[subprocess.Popen, int]:
    """Another process that holds the lock and the lock of run 7; (process, its child)."""
    command = [sys.executable, "-W", "ignore", "-c", HOLDER, database_url, str(store.data), *how]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    held, child = process.stdout.readline().split()
    assert held == "True"
    return process, int(child)


def soon(true) -> bool:
    ends = time.monotonic() + 10
    while not true() and time.monotonic() < ends:
        time.sleep(0.02)
    return true()


def free(store: Store) -> bool:
    with RunLock(store) as lock:
        return lock.held


def test_the_lock_is_ours_until_we_give_it_back(store):
    with RunLock(store) as lock:
        assert lock.held
        assert not free(store)
    assert not lock.held
    assert free(store)


def test_a_second_run_is_told_who_has_it(store, database_url):
    process, _ = holder(store, database_url)
    with process, RunLock(store) as lock:
        try:
            assert not lock.held
            assert str(process.pid) in lock.holder
        finally:
            process.kill()


def test_the_lock_is_free_at_once_when_its_holder_is_killed(store, database_url):
    process, _ = holder(store, database_url)
    with process:
        lock = RunLock(store)
        assert lock.run_is_going(7)
        assert not lock.run_is_going(8)
        process.kill()
        process.wait()
        assert soon(lambda: free(store))
        assert not lock.run_is_going(7)


def test_a_forked_child_does_not_keep_the_lock_of_its_dead_parent(tmp_path):
    url = f"sqlite:///{tmp_path / 'h.db'}"
    store = Store.open(url, tmp_path)
    process, child = holder(store, url, "fork")
    with process:
        process.kill()
        process.wait()
        try:
            assert soon(lambda: free(store))  # its first act is to let go
            os.kill(child, 0)  # it lives
            assert not RunLock(store).run_is_going(7)
        finally:
            os.kill(child, signal.SIGKILL)
            store.close()


def test_the_lock_of_a_run_is_seen_from_the_run_itself_and_from_others(store):
    lock, other = RunLock(store), RunLock(store)
    with lock.of_run(3):
        assert lock.run_is_going(3) and other.run_is_going(3)
        assert not other.run_is_going(4)
    assert not lock.run_is_going(3)


def test_locks_of_ended_runs_leave_no_files(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'h.db'}", tmp_path)
    lock = RunLock(store)
    with lock.of_run(3):
        pass
    (tmp_path / "run-4.lock").write_text("of a run that was killed")
    assert not lock.run_is_going(4)
    assert not list(tmp_path.glob("run-*.lock"))
    store.close()


def _hold_for_a_moment(url, data, results):
    store = Store.open(url, data)
    for _ in range(30):
        with RunLock(store) as lock:
            if lock.held:
                marker = data / "inside"
                fd = os.open(marker, os.O_CREAT | os.O_EXCL)  # fails if two are inside
                os.close(fd)
                marker.unlink()
                results.put(1)
    store.close()


def test_never_two_hold_it(store, database_url):
    spawned = multiprocessing.get_context("spawn")
    results = spawned.Queue()
    ones = [spawned.Process(target=_hold_for_a_moment, args=(database_url, store.data, results)) for _ in range(3)]
    for one in ones:
        one.start()
    for one in ones:
        one.join(60)
    assert [one.exitcode for one in ones] == [0, 0, 0]
    assert results.get(timeout=5) == 1
