"""After rows were deleted: nothing of them stays in the database's own files.

SQLite marks a deleted page as free and leaves its bytes, the full-text index keeps words of rows that are gone until
it is made anew, and the write-ahead log keeps old pages until somebody starts it anew. So: overwrite while deleting
(``secure_delete``), rebuild, VACUUM, and cut the log to nothing. PostgreSQL writes each table anew (VACUUM FULL); its
own log and the free blocks of the file system are beyond us (docs/custody.md).
"""

import time
from contextlib import closing

from sqlalchemy import Connection, text

from harvester import faults
from harvester.store import schema_staff
from harvester.store.engine import BUSY_MILLISECONDS, Store
from harvester.store.schema import metadata

PATIENCE = 30.0  # seconds that somebody who reads may hold up the end

assert schema_staff  # its tables are in ``metadata`` because it is imported


def overwrite(tx: Connection) -> None:
    """What this connection deletes from now on is overwritten with zeros."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql("PRAGMA secure_delete=ON")


def wipe(store: Store) -> bool:
    """May be repeated, and killed anywhere. False: somebody was reading an older state all the time, so what was
    deleted is still there for them."""
    return _wiped_file(store) if store.dialect == "sqlite" else _written_anew(store)


def _wiped_file(store: Store) -> bool:
    with store.begin() as tx:
        overwrite(tx)
        tx.execute(text("INSERT INTO search (search) VALUES ('rebuild')"))
    with store.outside() as line:
        line.execute("VACUUM")
        faults.point("after-vacuum")
        line.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")
        busy, *_ = line.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        line.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        faults.point("after-checkpoint")
    return not busy


def _written_anew(store: Store) -> bool:
    with closing(store.dedicated()) as line, store.told():
        if not _all_older_ended(line):
            return False
        for name in (*(one.name for one in metadata.sorted_tables), "search"):
            line.exec_driver_sql(f'VACUUM (FULL) "{name}"')
            faults.point("after-vacuum")
    return True


def _all_older_ended(line: Connection) -> bool:
    """A row that a transaction from before may still see is written into the new table too."""
    older = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend' AND xact_start < :began"
    )
    began = line.execute(text("SELECT clock_timestamp()")).scalar_one()
    ends = time.monotonic() + PATIENCE
    while line.execute(older, {"began": began}).scalar_one():
        if time.monotonic() >= ends:
            return False
        time.sleep(0.1)
    return True
