"""A copy of a database holds what the database holds, from either kind into either kind, or nothing at all."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Boolean, Double, Integer, LargeBinary, insert, select, text, update

from conftest import DATABASES, address, telling
from harvester.errors import Unusable
from harvester.model import AckState, Role
from harvester.store import copying, search
from harvester.store.columns import Json, UtcDateTime
from harvester.store.engine import Store
from harvester.store.schema import metadata, reply
from store_samples import NOW, stored, understanding


@pytest.fixture(params=DATABASES)
def empty_store(request, tmp_path):
    """A second store, in which nothing is."""
    if request.param == "sqlite":
        made = Store.open(f"sqlite:///{tmp_path / 'second' / 'harvester.db'}", tmp_path / "second")
        yield made
        made.close()
        return
    server = request.getfixturevalue("postgres")
    with telling(server) as tell:
        tell("CREATE DATABASE second")
        made = Store.open(address(server, "second"), tmp_path / "second")
        yield made
        made.close()
        tell("DROP DATABASE second WITH (FORCE)")


SAID = {"state": {"reply": "received", "acknowledgement": AckState.QUEUED}, "role": Role.ADMIN, "what": "a thing"}


def a_value(column):
    """Something that such a column may hold, whatever it is for."""
    if column.foreign_keys:
        return 1
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat("2027-03-28T02:30:00.000123+01:00")
    if isinstance(kind, Json):
        return {"ü\n": [1, None, "\\u0000", "𝔘"]}
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Double):
        return 0.1 + 0.2
    if isinstance(kind, LargeBinary):
        return bytes(range(256))
    if isinstance(kind, Integer):
        return 1
    said = SAID.get(column.name, "Grüße an alle 🙂")
    return said.get(column.table.name, "x") if isinstance(said, dict) else said


def fill(store):
    """Some replies as a run stores them, and a row in every table that has none by that."""
    ids, _ = stored(store, *(understanding(n) for n in range(1, 8)))
    with store.begin() as tx:
        for table in metadata.sorted_tables:
            if tx.execute(select(table).limit(1)).first() is None:
                row = {c.name: a_value(c) for c in table.columns if not (c.primary_key and c.name == "id")}
                tx.execute(insert(table).values(row))
        tx.execute(update(reply).where(reply.c.id == ids[0]).values(thread=ids[-1], duplicate_of=ids[-1]))
        tx.execute(reply.delete().where(reply.c.id == ids[3]))
    return ids


def rows_of(tx):
    return {one.name: sorted(map(repr, tx.execute(select(one)).all())) for one in metadata.sorted_tables}


def test_every_row_comes_over_as_it_was_and_is_found(store, empty_store):
    ids = fill(store)
    with store.read() as source, empty_store.begin() as target:
        counted = copying.copy(source, target)
    with store.read() as source, empty_store.read() as target:
        assert rows_of(target) == rows_of(source)
        assert all(counted.values()), "a table without a row proves nothing"
        assert counted["reply"] == len(ids) - 1
        hits = target.scalars(select(reply.c.id).where(search.found(target, "zeppelin2", reply.c.id))).all()
        assert hits == [ids[1]]
    with empty_store.begin() as target:  # the number of an erased row is used by nobody
        copying.empty(target)
    ids_again, _ = stored(empty_store, replace(understanding(9)))
    assert ids_again[0] > max(ids)


def test_a_database_that_is_not_empty_is_left_alone(store, empty_store):
    fill(store)
    stored(empty_store, understanding(1))
    with empty_store.read() as tx:
        before = rows_of(tx)
    with (
        store.read() as source,
        pytest.raises(Unusable, match=r"not empty: it has rows in .*reply"),
        empty_store.begin() as target,
    ):
        copying.copy(source, target)
    with empty_store.read() as tx:
        assert rows_of(tx) == before


def test_what_comes_back_otherwise_than_it_went_in_undoes_the_copy(store, empty_store, monkeypatch):
    fill(store)
    put = copying._copy_table

    def careless(source, target, one):
        total = put(source, target, one)
        if one.name == "link":
            target.execute(text("UPDATE link SET host = 'other.example' WHERE number = 1 AND reply_id = 1"))
        return total

    monkeypatch.setattr(copying, "_copy_table", careless)
    with (
        store.read() as source,
        pytest.raises(Unusable, match="table link: 12 rows went in"),
        empty_store.begin() as target,
    ):
        copying.copy(source, target)
    with empty_store.read() as tx:
        assert not any(rows_of(tx).values())


def test_a_copy_shows_one_moment(store, empty_store):
    stored(store, understanding(1))
    with store.read() as source:
        assert source.execute(select(reply.c.id)).all() == [(1,)]
        stored(store, understanding(2), now=NOW)
        with empty_store.begin() as target:
            assert copying.copy(source, target)["reply"] == 1
