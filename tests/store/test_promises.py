"""What the order of things promises: bytes before rows, and nothing loaded that an idle run does not need."""

import os
import stat
import subprocess
import sys
from types import SimpleNamespace

import pytest
from sqlalchemy import event

from harvester import harvest
from harvester.model import FolderState, Tally
from harvester.start import init
from harvester.store import runs
from store_samples import NOW, arrived


def test_bytes_are_on_the_disk_before_the_row_that_names_them_is_committed(store, monkeypatch):
    """A power cut between the two leaves a file without a row, never a row without its file."""
    seen: list[str] = []
    with store.begin() as tx:
        run_id = runs.start(tx, NOW)
    box = SimpleNamespace(name="box")
    folder = SimpleNamespace(name="INBOX", acknowledge=True)
    here = SimpleNamespace(classify=SimpleNamespace(elsewhere=False))
    shop = SimpleNamespace(store=store, run_id=run_id, now=NOW, tally=Tally(), config=here)

    def fsync(descriptor: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")

    rename = os.rename
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", lambda a, b: (seen.append("rename"), rename(a, b)))
    engine = store._writing
    event.listen(engine, "commit", lambda _tx: seen.append("commit"))
    harvest.take_batch(shop, box, folder, FolderState("1", "3", 2), [arrived(1), arrived(2)])
    assert seen[-1] == "commit" and seen.count("commit") == 1
    each = [what for what in seen if what in ("file", "rename")]
    assert each == ["file"] * 2 + ["rename"] * 2
    assert seen[-2] == "folder"


PROGRAM = """
import sys
from harvester.cli import main
try:
    main()
finally:
    heavy = ("sqlalchemy.orm", "alembic", "spacy", "jinja2", "mako", "mailparser", "babel", "psycopg_pool")
    print(*[name for name in heavy if name in sys.modules], file=sys.stderr, end="", flush=True)
"""


@pytest.fixture
def harvester(tmp_path, database_url):
    """The command line of a request whose mailbox is an empty folder, as (exit code, complaints)."""
    home = tmp_path / "request"
    init(home, NOW)
    (tmp_path / "mails").mkdir()
    mailbox = f'[[mailbox]]\ntype = "folder"\npath = "{tmp_path / "mails"}"\n'
    config = home / "harvester.toml"
    before, _, after = config.read_text().partition("[[mailbox]]")
    config.write_text(before + mailbox + after[after.index("\n[outbox]") :])
    settings = [
        "--config",
        str(config),
        "--set",
        f"store.url={database_url}",
        "--set",
        f"store.data={tmp_path / 'data'}",
    ]

    def call(*arguments: str) -> tuple[int, str, str]:
        command = [sys.executable, "-c", PROGRAM, *settings, *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    return call


def test_an_idle_run_and_a_look_at_how_it_stands_load_nothing_heavy(harvester):
    assert harvester("run") == (0, "", "")
    code, said, loaded = harvester("status")
    assert (code, loaded) == (0, "")
    assert "last run" in said
