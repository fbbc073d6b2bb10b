"""Workers: every job comes back, whatever a mail does to the process that reads it."""

import copyreg
import fcntl
import hashlib
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harvester.errors import ConfigError, OutOfReach
from harvester.model import Disposition, Limits
from harvester.store.vault import Vault
from harvester.worker import pack_values
from harvester.workers import RETIRED_AFTER, Done, Job, Recipe, Workers
from test_fork_server import gone, lives
from world import reply

REPO = Path(__file__).parent.parent
PATIENCE = 60.0
RULES = """
id = "shared"
title = "Shared posts"
accept_at = 1
review_at = 0.5
[[rule]]
id = "one-chief"
lang = "en"
weight = 4
because = "says that one chief serves several"
phrases = ["(share|shared|sharing) ... chief executive"]
matches = ["We have shared a chief executive since May."]
"""


def recipe(
    vault: Path | None = None,
    rules: Path = Path("rules"),
    cache: Path | None = None,
    documents: bool = False,
    **limits: float,
) -> Recipe:
    return Recipe(
        known_texts=((REPO / "data" / "request.txt").read_text(),),
        rules=rules,
        cache=cache,
        vault=vault,
        limits=Limits(**limits),
        documents=documents,
    )


def jobs(*words: str) -> list[Job]:
    return [Job(key, "", word.encode()) for key, word in enumerate(words)]


def who(done: Done) -> int:
    """The process that answered."""
    assert done.understanding is not None
    return int(done.understanding.message.subject.split()[-1])


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(recipe(mail_seconds=0.5, documents=True), 2, "trades:told") as crew:
        yield crew


def ask(workers: Workers, *words: str) -> list[Done]:
    return sorted(workers.understand(jobs(*words)), key=lambda done: done.key)


def test_every_job_comes_back_exactly_once(workers: Workers) -> None:
    assert [done.key for done in ask(workers, *map(str, range(50)))] == list(range(50))
    assert ask(workers) == []


def test_two_workers_work_at_the_same_time(workers: Workers, tmp_path: Path) -> None:
    mark = tmp_path / "go"
    let_go = threading.Thread(target=lambda: (_until(lambda: len(list(tmp_path.iterdir())) == 2), mark.touch()))
    let_go.start()
    first, second = ask(workers, f"wait {mark}", f"wait {mark}")
    let_go.join()
    assert who(first) != who(second)


def test_one_job_needs_one_process(workers: Workers) -> None:
    assert who(ask(workers, "a")[0]) == who(ask(workers, "b")[0])
    assert len(workers._crew) == 1


@pytest.mark.parametrize(
    ("word", "detail"),
    [
        ("loop", "this mail took more than 0.5 seconds of computing; tried 3 times"),
        ("crash", "the process that read this mail was killed (SIGSEGV); tried 3 times"),
    ],
)
def test_a_mail_that_kills_its_worker_is_given_up_after_three_tries_and_the_others_are_not_held_up(
    workers: Workers, word: str, detail: str
) -> None:
    done = ask(workers, *["ok"] * 20, word, *["ok"] * 20)
    assert [one.code for one in done] == [""] * 20 + ["worker-died"] + [""] * 20
    assert (done[20].understanding, done[20].detail) == (None, detail)
    assert [one.code for one in ask(workers, "next", "one")] == ["", ""]


def test_a_mail_that_eats_memory_is_stopped_at_the_limit() -> None:
    with Workers(recipe(worker_bytes=600_000_000), 2, "trades:told") as workers:
        bad, good = ask(workers, "eat", "ok")
    assert (bad.code, bad.detail) == ("worker-died", "this mail took more than 600 MB of memory; tried 3 times")
    assert good.code == ""


def test_a_worker_has_its_limits_from_the_kernel(workers: Workers) -> None:
    ask(workers, "a")
    limits = Path(f"/proc/{workers._crew[0]._child}/limits").read_text()
    assert re.search(r"Max core file size\s+0\s+0", limits)
    space = re.search(r"Max address space\s+(\d+)\s+(\d+)", limits)
    assert space is not None
    beyond = int(space[1]) - Limits().worker_bytes  # what it had when its life began: rules and libraries
    assert space[1] == space[2] and 20_000_000 < beyond < 1_000_000_000


def test_a_mail_that_waits_for_ever_is_stopped_by_the_clock_on_the_wall() -> None:
    with Workers(recipe(mail_seconds=0.3), 1, "trades:told") as workers:
        done = ask(workers, "hang", "ok")
    assert [one.code for one in done] == ["worker-died", ""]
    assert done[0].detail == "this mail took more than 0.3 seconds; tried 3 times"


def test_a_worker_that_no_clock_ends_is_ended_by_us(monkeypatch: pytest.MonkeyPatch) -> None:
    with Workers(recipe(mail_seconds=0.2), 1, "trades:told") as workers:
        ask(workers, "a")
        os.kill(workers._crew[0]._child, signal.SIGSTOP)  # a stopped process takes no signal but SIGKILL
        monkeypatch.setattr("harvester.workers.GRACE", 0.1)
        assert [one.code for one in ask(workers, "b")] == [""]


def test_a_mail_whose_worker_died_of_something_else_is_read_at_the_second_try(workers: Workers, tmp_path: Path) -> None:
    done = ask(workers, "a", f"once {tmp_path / 'mark'}", "b")
    assert [one.code for one in done] == ["", "", ""]


def test_a_worker_killed_from_outside_loses_no_mail(workers: Workers, tmp_path: Path) -> None:
    mark = tmp_path / "go"

    def kill() -> None:
        _until(lambda: len(list(tmp_path.iterdir())) == 2)
        os.kill(int(next(tmp_path.iterdir()).suffix[1:]), signal.SIGKILL)
        mark.touch()

    killer = threading.Thread(target=kill)
    killer.start()
    done = ask(workers, f"wait {mark}", f"wait {mark}", *["ok"] * 10)
    killer.join()
    assert [one.code for one in done] == [""] * 12


def test_if_the_process_behind_them_is_killed_a_new_one_takes_over(workers: Workers, tmp_path: Path) -> None:
    done = ask(workers, "a", f"orphans {tmp_path / 'mark'}", *["ok"] * 10)
    assert [one.code for one in done] == [""] * 12


def test_a_mail_that_raises_is_told_by_its_error(workers: Workers) -> None:
    (done,) = ask(workers, "raise")
    assert (done.code, done.detail) == ("malformed-mime", "RecursionError: too deep")


def test_a_full_disk_is_raised_here_and_no_answer_is_mixed_up_later(workers: Workers) -> None:
    with pytest.raises(OutOfReach, match="the disk is full"):
        ask(workers, "hang", "disk-full")
    assert [who(done) > 0 for done in ask(workers, "a", "b", "c")] == [True] * 3


def test_whoever_stops_listening_leaves_no_answers_behind(workers: Workers) -> None:
    answers = workers.understand(jobs(*["x"] * 10))
    next(answers)
    answers.close()
    done = ask(workers, "y", "z")
    assert [one.understanding.message.subject[0] for one in done if one.understanding] == ["y", "z"]


def test_a_worker_retires_before_it_has_grown_fat(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    assert RETIRED_AFTER > 1
    monkeypatch.setattr("harvester.workers.RETIRED_AFTER", 3)
    monkeypatch.setattr(workers, "_count", 1)
    pids = [who(done) for done in workers.understand(jobs(*"abcdefg"))]
    assert pids[0] == pids[1] == pids[2] != pids[3]
    assert len(set(pids)) == 3
    assert gone(*pids[:6])


def test_broken_rules_are_told_by_the_run_with_every_fault() -> None:
    with Workers(recipe(), 2, "trades:faulty") as workers, pytest.raises(ConfigError) as raised:
        ask(workers, "a")
    assert len(raised.value.problems) == 3


def test_faults_of_the_real_rulebook_come_through(tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_text(RULES.replace("weight", "wieght").replace("title", "titel"))
    with Workers(recipe(rules=tmp_path), 1) as workers, pytest.raises(ConfigError) as raised:
        ask(workers, "a")
    assert len(raised.value.problems) >= 2
    assert any("shared.toml:" in problem and "wieght" in problem for problem in raised.value.problems), raised.value


def test_nobody_is_left_when_we_leave() -> None:
    with Workers(recipe(), 2, "trades:told") as workers:
        pids = [who(done) for done in ask(workers, "a", "b", "c")]
    assert gone(*pids)


@pytest.fixture(scope="module")
def understood(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Done]]:
    """Real mails through real workers, twenty of them."""
    folder = tmp_path_factory.mktemp("real")
    rules = folder / "rules"
    (rules / "words").mkdir(parents=True)
    (rules / "shared.toml").write_text(RULES)
    (rules / "words" / "en.toml").write_text("")
    vault = Vault(folder / "vault")
    given = [Job(number, vault.put(reply(number))) for number in range(20)]
    with Workers(recipe(folder / "vault", rules, folder / "cache"), 2) as workers:
        done = sorted(workers.understand(given), key=lambda one: one.key)
        shared = [_shared(worker._child) for worker in workers._crew]
    assert len(shared) == 2
    assert min(shared) > 0.5, f"workers share {shared} of their memory"
    return folder, done


def test_real_mails_are_understood_by_workers_that_share_memory(
    understood: tuple[Path, list[Done]],
) -> None:
    _, done = understood
    assert [one.code for one in done] == [""] * 20
    for number, one in enumerate(done):
        assert one.understanding is not None
        assert one.understanding.message.sha256 == hashlib.sha256(reply(number)).hexdigest()
        assert one.understanding.message.sender.address == f"officer{number}@town{number}.example"
        assert one.understanding.verdict.language == "en"
        assert one.understanding.verdict.disposition is Disposition.EVIDENCE
        assert [category.id for category in one.understanding.verdict.categories] == ["shared"]


def test_bytes_that_are_lost_are_told_and_stop_nobody(understood: tuple[Path, list[Done]]) -> None:
    folder, _ = understood
    with Workers(recipe(folder / "vault", folder / "rules", folder / "cache"), 1) as workers:
        (done,) = workers.understand([Job(1, "0" * 64)])
    assert done.understanding is None
    assert "FileNotFoundError" in done.detail


MASTER = """
import fcntl, sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from test_workers import jobs, recipe
from harvester.worker import pack_values
from harvester.workers import Workers
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
with Workers(recipe(mail_seconds=1000), 2, "trades:told") as workers:
    list(workers.understand(jobs(f"wait {sys.argv[2]}", f"wait {sys.argv[2]}")))
"""


def test_when_the_run_is_killed_no_worker_is_left_and_the_lock_is_free(tmp_path: Path) -> None:
    lock, marks = tmp_path / "lock", tmp_path / "marks"
    marks.mkdir()
    here = Path(__file__).parent
    command = [sys.executable, "-c", MASTER, str(lock), str(marks / "go"), str(here), str(here.parent)]
    with subprocess.Popen(command) as master:
        _until(lambda: len(list(marks.iterdir())) == 2)
        pids = [int(path.suffix[1:]) for path in marks.iterdir()]
        assert all(map(lives, pids))
        master.kill()
        master.wait()
        with lock.open("w") as free:
            fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert gone(*pids)


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def _shared(pid: int) -> float:
    """The part of this process's memory that others use too."""
    sizes = dict(
        line.replace("kB", "").split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    )
    private = int(sizes["Private_Dirty"]) + int(sizes["Private_Clean"])
    return 1 - private / int(sizes["Rss"])


def test_the_next_jobs_are_begun_while_nobody_listens_and_each_comes_back_with_its_own_call(workers: Workers) -> None:
    given = jobs(*map(str, range(60)))
    first = list(workers.understand(given[:20], given[20:40]))
    assert sorted(done.key for done in first) == list(range(20))
    _until(lambda: len(workers._early) + sum(len(one.jobs) for one in workers._crew) > 0)
    second = list(workers.understand(given[20:40], given[40:]))
    assert sorted(done.key for done in second) == list(range(20, 40))
    assert sorted(done.key for done in workers.understand(given[40:])) == list(range(40, 60))


def test_a_mail_that_kills_its_worker_ahead_of_its_turn_is_tried_again_in_its_turn(workers: Workers) -> None:
    given = jobs(*["ok"] * 4, "crash", *["ok"] * 35)
    assert [done.code for done in workers.understand(given[:4], given[4:])] == [""] * 4
    done = sorted(workers.understand(given[4:]), key=lambda one: one.key)
    assert [one.code for one in done] == ["worker-died"] + [""] * 35
    assert workers._early == {} and all(not one.jobs for one in workers._crew)


def test_what_was_begun_ahead_and_is_not_asked_for_is_forgotten(workers: Workers) -> None:
    given = jobs(*map(str, range(40)))
    list(workers.understand(given[:10], given[10:]))
    others = [Job(100 + key, "", b"other") for key in range(5)]
    assert sorted(done.key for done in workers.understand(others)) == [100, 101, 102, 103, 104]


def test_large_jobs_are_handed_over_one_at_a_time(workers: Workers) -> None:
    given = [Job(key, "", b"x" * 500_000) for key in range(8)]
    assert sorted(done.key for done in workers.understand(given, given[:0])) == list(range(8))


def test_a_mail_understood_comes_back_as_it_was(understood: tuple[Path, list[Done]]) -> None:
    _, done = understood
    mine = copyreg.dispatch_table.copy()
    try:
        pack_values()
        assert pickle.loads(pickle.dumps(done)) == done
    finally:
        copyreg.dispatch_table.clear()
        copyreg.dispatch_table.update(mine)
