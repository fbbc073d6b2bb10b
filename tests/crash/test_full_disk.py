"""R16: a disk that is full from any point of a run on. Needs root: the disk is a small file system in memory."""

import os
import subprocess
from pathlib import Path

import pytest

from harvester.errors import HarvesterError
from plugs import FILLER, Run
from scenarios import THREE
from small_world import A_RUN, SmallWorld

SIZE = "10m"


def may_mount(folder: Path) -> bool:
    return (
        os.geteuid() == 0
        and not subprocess.run(["mount", "-t", "tmpfs", "none", folder], capture_output=True).returncode
    )


@pytest.fixture
def make_on_a_small_disk(counters, sqlite_with_tables, tmp_path):
    """A new world each time, on the same small disk."""
    if not may_mount(tmp_path):
        pytest.skip("this machine lets us mount nothing")
    subprocess.run(["umount", tmp_path], check=True)
    mounted = []

    def unmount():
        while mounted:
            subprocess.run(["umount", mounted.pop()], check=True)

    def make() -> SmallWorld:
        unmount()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", tmp_path], check=True)
        mounted.append(tmp_path)
        return SmallWorld(tmp_path, *counters, sqlite_with_tables)

    yield make
    unmount()


def filled_at(world: SmallWorld, at: int) -> tuple[bool, str]:
    """A run whose disk is full from this point on: whether it was, and the sentence in which it ended."""
    work = world._work(world.now)

    def told():
        try:
            return "; ".join(work()["problems"])
        except HarvesterError as fault:
            return "; ".join(fault.problems)

    ended = Run(told, at, "full", world.data).end()
    world.now += A_RUN
    filler = world.data / FILLER
    was_full = filler.exists()
    filler.unlink(missing_ok=True)
    return was_full, ended.value


def full_from(make, names: tuple[str, ...], at: int) -> list[str]:
    """What is wrong after it. A letter that was claimed before the disk filled may have left: nobody knows."""
    world = make()
    world.post.deliver(*THREE)
    was_full, said = filled_at(world, at)
    wrong = [] if was_full else ["the disk was not full"]
    if said and "space" not in said and "full" not in said:
        wrong.append(f"not a word about the disk: {said}")
    world.silences = int("after-derived-commit" in names[:at])
    for _ in range(2):
        wrong += world.run().value["problems"]
    return wrong + world.books()


def test_a_disk_that_is_full_from_any_point_on_loses_nothing_and_nobody_is_answered_twice(make_on_a_small_disk):
    world = make_on_a_small_disk()
    world.post.deliver(*THREE)
    names = world.run().points
    wrong = {}
    for at in range(1, len(names) + 1):
        if found := full_from(make_on_a_small_disk, names, at):
            wrong[at, names[at - 1]] = found
    assert wrong == {}
