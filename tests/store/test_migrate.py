"""The tables come from migrations alone, and both databases get the same ones."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, inspect, text

from harvester.errors import Unusable
from harvester.store import schema_staff  # noqa: F401  (its tables)
from harvester.store.engine import Store
from harvester.store.migrate import alembic_config
from harvester.store.schema import REVISIONS, metadata
from harvester.store.search import ours_alone


def test_metadata_and_migrations_agree(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.read() as tx:
        context = MigrationContext.configure(tx, opts={"include_object": ours_alone, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def described(connection) -> dict:
    """Everything that a database says about our tables, the search index and alembic's own apart."""
    found = inspect(connection)
    return {
        table: {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)],
            "primary key": found.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(map(str, found.get_foreign_keys(table))),
            "unique": sorted(map(str, found.get_unique_constraints(table))),
            "checks": sorted(map(str, found.get_check_constraints(table))),
            "indices": sorted(
                (
                    one["name"],
                    one["column_names"],
                    one["unique"],
                    sorted((k, str(v)) for k, v in one["dialect_options"].items()),
                )
                for one in found.get_indexes(table)
            ),
        }
        for table in metadata.tables
    }


def test_migrations_make_what_the_metadata_says_constraints_included(bare_url, tmp_path):
    tmp_path.joinpath("data").mkdir()
    engine = create_engine(bare_url)
    with engine.begin() as connection:
        metadata.create_all(connection)
        wanted = described(connection)
        metadata.drop_all(connection)
    engine.dispose()
    store = Store.open(bare_url, tmp_path / "data")
    with store.read() as tx:
        assert described(tx) == wanted
    store.close()


def test_the_known_revisions_are_those_of_the_scripts(store):
    from alembic.script import ScriptDirectory

    with store.read() as tx:
        scripts = ScriptDirectory.from_config(alembic_config(tx))
        assert tuple(one.revision for one in reversed(list(scripts.walk_revisions()))) == REVISIONS
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISIONS[-1]


def test_a_database_of_a_newer_program_is_refused_and_left_alone(store, database_url):
    with store.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for create in (True, False):
        with pytest.raises(Unusable, match=r"newer version \(tables 9999.*update the program"):
            Store.open(database_url, store.data, create=create)
    with store.begin() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
        tx.execute(text(f"UPDATE alembic_version SET version_num = '{REVISIONS[-1]}'"))  # for who comes next


def test_opening_again_changes_nothing(store, database_url):
    with store.begin() as tx:
        tx.execute(text("INSERT INTO run (started_at, host, process) VALUES ('2027-01-01 00:00:00', 'h', 1)"))
    Store.open(database_url, store.data).close()
    with store.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM run")).scalar() == 1


PROGRAM = """
import sys
from pathlib import Path
from harvester.store.engine import Store
Store.open(sys.argv[1], Path(sys.argv[2])).close()
"""


def test_a_migration_that_was_killed_is_done_again_from_the_start(bare_url, tmp_path):
    command = [sys.executable, "-c", PROGRAM, bare_url, str(tmp_path / "data")]
    done = subprocess.run(command, env={**os.environ, "HARVESTER_FAULT": "after-migration"})
    assert done.returncode == -signal.SIGKILL
    store = Store.open(bare_url, tmp_path / "data")
    with store.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM reply")).scalar() == 0
    store.close()


def test_two_at_once_make_the_tables_once(bare_url, tmp_path):
    command = [sys.executable, "-c", PROGRAM, bare_url, str(tmp_path / "data")]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [(one.wait(60), one.stderr.read()) for one in both] == [(0, b""), (0, b"")]
    for one in both:
        one.stderr.close()
