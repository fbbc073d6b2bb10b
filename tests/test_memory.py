"""R25 and R11: what a run takes of memory grows neither with the number of mails nor with the size of one."""

import shutil
import subprocess
import sys

import pytest

from servers import dovecot
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
    return measured(command)


MEASURE = """
import os, subprocess, sys
run = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(run.pid, 0)
run.returncode = os.waitstatus_to_exitcode(status)
print(run.returncode, used.ru_maxrss)
"""


def measured(command: list[str], codes: tuple[int, ...] = (0,)) -> float:
    """MB that the largest of its processes took. A process counts as large as the one that started it was then
    (getrusage(2) says nothing of that): a small one starts it, and not this one."""
    done = subprocess.run([sys.executable, "-S", "-c", MEASURE, *command], stdout=subprocess.PIPE, text=True)
    code, size = map(int, done.stdout.split())
    assert code in codes
    return size / MB


@pytest.mark.parametrize(
    ("few", "many", "more"),
    [(200, 1200, 15), pytest.param(1000, 11_000, 50, marks=[pytest.mark.long, pytest.mark.timeout(1200)])],
)
def test_a_run_over_more_mails_takes_as_much_memory(tmp_path, few, many, more):
    with World(tmp_path) as world:
        world.serve([])
        assert peak(world, many) - peak(world, few) < more


def large(megabytes: int, name: str) -> bytes:
    """A mail with one file of zeros in base64, so large as a whole."""
    head = reply(0, Subject=name).partition(b"Content-Type:")[0]
    line = b"A" * 76 + b"\r\n"
    text = b"Content-Type: text/plain\r\n\r\nTwo towns share one chief executive.\r\n"
    file = b"Content-Type: application/pdf; name=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    body = b"--x\r\n" + text + b"--x\r\n" + file + line * (megabytes * 1_000_000 // len(line)) + b"--x--\r\n"
    return head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + body


@pytest.mark.parametrize(
    ("opened", "kept", "headers_only", "settings", "most"),
    [
        pytest.param(0, 30, 60, ("limits.raw_bytes=4_000_000", "limits.stored_bytes=40_000_000"), 130, id="small"),
        pytest.param(33, 149, 170, (), 400, id="as set", marks=[pytest.mark.long, pytest.mark.timeout(1200)]),
    ],
)
def test_very_large_mails_take_little_memory(tmp_path, opened, kept, headers_only, settings, most):
    """One that is opened (a worker takes most then), one that is only kept, one of which only the headers are."""
    if dovecot() is None:
        pytest.skip("no dovecot on this machine")
    with World(tmp_path) as world:
        sizes = {"opened": opened, "kept": kept, "headers": headers_only}
        world.serve([large(size, name) for name, size in sizes.items() if size])
        options = [word for one in (*settings, "acknowledge.enabled=false") for word in ("--set", one)]
        used = measured(world.command(*options, "run"), codes=(0, 1))
        found = {one["subject"]: one for one in world.json_lines("list", "--json")}
        codes = {"opened": None, "kept": "too-large", "headers": "too-large"}
        assert {name: one["quarantine"] for name, one in found.items()} == {n: codes[n] for n in sizes if sizes[n]}
        files = [path.stat().st_size for path in (world.home / "data" / "vault").rglob("*") if path.is_file()]
    print(f"{kept} MB kept: {used:.0f} MB of memory")
    assert kept * 990_000 < max(files) < headers_only * 990_000
    assert used < most
