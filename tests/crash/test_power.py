"""R17: what the kernel was asked, in which order: fsync of a file, rename, fsync of its folder, commit, letter.

A whole run with its workers under strace; SQLite's commit is the fdatasync of its write-ahead log.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from small_world import mail
from world import World

CALLS = "fsync,fdatasync,rename,renameat,renameat2,write,sendto"
CALL = re.compile(r"(\d+) +(?:<\.\.\. )?(\w+)( resumed>)?(.*)")
PATH = re.compile(r"<(/[^>]*)>|\"(/[^\"]*)\"")


@dataclass(frozen=True)
class Step:
    """One call, as soon as it was done. ``paths``: of its descriptor or its arguments."""

    call: str
    paths: tuple[str, ...]
    text: str


def steps(trace: str) -> Iterator[Step]:
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        if not (found := CALL.match(line)):
            continue
        process, call, resumed, rest = found.groups()
        if rest.endswith("<unfinished ...>"):
            begun[process] = rest.removesuffix("<unfinished ...>")
            continue
        rest = begun.pop(process, "") + rest if resumed else rest
        yield Step(call, tuple(a or b for a, b in PATH.findall(rest)), rest)


def is_commit(step: Step) -> bool:
    return step.call == "fdatasync" and step.paths[0].endswith(".db-wal")


def is_said(step: Step, word: str) -> bool:
    return step.call == "sendto" and f'"{word}' in step.text


@pytest.fixture(scope="module")
def order(tmp_path_factory) -> list[Step]:
    """All calls of a run that takes in and answers two mails, one with a file."""
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "-qq", "-o", "/dev/null", "true"]).returncode:
        pytest.skip("strace is not here, or may not look: the order of system calls was not checked")
    folder = tmp_path_factory.mktemp("traced")
    with World(folder) as world:
        world.serve([mail(1, True), mail(2)])
        options = ["-f", "-qq", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", str(folder / "trace")]
        done = subprocess.run([strace, *options, *world.command("run")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert len(world.letters()) == 2
    return list(steps((folder / "trace").read_text(errors="replace")))


def test_bytes_are_synced_before_they_get_their_name_and_the_name_before_any_commit(order):
    renames = [n for n, step in enumerate(order) if step.call.startswith("rename") and "/vault/" in step.paths[-1]]
    assert len(renames) == 3
    for at in renames:
        temp, name = order[at].paths[-2:]
        folder = str(Path(name).parent)
        syncs = {n: step.paths[0] for n, step in enumerate(order) if step.call == "fsync"}
        assert any(n < at and path == temp for n, path in syncs.items())
        assert any(n < at and path == str(Path(folder).parent) for n, path in syncs.items())  # the new folder's name
        lasting = min(n for n, path in syncs.items() if n > at and path == folder)
        assert not any(is_commit(step) for step in order[at:lasting])
    assert any(is_commit(step) for step in order[max(renames) :])


def test_a_letter_is_claimed_and_noted_on_the_disk_before_its_first_word_and_settled_before_the_next(order):
    begins = [n for n, step in enumerate(order) if is_said(step, "MAIL FROM")]
    assert len(begins) == 2
    since = 0
    for at in begins:
        before = list(enumerate(order[since:at], since))
        noted = [
            n for n, step in before if step.call == "write" and step.paths and step.paths[0].endswith("answers.jsonl")
        ]
        synced = [n for n, step in before if step.call == "fsync" and step.paths[0].endswith("answers.jsonl")]
        claimed = [n for n, step in before if is_commit(step)]
        assert claimed and noted and synced
        assert max(claimed) < min(noted) < min(synced)
        dot = next(n for n, step in enumerate(order) if n > at and is_said(step, ".\\r\\n"))
        since = next(n for n, step in enumerate(order) if n > dot and is_commit(step)) + 1
        assert not any(is_said(step, "MAIL FROM") for step in order[dot:since])
