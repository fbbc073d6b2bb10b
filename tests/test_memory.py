"""R25: what a run takes of memory does not grow with the number of mails."""

import os
import shutil
import subprocess

import pytest

from world import World, reply

MB = 1024  # ru_maxrss is in KB


def peak(world: World, mails: int) -> float:
    """MB: the most that any process of a run over so many mails took, its workers among them."""
    box = world.folder / f"box{mails}"
    box.mkdir()
    for number in range(mails):
        (box / f"{number:05}.eml").write_bytes(reply(number))
    shutil.copytree(world.home / "data" / "cache", world.folder / f"data{mails}" / "cache")
    options = (
        f"store.data={world.folder / f'data{mails}'}",
        "mailbox.0.type=folder",
        f"mailbox.0.path={box}",
        "acknowledge.enabled=false",
    )
    command = world.command(*(word for one in options for word in ("--set", one)), "run")
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0
    return used.ru_maxrss / MB


@pytest.mark.parametrize(
    ("few", "many", "more"),
    [(200, 1200, 15), pytest.param(1000, 11_000, 50, marks=[pytest.mark.long, pytest.mark.timeout(1200)])],
)
def test_a_run_over_more_mails_takes_as_much_memory(tmp_path, few, many, more):
    with World(tmp_path) as world:
        world.serve([])
        assert peak(world, many) - peak(world, few) < more
