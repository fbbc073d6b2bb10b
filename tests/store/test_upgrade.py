"""A database of every older version keeps its rows, also when the program is killed while it brings it up to date."""

import os
import signal
import subprocess
import sys

import pytest
from alembic import command
from sqlalchemy import Boolean, DateTime, Integer, MetaData, Table, create_engine, insert, select

from harvester.store.engine import Store
from harvester.store.migrate import alembic_config
from harvester.store.schema import REVISIONS
from store_samples import NOW

PROGRAM = """
import sys
from pathlib import Path
from harvester.store.engine import Store
Store.open(sys.argv[1], Path(sys.argv[2]))
"""
WORDS = {"state": "received", "counts": "{}", "problems": "[]", "seen": "[]"}


def filled(url: str, revision: str) -> dict[str, list[dict]]:
    """The tables as that version made them, with two replies, where they lie and what came of them; all its rows."""
    engine = create_engine(url)
    with engine.begin() as tx:
        command.upgrade(alembic_config(tx), revision)
        tables = {name: Table(name, MetaData(), autoload_with=tx) for name in ("run", "reply", "location", "event")}
        for name, table in tables.items():
            for number in (1, 2):
                tx.execute(insert(table).values({c.name: plain(c, number) for c in table.c if wanted(c, name)}))
        rows = {name: [dict(row._mapping) for row in tx.execute(select(table))] for name, table in tables.items()}
    engine.dispose()
    return rows


def wanted(column, table: str) -> bool:
    return (
        not column.nullable
        or column.name in ("run_id", "subject", "note")
        or (table, column.name)
        == (
            "location",
            "reply_id",
        )
    )


def plain(column, number: int):
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, DateTime):
        return NOW
    if isinstance(column.type, Integer):
        return number
    return {"state": "received", "counts": "{}", "problems": "[]", "seen": "[]"}.get(
        column.name, f"{column.name}{number}"
    )


def kept(store: Store, rows: dict[str, list[dict]]) -> None:
    with store.read() as tx:
        for name, before in rows.items():
            table = Table(name, MetaData(), autoload_with=tx)
            columns = [table.c[one] for one in before[0]]
            assert [dict(row._mapping) for row in tx.execute(select(*columns))] == before, name


@pytest.mark.parametrize("revision", REVISIONS[:-1])
@pytest.mark.parametrize("killed", [False, True])
def test_an_older_database_keeps_every_row(bare_url, tmp_path, revision, killed):
    (tmp_path / "data").mkdir()
    rows = filled(bare_url, revision)
    if killed:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, bare_url, str(tmp_path / "data")],
            env={**os.environ, "HARVESTER_FAULT": "after-migration"},
        )
        assert done.returncode == -signal.SIGKILL
    store = Store.open(bare_url, tmp_path / "data")
    kept(store, rows)
    store.close()
