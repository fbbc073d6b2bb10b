"""The store: one database, one vault. ``begin()`` is the only way to write; one ``with``, one promise.

SQLite: WAL, synchronous=FULL (with NORMAL a power cut can undo the commit that says "I am sending"), foreign keys.
A writer begins with BEGIN IMMEDIATE, because a reader turned writer fails at once, timeout or not; ``read()`` begins
plainly and never waits for a writer. PostgreSQL: readers see one snapshot, as on SQLite.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from harvester import faults
from harvester.errors import Unusable
from harvester.store.disk import disk_trouble
from harvester.store.migrate import NotThereYet, bring_up_to_date
from harvester.store.trouble import database_trouble
from harvester.store.vault import Vault

BUSY_MILLISECONDS = 10_000
UNFINISHED = "restoring.json"  # in the data folder from the beginning of a restore to its end
PATIENCE = 60.0  # seconds a writer waits for its turn
GONE = 40  # seconds without an answer after which the other end of a connection is given up; less than PATIENCE
STOPPED = 600  # seconds a writer may do nothing in the middle of a transaction before the server undoes it


class Store:
    """Rows in a database, bytes in a vault. Made by ``Store.open``; close it at the end."""

    def __init__(self, url: URL, data: Path) -> None:
        self.url = url
        self.data = data
        self.vault = Vault(data / "vault")
        self.dialect = url.get_backend_name()  # sqlite | postgresql
        self._writing = _engine(url, write=True)
        self._reading = _engine(url, write=False)

    @classmethod
    def open(cls, url: str, data: Path, create: bool = True) -> "Store":
        """The store behind ``url`` and ``data``, its tables as this program needs them.

        ``create=False`` changes nothing: raises NotThereYet where a run would make or migrate the database.
        Raises Unusable for a database of a newer program, or where we may not read or write.
        """
        store = cls.unopened(url, data)
        try:
            refuse_half_restored(data)
            store.prepare(create)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def unopened(cls, url: str, data: Path) -> "Store":
        """The store that is to be there; nobody has looked yet whether it is."""
        return cls(_understood(url), data)

    def prepare(self, create: bool = True) -> None:
        """Folders and tables as this program needs them; see ``open``."""
        self._place(create)
        self._bring_up_to_date(create)

    def _bring_up_to_date(self, create: bool = True) -> None:
        with self.told():
            bring_up_to_date(self._reading, self._writing, self.where, create)

    @classmethod
    def for_reading(cls, url: str, data: Path) -> "Store":
        """The store as it is, for who only looks; where there is none yet, an empty one that leaves no trace."""
        try:
            return cls.open(url, data, create=False)
        except NotThereYet:
            return _StandIn.made(data)

    @property
    def where(self) -> str:
        """The database, for people; never its password."""
        if self.dialect == "sqlite":
            return str(self.url.database)
        return self.url.render_as_string(hide_password=True)

    @property
    def conninfo(self) -> str:
        """PostgreSQL's own address of the database, for libraries that connect by themselves; holds the password."""
        return _patient(self.url).set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that writes: all of it, or nothing. Waits up to a minute for its turn."""
        with self.told(), self._writing.begin() as tx:
            yield tx
            faults.point("before-commit")
        faults.point("committed")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, on one state of the database from beginning to end."""
        with self.told(), self._reading.begin() as tx:
            yield tx

    def dedicated(self) -> Connection:
        """A connection for somebody who keeps it, outside every transaction; to be closed by the caller."""
        with self.told():
            return self._writing.connect().execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def outside(self) -> Iterator[Any]:
        """SQLite: the driver's own connection, in no transaction, for what is done only so (VACUUM)."""
        with self.told():
            line = self._writing.raw_connection()
            try:
                yield line.driver_connection
            finally:
                line.close()

    def close(self) -> None:
        self._writing.dispose()
        self._reading.dispose()

    def _place(self, create: bool) -> None:
        """The folders, and an empty SQLite file that only we can read; names and addresses are in it."""
        folder = self.data
        try:
            if create:
                self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.dialect == "sqlite":
                folder = Path(str(self.url.database)).parent
                if create:
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                    os.close(os.open(str(self.url.database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as fault:
            raise disk_trouble(fault, folder) or Unusable(f"{folder}: cannot be used: {fault}") from fault

    @contextmanager
    def told(self) -> Iterator[None]:
        """Faults of disk and database become sentences; whatever else is wrong keeps its traceback."""
        try:
            yield
        except (DBAPIError, sqlite3.Error) as fault:
            trouble = database_trouble(fault, self.where)
            if trouble is None:
                raise
            raise trouble from fault
        except OSError as fault:
            trouble = disk_trouble(fault, Path(fault.filename) if fault.filename else self.data)
            if trouble is None:
                raise
            raise trouble from fault


class _StandIn(Store):
    """An empty database in a folder of its own, gone when it is closed."""

    @classmethod
    def made(cls, data: Path) -> "Store":
        folder = tempfile.TemporaryDirectory(prefix="harvester-")
        store = cls(make_url(f"sqlite:///{folder.name}/empty.db"), data)
        store._folder = folder
        store._bring_up_to_date()
        return store

    _folder: "tempfile.TemporaryDirectory[str]"

    def close(self) -> None:
        super().close()
        self._folder.cleanup()


def refuse_half_restored(data: Path) -> None:
    """A run in a folder whose restore was not finished would take every mail for a new one, and answer it again."""
    mark = data / UNFINISHED
    if mark.exists():
        raise Unusable(
            f"{data}: a restore was begun here and not finished; run the same `harvester restore` again, it goes on"
        )


def _understood(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            import psycopg  # noqa: F401
    except ArgumentError as fault:
        raise Unusable(
            "store.url: not an address of a database; write sqlite:///... or postgresql+psycopg://..."
        ) from fault
    except ImportError as fault:
        raise Unusable("store.url: PostgreSQL needs the extra: pip install 'harvester[postgres]'") from fault
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise Unusable("store.url: a database in memory forgets everything; write sqlite:///data/harvester.db")
    return parsed


def _engine(url: URL, write: bool) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url)
        event.listen(engine, "connect", _prepare_writing if write else _prepare_reading)
        event.listen(engine, "begin", _begin_immediate if write else _begin)
        return engine if write else engine.execution_options(reading=True)
    engine = create_engine(_patient(url), connect_args={"application_name": "harvester"}, pool_pre_ping=True)
    event.listen(engine, "connect", _prepare_session)
    if write:
        event.listen(engine, "connect", _prepare_writing_session)
        return engine
    return engine.execution_options(reading=True, isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _patient(url: URL) -> URL:
    """Who went away without a word (power, a cut line) is given up after GONE seconds, unless the address says else."""
    bounds = {
        "connect_timeout": "10",
        "keepalives_idle": f"{GONE // 2}",
        "keepalives_interval": f"{GONE // 8}",
        "keepalives_count": "4",
        "tcp_user_timeout": f"{GONE * 1000}",
    }
    return url.update_query_dict({name: value for name, value in bounds.items() if name not in url.query})


def _prepare_writing(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # we send BEGIN ourselves
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16384",  # KB; what is sorted by hash lies anywhere, and 2 MB hold it for 10,000 replies only
    ):
        _patiently(dbapi, f"PRAGMA {pragma}")


def _prepare_reading(dbapi: Any, record: object) -> None:
    _prepare_writing(dbapi, record)
    dbapi.execute("PRAGMA query_only=ON")


def _prepare_session(dbapi: Any, _record: object) -> None:
    dbapi.execute("SET TIME ZONE 'UTC'")
    dbapi.execute(f"SET lock_timeout = '{PATIENCE:.0f}s'")
    dbapi.commit()


def _prepare_writing_session(dbapi: Any, _record: object) -> None:
    """The server, too, gives us up: what a host that went away has locked must not stop the others for hours."""
    dbapi.execute(f"SET tcp_keepalives_idle = '{GONE // 2}s'")
    dbapi.execute(f"SET tcp_keepalives_interval = '{GONE // 8}s'")
    dbapi.execute("SET tcp_keepalives_count = 4")
    dbapi.execute(f"SET tcp_user_timeout = '{GONE}s'")
    dbapi.execute(f"SET idle_in_transaction_session_timeout = '{STOPPED}s'")
    dbapi.commit()


def _begin(tx: Connection) -> None:
    tx.exec_driver_sql("BEGIN")


def _begin_immediate(tx: Connection) -> None:
    """Take the write lock before the body runs, so that waiting again never repeats half a body."""
    _patiently(tx.connection.dbapi_connection, "BEGIN IMMEDIATE")


def _patiently(database: Any, statement: str) -> None:
    """Some locks SQLite says it cannot wait for, whatever its timeout: another process makes the same file WAL."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            database.execute(statement)
            return
        except sqlite3.OperationalError as fault:
            if not str(fault.sqlite_errorname).startswith("SQLITE_BUSY") or time.monotonic() >= ends:
                raise
            time.sleep(0.05)
