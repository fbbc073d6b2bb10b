"""R15, R16: a database that is held, cut short or no database; bytes that went from the vault."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harvester.errors import HarvesterError, Unusable
from harvester.store.engine import Store
from scenarios import THREE, TWO
from small_world import mail

HOLD = """
import sqlite3, sys, time
line = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
line.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
line.execute("ROLLBACK")
"""


def held(database: Path, seconds: float) -> "subprocess.Popen[bytes]":
    """Another program writes for so long."""
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(database), str(seconds)], stdout=subprocess.PIPE)
    assert other.stdout and other.stdout.readline() == b"held\n"
    return other


@pytest.mark.parametrize("seconds", [1.0, pytest.param(30.0, marks=[pytest.mark.long, pytest.mark.timeout(300)])])
def test_a_database_that_is_held_is_waited_for_and_nothing_is_lost(make_world, seconds):
    world = make_world()
    world.post.deliver(*THREE)
    other = held(world.data / "harvester.db", seconds)
    begun = time.monotonic()
    ended = world.run()
    took = time.monotonic() - begun
    other.communicate(timeout=60)
    assert took >= seconds - 0.5
    assert (ended.value["fetched"], ended.value["sent"], ended.value["problems"]) == (3, 2, [])
    assert world.books() == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:100],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: b"not a database " * (len(raw) // 15),
        lambda raw: raw[:100] + bytes(len(raw) - 100),
    ],
    ids=["the head alone", "half of it", "rubbish", "zeros behind its head"],
)
def test_a_spoilt_database_is_a_sentence_and_is_left_as_it_was(make_world, spoil):
    world = make_world()
    world.post.deliver(*TWO)
    world.run()
    sqlite3.connect(world.data / "harvester.db").execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
    file = world.data / "harvester.db"
    whole = file.read_bytes()
    spoilt = spoil(whole)
    file.write_bytes(spoilt)
    for name in ("harvester.db-wal", "harvester.db-shm"):
        (world.data / name).unlink(missing_ok=True)
    letters = len(world.smtp.letters)
    with pytest.raises(HarvesterError) as told:
        store = Store.open(world.config.store.url, world.data)
        with store.begin() as tx:
            tx.exec_driver_sql("PRAGMA integrity_check")
            tx.exec_driver_sql("UPDATE reply SET state = state")
    assert isinstance(told.value, Unusable) and len(told.value.problems) == 1
    assert str(file) in told.value.problems[0]
    assert file.read_bytes() == spoilt and len(world.smtp.letters) == letters
    file.write_bytes(whole)
    world.post.deliver(mail(7))
    world.run()
    assert world.books() == []


@pytest.mark.parametrize("how", ["missing", "altered"])
def test_bytes_that_went_from_the_vault_stop_no_later_mail(make_world, how):
    world = make_world()
    world.post.deliver(*TWO)
    world.run()
    file = next(path for path in (world.data / "vault").rglob("*") if path.is_file())
    kept = file.read_bytes()
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    world.post.deliver(mail(8))
    assert world.run().value["sent"] == 1
    assert world.books() != []  # it is seen
    file.write_bytes(kept)
    assert world.books() == []


def test_an_empty_database_file_gets_its_tables_and_old_answers_are_not_given_again(make_world):
    """The journal knows whom we wrote to, so a database that was lost whole means nobody is answered twice."""
    world = make_world()
    world.post.deliver(*TWO)
    assert world.run().value["sent"] == 2
    for file in world.data.glob("harvester.db*"):
        file.unlink()
    (world.data / "harvester.db").touch()
    ended = world.run()
    assert (ended.value["fetched"], ended.value["sent"], ended.value["unknown"]) == (2, 0, 2)
    assert len(world.smtp.letters) == 2
