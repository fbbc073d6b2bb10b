"""One run at a time. The kernel or the database server holds the lock for us, so it cannot outlive its holder.

SQLite: flock on ``data/run.lock``, not a pid file; closed in children, because a fork child would keep it when we
are killed. PostgreSQL: session advisory locks on a connection of their own, for any number of hosts.
"""

import contextlib
import fcntl
import hashlib
import os
import socket
import time
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.exc import DBAPIError

from harvester import faults
from harvester.store.disk import disk_trouble

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from harvester.store.engine import Store

LOOKS = 100


class RunLock:
    """``with RunLock(store) as lock``: ``lock.held`` says whether we may go on, ``lock.holder`` who has it else."""

    def __init__(self, store: "Store") -> None:
        self._locks: _Locks = _Files(store.data) if store.dialect == "sqlite" else _Server(store)
        self._stack = contextlib.ExitStack()
        self.held = False
        self.holder = ""

    def __enter__(self) -> "RunLock":
        self.held = self._stack.enter_context(self._locks.hold("run"))
        if not self.held:
            self.holder = self._locks.holder("run")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self.held = False

    @contextmanager
    def of_run(self, run_id: int) -> Iterator[None]:
        """Held as long as this run is going, whatever became of the lock that all runs share."""
        for _ in range(LOOKS):  # somebody who looks whether it is going holds it for an instant
            with self._locks.hold(f"run-{run_id}") as ours:
                if ours:
                    yield
                    return
            time.sleep(0.01)
        yield

    def run_is_going(self, run_id: int) -> bool:
        """False when the run has ended, however it ended."""
        return self._locks.is_held(f"run-{run_id}")

    def sweep(self) -> None:
        """Remove what the locks of dead runs left behind."""
        self._locks.sweep()


class _Locks(Protocol):
    """Named locks: ``hold`` takes one or says False at once; it is free again when the ``with`` or we end."""

    def hold(self, name: str) -> AbstractContextManager[bool]: ...
    def is_held(self, name: str) -> bool: ...
    def holder(self, name: str) -> str: ...
    def sweep(self) -> None: ...


_open: "weakref.WeakSet[_Held]" = weakref.WeakSet()


class _Held:
    """A locked descriptor; a child of ours must not keep it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        _open.add(self)

    def close(self) -> None:
        _open.discard(self)
        os.close(self.descriptor)


def _close_in_child() -> None:
    for held in list(_open):
        with contextlib.suppress(OSError):
            os.close(held.descriptor)
    _open.clear()


os.register_at_fork(after_in_child=_close_in_child)


class _Files:
    """flock(2) on small files: one for all runs in the data folder, one for each run that is going beside it."""

    def __init__(self, data: Path) -> None:
        self._data = data

    @contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        path = self._path(name)
        held = self._take(path, create=True)
        if held is None:
            yield False
            return
        try:
            with contextlib.suppress(OSError):  # a full disk: who it is matters less than having it
                os.ftruncate(held.descriptor, 0)
                os.pwrite(held.descriptor, f"process {os.getpid()} since {_now()}\n".encode(), 0)
            faults.point("after-lock")
            yield True
        finally:
            if name != "run":  # nobody else ever wants this one; who dies before leaves a file of one line to ``sweep``
                path.unlink(missing_ok=True)
            held.close()

    def is_held(self, name: str) -> bool:
        path = self._path(name)
        try:
            held = self._take(path, create=False)
        except FileNotFoundError:
            return False
        if held is None:
            return True
        path.unlink(missing_ok=True)  # of a dead run
        held.close()
        return False

    def holder(self, name: str) -> str:
        with contextlib.suppress(OSError):
            return self._path(name).read_text(encoding="utf-8").strip() or "a process"
        return "a process"

    def sweep(self) -> None:
        for path in list(self._data.glob("run-*.lock")):
            self.is_held(path.stem)

    def _path(self, name: str) -> Path:
        return self._data / f"{name}.lock"

    def _take(self, path: Path, create: bool) -> _Held | None:
        """None if somebody else has it. Looks again if the file was removed between opening and locking it."""
        while True:
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0), 0o600)
            except OSError as fault:
                trouble = disk_trouble(fault, self._data)
                if trouble is None:
                    raise
                raise trouble from fault
            held = _Held(descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.close()
                return None
            if os.fstat(descriptor).st_nlink:
                return held
            held.close()


class _Server:
    """pg_advisory_lock: the server frees it when our connection ends, however it ends."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    @contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        with self._connection() as line:
            line.exec_driver_sql(
                "SELECT set_config('application_name', %(name)s, false)",
                {"name": f"harvester {socket.gethostname()[:20]} {os.getpid()} {_now()}"[:63]},
            )
            key = self._key(line, name)
            taken = line.exec_driver_sql("SELECT pg_try_advisory_lock(%(key)s)", {"key": key}).scalar_one()
            try:
                yield bool(taken)
            finally:
                with contextlib.suppress(DBAPIError):  # the connection is gone, and the lock with it
                    line.exec_driver_sql("SELECT pg_advisory_unlock(%(key)s)", {"key": key})

    def is_held(self, name: str) -> bool:
        return self._who(name) is not None

    def holder(self, name: str) -> str:
        return self._who(name) or "a process"

    def sweep(self) -> None:
        """The server leaves nothing behind."""

    def _who(self, name: str) -> str | None:
        """From the server's list of locks: trying to take it would succeed in the session that has it."""
        with self._connection() as line:
            key = self._key(line, name) % 2**64
            row = line.exec_driver_sql(
                "SELECT coalesce(nullif(a.application_name, ''), 'a process') FROM pg_locks l"
                " LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
                " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
                " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                " AND l.classid::bigint = %(high)s AND l.objid::bigint = %(low)s",
                {"high": key >> 32, "low": key % 2**32},
            ).first()
        return None if row is None else str(row[0])

    @contextmanager
    def _connection(self) -> Iterator["Connection"]:
        line = self._store.dedicated()
        try:
            yield line
        finally:
            line.close()

    def _key(self, line: "Connection", name: str) -> int:
        """64 bits for this name; two requests may share a server, each in its own schema."""
        schema = line.exec_driver_sql("SELECT current_schema()").scalar_one()
        digest = hashlib.sha256(f"harvester {schema} {name}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
