"""The database of one moment as one SQLite file, and such a file as the database: of either kind, from either kind."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, make_url, select, text

from harvester import faults
from harvester.errors import OutOfReach, Unusable
from harvester.folders import sync_folder
from harvester.store import copying
from harvester.store.engine import Store
from harvester.store.migrate import version
from harvester.store.schema import REVISIONS, metadata
from harvester.store.trouble import database_trouble

BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps next to a file that is open


def take(store: Store, file: Path) -> int:
    """All rows as they are now, into a new file; runs and pages go on meanwhile. Returns how many replies there are."""
    remove(file)
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    if store.dialect == "sqlite":
        with store.read() as tx, _plain(file) as target:
            source: Any = tx.connection.dbapi_connection
            source.backup(target)
    else:
        with _working_on(file, store.data) as copied, store.read() as source, copied.begin() as target:
            copying.copy(source, target)
    finish(file)
    faults.point("after-snapshot")
    with _plain(file) as database:
        return int(database.execute("SELECT count(*) FROM reply").fetchone()[0])


def named(file: Path) -> set[str]:
    """The hashes that replies in this snapshot have, of mails and of files."""
    with _plain(file) as database:
        return {row[0] for row in database.execute("SELECT sha256 FROM reply UNION SELECT sha256 FROM attachment")}


def finish(file: Path) -> None:
    """Everything in the one file, and on the disk."""
    with _plain(file) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    with file.open("rb") as held:
        os.fsync(held.fileno())


@contextmanager
def upgraded(file: Path, data: Path) -> Iterator[Store]:
    """Such a file as a store, its tables brought up to date; the vault is that of ``data``. Raises Unusable when it is
    no database, or one of a newer program."""
    with _working_on(file, data) as store:
        yield store
    finish(file)


def number_on(tx: Connection, name: str, last: int) -> None:
    """In such a file the rows to come of this table get numbers above ``last``."""
    values = {"name": name, "last": last}
    raised = tx.execute(text("UPDATE sqlite_sequence SET seq = max(seq, :last) WHERE name = :name"), values)
    if raised.rowcount == 0:
        tx.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)


def put(file: Path, target: Store) -> None:
    """A file from ``upgraded`` becomes the database of ``target`` in place of what was there, or nothing does."""
    if target.dialect == "sqlite":
        place = Path(str(target.url.database))
        refuse_others(target)
        for ending in BESIDE:  # of the database that goes: with the new one they would be poison
            with suppress(FileNotFoundError):
                Path(f"{place}{ending}").unlink()
        faults.point("after-old-database")
        os.rename(file, place)
        faults.point("after-new-database")
        sync_folder(place.parent)
        return
    target.prepare()
    with _working_on(file, target.data) as restored, restored.read() as source, target.begin() as tx:
        copying.empty(tx)
        copying.copy(source, tx)
    faults.point("after-new-database")
    remove(file)


def refuse_others(target: Store) -> None:
    """Who has the SQLite file open would go on in the old one, and nobody would ever see what they wrote.

    Raises OutOfReach. SQLite leaves WAL only when nobody else has the file open; one that is damaged is nobody's.
    """
    if target.dialect != "sqlite":
        return
    target.close()  # our own lines; what is asked from now on is asked of the file that is there then
    place = Path(str(target.url.database))
    if not _has_bytes(place):
        return
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(place, timeout=2)) as database:
        try:
            mode = database.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError:
            mode = "locked"
        if mode != "delete":
            raise OutOfReach(
                f"{place}: is open in another program; stop `harvester review` and whatever else works there, then "
                "restore again"
            )


def is_empty(target: Store) -> bool:
    """Is nothing in the database of ``target``, or no database there?"""
    if target.dialect == "sqlite" and not _has_bytes(Path(str(target.url.database))):
        return True
    try:
        with target.read() as tx:
            found = version(tx)
            if found is None:
                return True
            if found != REVISIONS[-1]:
                return False
            return not any(tx.execute(select(one).limit(1)).first() for one in metadata.sorted_tables)
    except Unusable:
        return False  # damaged: something is there


def remove(file: Path) -> None:
    for ending in ("", *BESIDE):
        with suppress(FileNotFoundError):
            Path(f"{file}{ending}").unlink()


def _has_bytes(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


@contextmanager
def _working_on(file: Path, data: Path) -> Iterator[Store]:
    store = Store(make_url(f"sqlite:///{file}"), data)
    try:
        store.prepare()
        yield store
    finally:
        store.close()


@contextmanager
def _plain(file: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(file, isolation_level=None)
    try:
        yield database
    except sqlite3.Error as fault:
        raise database_trouble(fault, str(file)) or fault from fault
    finally:
        database.close()
