"""Opening, writing, reading: one promise a ``with``, and faults told as sentences."""

import errno
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, StatementError

from harvester.errors import OutOfReach, Unusable
from harvester.store import engine as engine_module
from harvester.store import runs
from harvester.store.engine import Store
from harvester.store.migrate import NotThereYet
from harvester.store.schema import run
from store_samples import NOW


def counted(store: Store) -> int:
    with store.read() as tx:
        return tx.execute(text("SELECT count(*) FROM run")).scalar_one()


def test_what_is_written_is_there_and_what_fails_is_not(store):
    with store.begin() as tx:
        runs.start(tx, NOW)
    with pytest.raises(ZeroDivisionError), store.begin() as tx:
        runs.start(tx, NOW)
        _ = 1 / 0
    assert counted(store) == 1


def test_a_reading_transaction_writes_nothing(store):
    with pytest.raises((DBAPIError, Unusable, OutOfReach)), store.read() as tx:
        runs.start(tx, NOW)
    assert counted(store) == 0


def test_a_reader_sees_one_state_and_does_not_wait_for_a_writer(store):
    with store.read() as reading:
        before = reading.execute(text("SELECT count(*) FROM run")).scalar_one()
        with store.begin() as tx:
            runs.start(tx, NOW)
        after = reading.execute(text("SELECT count(*) FROM run")).scalar_one()
    assert (before, after, counted(store)) == (0, 0, 1)


def test_a_time_without_a_zone_is_refused(store):
    with pytest.raises(StatementError, match="without a time zone"), store.begin() as tx:
        tx.execute(insert(run).values(started_at=NOW.replace(tzinfo=None), host="h", process=1))


def test_instants_come_back_in_utc(store):
    from datetime import timedelta, timezone

    summer = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    with store.begin() as tx:
        runs.start(tx, summer)
        started = runs.last(tx).started_at
    assert (started, started.utcoffset()) == (NOW, timedelta(0))


def test_what_no_database_takes_is_replaced_at_the_border(store):
    with store.begin() as tx:
        tx.execute(
            insert(run).values(started_at=NOW, host="a\0b\ud800c", process=1, problems=["x\0", "\udfff \\u0000"])
        )
    with store.read() as tx:
        found = runs.last(tx)
    assert (found.host, found.problems) == ("a\ufffdb\ufffdc", ("x\ufffd", "\ufffd \\u0000"))


def test_sqlite_keeps_commits_through_a_power_cut_and_holds_parents(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'd' / 'h.db'}", tmp_path / "d")
    for transaction in (store.begin, store.read):
        with transaction() as tx:
            pragmas = {p: tx.execute(text(f"PRAGMA {p}")).scalar() for p in
                       ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}  # fmt: skip
            assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    store.close()


def test_folder_and_database_are_for_us_alone(tmp_path):
    data = tmp_path / "deep" / "data"
    Store.open(f"sqlite:///{data / 'harvester.db'}", data).close()
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "harvester.db").stat().st_mode) == 0o600


def test_a_writer_waits_for_another_process(tmp_path, monkeypatch):
    monkeypatch.setattr(engine_module, "BUSY_MILLISECONDS", 50)  # so that our own waiting is at work
    store = Store.open(f"sqlite:///{tmp_path / 'h.db'}", tmp_path)
    other = sqlite3.connect(tmp_path / "h.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.5, lambda: other.execute("COMMIT")).start()
    began, ran = time.monotonic(), 0
    with store.begin() as tx:
        ran += 1
        runs.start(tx, NOW)
    assert time.monotonic() - began >= 0.3 and ran == 1
    store.close()
    other.close()


def test_a_writer_that_waited_in_vain_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(engine_module, "BUSY_MILLISECONDS", 20)
    monkeypatch.setattr(engine_module, "PATIENCE", 0.1)
    store = Store.open(f"sqlite:///{tmp_path / 'h.db'}", tmp_path)
    other = sqlite3.connect(tmp_path / "h.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutOfReach, match="another process has been writing"), store.begin():
        pytest.fail("the body ran without the lock")
    assert counted(store) == 0  # readers go on
    other.close()
    store.close()


def test_a_full_disk_is_out_of_reach_and_leaves_nothing_half_done(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'h.db'}", tmp_path)
    with pytest.raises(OutOfReach, match="space"), store.begin() as tx:
        pages = tx.execute(text("PRAGMA page_count")).scalar_one()
        tx.execute(text(f"PRAGMA max_page_count = {pages}"))
        tx.execute(insert(run).values(started_at=NOW, host="x" * 1_000_000, process=1))
    assert counted(store) == 0
    store.close()


def test_a_full_disk_of_the_server_is_out_of_reach(postgres_with_tables, tmp_path):
    store = Store.open(postgres_with_tables[0], tmp_path)
    raises = "DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$"
    with pytest.raises(OutOfReach, match="run out of disk"), store.begin() as tx:
        tx.execute(text(raises))
    store.close()


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, OutOfReach), (errno.EROFS, Unusable)])
def test_faults_of_the_disk_inside_a_transaction_are_told(store, number, kind):
    with pytest.raises(kind, match="/where"), store.begin():
        raise OSError(number, os.strerror(number), "/where")


def test_a_bug_keeps_its_traceback(store):
    with pytest.raises(DBAPIError), store.begin() as tx:
        tx.execute(text("SELECT no_such_column FROM run"))
    with pytest.raises(ConnectionError), store.begin():
        raise ConnectionResetError("of somebody else")


def test_a_file_that_is_no_database_is_unusable(tmp_path):
    (tmp_path / "h.db").write_bytes(b"only words, no database at all. " * 200)
    with pytest.raises(Unusable, match=r"h\.db: is not a SQLite database"):
        Store.open(f"sqlite:///{tmp_path / 'h.db'}", tmp_path)


def test_a_data_folder_that_is_a_file_is_unusable(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(Unusable, match="data"):
        Store.open(f"sqlite:///{tmp_path / 'data' / 'h.db'}", tmp_path / "data")


def test_a_server_out_of_reach_is_told_without_its_password(tmp_path):
    with pytest.raises(OutOfReach, match="cannot be reached") as told:
        Store.open("postgresql+psycopg://me:hush@127.0.0.1:1/none", tmp_path)
    assert "hush" not in str(told.value) and "127.0.0.1" in str(told.value)


def test_a_database_that_the_server_does_not_have_is_told(postgres, tmp_path):
    with pytest.raises((OutOfReach, Unusable), match="nowhere"):
        Store.open(postgres.set(database="nowhere").render_as_string(False), tmp_path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "no address"])
def test_an_address_of_no_lasting_database_is_unusable(url, tmp_path):
    with pytest.raises(Unusable, match=r"store\.url"):
        Store.open(url, tmp_path)


def test_looking_makes_nothing(tmp_path):
    data = tmp_path / "data"
    with pytest.raises(NotThereYet, match="harvester run"):
        Store.open(f"sqlite:///{data / 'h.db'}", data, create=False)
    assert not data.exists()


def test_looking_into_an_empty_database_makes_no_tables(bare_url, tmp_path):
    with pytest.raises(NotThereYet):
        Store.open(bare_url, tmp_path / "data", create=False)
    with pytest.raises(NotThereYet):
        Store.open(bare_url, tmp_path / "data", create=False)


def test_who_only_looks_gets_an_empty_store_where_there_is_none(bare_url, tmp_path):
    store = Store.for_reading(bare_url, tmp_path / "data")
    folder = store.url.database
    assert counted(store) == 0
    store.close()
    assert not (tmp_path / "data").exists() and not os.path.exists(folder)


def test_who_only_looks_gets_the_store_that_is_there(store, database_url):
    with store.begin() as tx:
        runs.start(tx, NOW)
    looking = Store.for_reading(database_url, store.data)
    assert counted(looking) == 1
    looking.close()


def test_nothing_heavy_is_loaded_for_a_store_that_is_there(store, database_url):
    program = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from harvester.store import acks, history, listing, replies, runs
from harvester.store.engine import Store
from harvester.store.lock import RunLock
store = Store.open(sys.argv[1], Path(sys.argv[2]))
with RunLock(store) as lock, store.begin() as tx:
    assert lock.held
    runs.start(tx, datetime.now(UTC))
    replies.known_uids(tx, "a", "b", "1"), replies.pending(tx), acks.counts(tx)
with store.read() as tx:
    listing.status(tx, datetime.now(UTC))
store.close()
print(*[name for name in ("sqlalchemy.orm", "alembic", "spacy", "mako", "jinja2") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, database_url, str(store.data)], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
