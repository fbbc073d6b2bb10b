"""Is the database as this program needs it? alembic is imported only when something must be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from harvester import faults
from harvester.errors import Unusable
from harvester.store.schema import REVISIONS

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 0x6861727665737431  # of PostgreSQL, so that two hosts do not migrate at once


class NotThereYet(Unusable):
    """There is no database yet; the first run makes it."""


def bring_up_to_date(reading: Engine, writing: Engine, where: str, create: bool) -> None:
    """Run the migrations that are missing, all or none. Raises Unusable for a database of a newer program;
    with ``create=False`` also for an older one, and NotThereYet for none."""
    if not create and reading.dialect.name == "sqlite" and not Path(str(reading.url.database)).exists():
        raise NotThereYet(f"{where}: not there yet; `harvester run` makes it")
    with reading.connect() as connection:  # a look must not wait for who writes
        found = version(connection)
    if not _needs_work(found, where):
        return
    if not create and found is None:
        raise NotThereYet(f"{where}: has no tables yet; `harvester run` makes them")
    if not create:
        raise Unusable(f"{where}: is of an older version (tables {found}); `harvester run` brings it up to date")
    with _alone(writing) as connection:
        if _needs_work(version(connection), where):  # nobody else was faster
            from alembic import command

            command.upgrade(alembic_config(connection), "head")
            faults.point("after-migration")


def version(connection: Connection) -> str | None:
    """The revision of the tables; None where there are none."""
    savepoint = connection.begin_nested()
    try:
        row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    except (OperationalError, ProgrammingError) as fault:
        if not _no_such_table(fault):
            raise
        savepoint.rollback()
        return None
    savepoint.commit()
    return None if row is None else str(row[0])


def _no_such_table(fault: OperationalError | ProgrammingError) -> bool:
    if getattr(fault.orig, "sqlstate", None) == "42P01":
        return True
    return "no such table" in str(fault.orig)


def _needs_work(found: str | None, where: str) -> bool:
    newest = REVISIONS[-1]
    if found is not None and found not in REVISIONS:
        raise Unusable(
            f"{where}: is of a newer version (tables {found}, this program knows up to {newest}); "
            "update the program, or restore a backup from before"
        )
    return found != newest


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else migrates. SQLite rebuilds tables to change them, which foreign keys
    would take for a deletion of every row: they are off meanwhile and checked before the commit."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            yield connection
        return
    with engine.connect() as connection:
        database: Any = connection.connection.dbapi_connection
        database.execute("PRAGMA foreign_keys=OFF")  # without effect inside a transaction
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                assert broken is None, f"a migration left a row without its parent: {broken}"
        finally:
            database.execute("PRAGMA foreign_keys=ON")


def alembic_config(connection: Connection) -> "Config":
    """alembic's settings without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
