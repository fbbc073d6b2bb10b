"""A small world for every test, and the deliberate bug that ``HARVESTER_BUG`` names."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scenarios import THREE
from small_world import SmallWorld, servers

EMPTY = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        LOOP EXECUTE format('DELETE FROM %I', one.name); END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def counters(sqlite_with_tables, tmp_path_factory) -> Iterator[tuple]:
    """An IMAP and an SMTP server for all of these tests."""
    with servers() as both:
        world = SmallWorld(tmp_path_factory.mktemp("warm"), *both, sqlite_with_tables)
        world.post.deliver(*THREE)
        world.warm_up()
        yield both


@pytest.fixture
def make_world(counters, sqlite_with_tables) -> Iterator[Callable[..., SmallWorld]]:
    """A new world each time, in memory where there is room: these tests sync thousands of files."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        numbers = itertools.count()

        def make(url: str = "") -> SmallWorld:
            home = Path(folder) / str(next(numbers))
            shutil.rmtree(home.parent / str(int(home.name) - 1), ignore_errors=True)
            home.mkdir()
            return SmallWorld(home, *counters, sqlite_with_tables, url)

        yield make


@pytest.fixture
def make_on_postgres(make_world, postgres_with_tables) -> Callable[[], SmallWorld]:
    """The same on one PostgreSQL, emptied each time."""
    url, tell = postgres_with_tables

    def make() -> SmallWorld:
        tell(EMPTY)
        return make_world(url)

    return make


@pytest.fixture(autouse=True)
def bug(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """``HARVESTER_BUG=resend-unknown pytest tests/crash`` must fail: that is what these tests are for."""
    if name := os.environ.get("HARVESTER_BUG"):
        import bugs

        bugs.BUGS[name].plant(monkeypatch)
