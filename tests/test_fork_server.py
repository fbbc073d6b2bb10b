"""A process that forks on demand: what it shares, what it must not hold, how it and its children end."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harvester.errors import ConfigError
from harvester.fork_server import Ended, ForkServer
from harvester.forking import OUT_OF_MEMORY

PATIENCE = 30.0


@pytest.fixture
def server(request):
    made = ForkServer("trades:writer", {"what": getattr(request, "param", "hello")})
    yield made
    made.stop()


def pid_of(server: ForkServer) -> int:
    assert server._process is not None
    return server._process.pid


def lives(pid: int) -> bool:
    """A zombie that nobody has buried yet does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(*pids: int) -> bool:
    until = time.monotonic() + PATIENCE
    while any(map(lives, pids)) and time.monotonic() < until:
        time.sleep(0.01)
    return not any(map(lives, pids))


def test_a_child_does_what_was_prepared_with_the_descriptors_it_is_given(server: ForkServer) -> None:
    ours, theirs = os.pipe()
    child = server.fork(theirs)
    os.close(theirs)
    with open(ours) as said:
        assert said.read() == "hello"
    ended = server.ended(child, PATIENCE)
    assert ended is not None
    assert ended.code == 0
    assert ended.peak > 1_000_000


def test_many_children_are_told_apart(server: ForkServer) -> None:
    with open(os.devnull, "wb") as out:
        children = [server.fork(out.fileno()) for _ in range(20)]
    assert len(set(children)) == 20
    assert [one.code for child in reversed(children) if (one := server.ended(child, PATIENCE))] == [0] * 20


@pytest.mark.parametrize(
    ("server", "code"), [("exit", 7), ("eat", OUT_OF_MEMORY)], indirect=["server"], ids=["exit", "eat"]
)
def test_the_way_a_child_ended_is_told(server: ForkServer, code: int) -> None:
    ended = server.ended(server.fork(), PATIENCE)
    assert ended is not None
    assert ended.code == code


@pytest.mark.parametrize("server", ["hang"], indirect=True)
def test_a_child_that_hangs_can_be_killed_and_the_others_live_on(server: ForkServer) -> None:
    first, second = server.fork(), server.fork()
    assert server.ended(first, 0) is None
    server.kill(first)
    assert server.ended(first, PATIENCE).code == -signal.SIGKILL
    assert lives(second)
    server.kill(first)  # the number may be somebody else's by now: nobody is killed
    assert lives(second)


@pytest.mark.parametrize("server", ["hang"], indirect=True)
def test_stopping_ends_all_children(server: ForkServer) -> None:
    pids = [server.fork(), server.fork(), pid_of(server)]
    server.stop()
    assert gone(*pids)


@pytest.mark.parametrize("server", ["hang"], indirect=True)
def test_if_it_is_killed_its_children_go_too_and_the_next_order_starts_another(server: ForkServer) -> None:
    child, first = server.fork(), pid_of(server)
    os.kill(first, signal.SIGKILL)
    assert server.ended(child, PATIENCE) == Ended(-signal.SIGKILL)
    assert gone(child)
    again = server.fork()
    assert lives(again)
    assert pid_of(server) != first


def test_it_is_started_anew_when_it_was_killed_while_idle(server: ForkServer) -> None:
    server.ready()
    first = pid_of(server)
    os.kill(first, signal.SIGKILL)
    assert gone(first)
    with open(os.devnull, "wb") as out:
        child = server.fork(out.fileno())
    assert server.ended(child, PATIENCE).code == 0


def test_no_secret_and_no_open_file_of_ours_reaches_it(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARVESTER_PASSWORD", "secret")
    with (tmp_path / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)  # even if somebody forgot
        value = server.ready()
    assert "HARVESTER_PASSWORD" not in value["environment"].split()
    assert len(value["descriptors"].split()) <= 5  # 0, 1, 2, the socket, and the folder that was listed


def test_what_a_person_can_put_right_is_raised_here_with_all_its_sentences() -> None:
    with pytest.raises(ConfigError) as raised:
        ForkServer("trades:faulty", None).ready()
    assert len(raised.value.problems) == 3
    assert "did you mean 'weight'?" in raised.value.problems[0]


def test_very_many_faults_are_cut_and_say_so() -> None:
    with pytest.raises(ConfigError) as raised:
        ForkServer("trades:very_faulty", None).ready()
    told = len(raised.value.problems) - 1
    assert told > 3
    assert raised.value.problems[-1] == f"and {500 - told} more"


def test_a_bug_in_the_preparation_keeps_its_traceback() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError: nobody thought of it"):
        ForkServer("trades:buggy", None).ready()


MASTER = """
import fcntl, sys, threading
from harvester.fork_server import ForkServer
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
def work():
    global server
    server = ForkServer("trades:writer", {"what": "hang"})
    print(server.fork(), server._process.pid, flush=True)
if sys.argv[2] == "thread":
    t = threading.Thread(target=work); t.start(); t.join()
else:
    work()
sys.stdin.read()
"""


@pytest.mark.parametrize("where", ["main", "thread"])
def test_when_the_master_is_killed_nobody_is_left_and_its_lock_is_free(tmp_path: Path, where: str) -> None:
    path = os.pathsep.join(str(Path(__file__).parents[n]) for n in (0, 1))
    command = [sys.executable, "-c", MASTER, str(tmp_path / "lock"), where]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    ) as master:
        assert master.stdout is not None
        pids = [int(number) for number in master.stdout.readline().split()]
        assert all(map(lives, pids))
        master.kill()
        master.wait()
        with (tmp_path / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # at once, whoever may still be dying
        assert gone(*pids)
