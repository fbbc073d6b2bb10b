"""What a run costs, counted and not timed: modules, statements, plans, commands, parses, syncs."""

import json
import os
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from harvester import harvest
from harvester.harvest import BATCH
from harvester.message import parse
from harvester.message.reader import Reader
from harvester.model import Limits
from harvester.store.engine import Store
from harvester.workshop import Workshop
from scripted_smtp import ScriptedSmtp
from small_world import A_RUN, PostOffice, SmallWorld, mail

LEAF = ("spacy", "numpy", "sqlalchemy.orm", "alembic", "jinja2", "mailparser", "simplemma", "pycld2", "babel",
        "docx", "selectolax", "linkify_it", "starlette", "psycopg", "email.mime")  # fmt: skip
"""What a run without news has no use for."""
MODULES = """
import json, sys
sys.argv = ["harvester", *json.loads(sys.argv[1])]
from harvester.cli import main
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all its tables and nothing in them."""
    folder = tmp_path_factory.mktemp("tables")
    Store.open(f"sqlite:///{folder}/harvester.db", folder).close()
    return folder / "harvester.db"


@pytest.fixture
def world(tmp_path: Path, tables: Path) -> Iterator[SmallWorld]:
    with PostOffice() as post, ScriptedSmtp() as smtp:
        yield SmallWorld(tmp_path, post, smtp, tables)


@contextmanager
def statements() -> Iterator[list[tuple[str, object]]]:
    """Every statement that any database is sent meanwhile, with its values."""
    seen: list[tuple[str, object]] = []

    def note(_conn: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def run(world: SmallWorld) -> None:
    """A run in this process, the reading of mails included; no letters."""
    world.warm_up()
    world.now += A_RUN


def quiet(world: SmallWorld) -> None:
    world.config = world.config.model_copy(
        update={"acknowledge": world.config.acknowledge.model_copy(update={"enabled": False})}
    )


def kinds(seen: list[tuple[str, object]]) -> Counter[str]:
    return Counter(statement.partition(" ")[0] for statement, _ in seen)


def test_a_run_without_news_loads_few_modules_and_none_that_is_heavy(world: SmallWorld) -> None:
    world.post.deliver(mail(1))
    quiet(world)
    run(world)
    settings = ["--config", str(world.home / "harvester.toml"), "--set", "acknowledge.enabled=false", "run"]
    done = subprocess.run([sys.executable, "-c", MODULES, json.dumps(settings)], capture_output=True, text=True)
    loaded = json.loads(done.stderr.splitlines()[-1])
    assert [name for name in LEAF if name in loaded] == []
    ours = [name for name in loaded if name.startswith("harvester")]
    assert "harvester.mailbox.imap" in ours and "harvester.worker" not in ours
    assert len(ours) <= 110, ours
    assert len(loaded) <= 900


def test_a_run_without_news_asks_the_database_few_things_and_the_server_one(world: SmallWorld) -> None:
    world.post.deliver(mail(1))
    quiet(world)
    run(world)
    world.post.lines.clear()
    with statements() as seen:
        run(world)
    assert [line.split()[1].upper() for line in world.post.lines if b"EXAMINE" in line or b"UID" in line] == [
        b"EXAMINE"
    ]
    assert len(seen) <= 17, kinds(seen)
    assert not [what for what, _ in seen if "SELECT location.uid" in what]  # there is one for each mail that ever came


def test_a_batch_costs_the_same_statements_whatever_it_holds(world: SmallWorld) -> None:
    quiet(world)

    def costs(first: int, count: int) -> int:
        world.post.deliver(*(mail(n) for n in range(first, first + count)))
        with statements() as seen:
            run(world)
        return len(seen)

    costs(0, 1)
    few, many = costs(1, 2), costs(3, BATCH)
    assert many - few <= 8, "what a second batch of 100 mails costs that are taken in, and nothing for each reply"
    assert many <= 51


def test_each_statement_of_a_run_finds_its_rows_by_an_index(world: SmallWorld) -> None:
    """The tables that grow with every reply are never read from end to end while a run has news."""
    quiet(world)
    world.post.deliver(*(mail(n) for n in range(40)))
    run(world)
    world.post.deliver(*(mail(n) for n in range(40, 60)))
    with statements() as seen:
        run(world)
    growing = ("reply", "location", "text", "attachment", "link", "evidence", "category", "verdict", "respondent",
               "acknowledgement", "event", "filed", "letter", "review")  # fmt: skip
    explained = 0
    store = Store.open(world.config.store.url, world.config.store.data)
    scans = {}
    with store.read() as tx:
        for statement, values in seen:
            if statement.partition(" ")[0] not in ("SELECT", "UPDATE", "DELETE"):
                continue
            one = values[0] if isinstance(values, list) else values
            plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one)]
            explained += 1
            bad = [step for step in plan for table in growing if f"{step} ".startswith(f"SCAN {table} ")]
            if bad:
                scans[" ".join(statement.split())[:200]] = bad
    store.close()
    assert scans == {} and explained >= 15


def test_a_thousand_mails_cost_few_commands(world: SmallWorld) -> None:
    quiet(world)
    world.post.deliver(*(mail(n) for n in range(1_000)))
    run(world)
    verbs = Counter(b" ".join(line.split()[1:3]) for line in world.post.lines if b" UID " in line)
    assert verbs == {b"UID SEARCH": 1, b"UID FETCH": 2 + 10}, "sizes for 500 at once, bodies for 100"


def test_each_mail_is_parsed_once_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []
    structure = parse._structure()
    whole = structure.from_bytes
    monkeypatch.setattr(structure, "from_bytes", lambda raw: parsed.append(len(raw)) or whole(raw))
    reader = Reader(["Tell us of models of service delivery."], Limits())
    for n in range(10):
        assert reader.read(mail(n, with_file=True), lambda data: str(len(data))).quarantine is None
    assert len(parsed) == 10


def test_each_mail_is_synced_once_and_each_folder_once_a_batch(
    world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet(world)
    run(world)
    synced: list[bool] = []
    real = os.fsync

    def fsync(held: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(held).st_mode))
        real(held)

    monkeypatch.setattr(os, "fsync", fsync)
    world.post.deliver(*(mail(n) for n in range(BATCH)))
    run(world)
    folders = sum(1 for path in (world.data / "vault").iterdir())
    fetches = 2  # of a hundred mails; each folder is made once, and synced with what it got in a fetch
    assert synced.count(False) == BATCH
    assert synced.count(True) <= folders + min(fetches * folders, BATCH) + 5


@pytest.mark.parametrize(("new", "before"), [(BATCH, [BATCH]), (BATCH + 1, [0])])
def test_workers_begin_to_load_before_more_than_a_batch_is_fetched(
    world: SmallWorld, monkeypatch: pytest.MonkeyPatch, new: int, before: list[int]
) -> None:
    quiet(world)
    hired: list[int] = []
    hire = harvest.hired

    def counted(shop: Workshop, mails: int) -> object:
        hired.append(shop.tally.fetched)
        return hire(shop, mails)

    monkeypatch.setattr(harvest, "hired", counted)
    world.post.deliver(*(mail(n) for n in range(new)))
    run(world)
    assert hired == before
