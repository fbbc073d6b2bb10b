"""A desk with replies on it, and people who sit down at it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from harvester.config import Config, load
from harvester.model import Role
from harvester.review.app import build
from harvester.review.desk import Desk
from harvester.review.passwords import Passwords
from harvester.review.throttle import Throttle
from harvester.start import init
from harvester.store import staff
from harvester.store.engine import Store
from store_samples import NOW, stored, understanding

PASSWORD = "a long walk by the river"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NAMES = {Role.VIEWER: "Vera Viewer", Role.EDITOR: "Edith Editor", Role.ADMIN: "Ada Admin"}


@dataclass
class Clock:
    now: datetime = field(default=NOW)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: int) -> None:
        self.now += timedelta(**time)


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("request") / "request"
    init(folder, NOW)
    return load(folder / "harvester.toml", ())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(config: Config, sqlite_store: Store, clock: Clock) -> Desk:
    """Three people, one of each role, and five replies."""
    passwords = Passwords(QUICK)
    with sqlite_store.begin() as tx:
        for role, name in NAMES.items():
            staff.add(tx, name, role, NOW - timedelta(days=1), passwords.hash(PASSWORD))
    stored(sqlite_store, *(understanding(number) for number in range(1, 6)))
    return Desk(config, sqlite_store, clock, passwords, Throttle())


@pytest.fixture
def sqlite_store(sqlite_with_tables: Path, tmp_path: Path) -> Iterator[Store]:
    """What the pages do to the database is tested on both kinds in tests/store."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "harvester.db").write_bytes(sqlite_with_tables.read_bytes())
    made = Store.open(f"sqlite:///{data / 'harvester.db'}", data)
    yield made
    made.close()


class Visitor(TestClient):
    """A browser without JavaScript: follows no redirects by itself, and fills in forms as pages offer them."""

    def form(self, page: str, to: str = "", /, **fields: object):
        """Get ``page``, take its token, post the fields to ``to`` (default: the page's own path)."""
        token = self.get(page).text.split('name="csrf" value="', 1)[1].split('"', 1)[0]
        return self.post(to or page.partition("?")[0], data={"csrf": token, **fields})

    def sign_in(self, name: str, password: str = PASSWORD):
        return self.form("/sign-in", name=name, password=password, next="/")


@pytest.fixture
def visitor(desk: Desk) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(build(desk), base_url="http://127.0.0.1:8025", follow_redirects=False, raise_server_exceptions=True)


@pytest.fixture
def come_in(desk: Desk) -> Callable[[Role], Visitor]:
    """Signs somebody of this role in."""

    def enter(role: Role) -> Visitor:
        one = Visitor(build(desk), base_url="http://127.0.0.1:8025", follow_redirects=False)
        assert one.sign_in(NAMES[role]).status_code == 303
        return one

    return enter


@pytest.fixture
def editor(come_in: Callable[[Role], Visitor]) -> Visitor:
    return come_in(Role.EDITOR)
