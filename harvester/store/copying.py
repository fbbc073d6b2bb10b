"""One database's rows into another, of whatever kind: table by table, in batches, counted and summed on both sides.

For backups (PostgreSQL into a file), restores (a file into PostgreSQL) and the move from one machine to many. Whoever
calls holds one snapshot of the source (``store.read()``) and one transaction on the target (``store.begin()``), so
that the copy is of one moment, and whole or not there. Both sides have this program's tables; the target's are empty.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    TableClause,
    Text,
    bindparam,
    column,
    func,
    insert,
    select,
    table,
    text,
    update,
)

from harvester import faults
from harvester.errors import Unusable
from harvester.store import schema_staff  # noqa: F401  (its tables)
from harvester.store.columns import Json
from harvester.store.reindex import index_anew
from harvester.store.schema import metadata

BATCH = 200  # rows at once; a row may hold all that a mail says


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows, and what is in them: the sum of their hashes, the same in whatever order they come."""

    rows: int = 0
    hashes: int = 0

    def plus(self, rows: Sequence[Sequence[Any]]) -> "Sum":
        more = sum(int.from_bytes(hashlib.sha256(_plain(row)).digest()) for row in rows)
        return Sum(self.rows + len(rows), (self.hashes + more) % 2**256)


def copy(source: Connection, target: Connection) -> dict[str, int]:
    """Every row of ``source`` into the empty tables of ``target``, and how many of each table there are.

    Raises Unusable when the target is not empty, or does not hold afterwards what the source holds.
    """
    taken = [one.name for one in metadata.sorted_tables if _any(target, one)]
    if taken:
        raise Unusable(f"the database that is to be filled is not empty: it has rows in {', '.join(taken)}")
    wanted = {one.name: _copy_table(source, target, one) for one in metadata.sorted_tables}
    for one in metadata.sorted_tables:
        found = summed(target, one)
        if found != wanted[one.name]:
            raise Unusable(
                f"table {one.name}: {wanted[one.name].rows} rows went in and {found.rows} came back, or not the same "
                "words; the copy was undone. Is the database's encoding UTF-8?"
            )
    _number_on(source, target)
    index_anew(target)
    return {name: one.rows for name, one in wanted.items()}


def empty(tx: Connection) -> None:
    """No row is left in any of our tables; the numbers go on where they were."""
    for one in reversed(metadata.sorted_tables):
        for its in _points_to_itself(one):
            tx.execute(update(one).values({its: None}))
        tx.execute(one.delete())
    tx.execute(text("DELETE FROM search"))


def summed(tx: Connection, one: Table) -> Sum:
    """What a table holds."""
    total = Sum()
    for rows in _batches(tx, one):
        total = total.plus(rows)
    return total


def _copy_table(source: Connection, target: Connection, one: Table) -> Sum:
    """A row that points to another of its own table points nowhere until all are there."""
    total, later = Sum(), _points_to_itself(one)
    bare, names = _bare(one), [c.name for c in one.columns]
    for rows in _batches(source, one):
        total = total.plus(rows)
        values = [dict(zip(names, row, strict=True)) for row in rows]
        target.execute(insert(bare), [row | dict.fromkeys(later) for row in values])
        faults.point("after-copied-batch")
    if not later:
        return total
    point = (
        update(bare).where(bare.c.id == bindparam("this")).values({name: bindparam(f"its_{name}") for name in later})
    )
    for rows in _batches(source, one):
        values = [dict(zip(names, row, strict=True)) for row in rows]
        pointing = [
            {"this": row["id"]} | {f"its_{name}": row[name] for name in later}
            for row in values
            if any(row[name] is not None for name in later)
        ]
        if pointing:
            target.execute(point, pointing)
    return total


def _batches(tx: Connection, one: Table) -> Iterator[Sequence[Sequence[Any]]]:
    bare = _bare(one)
    order = [bare.c[c.name] for c in one.primary_key.columns]
    rows = tx.execute(select(bare).order_by(*order).execution_options(yield_per=BATCH))
    for some in rows.partitions(BATCH):
        yield [tuple(row) for row in some]


def _bare(one: Table) -> TableClause:
    """The same table, its JSON as the text that it is: nothing is read and written anew on the way."""
    return table(one.name, *(column(c.name, Text() if isinstance(c.type, Json) else c.type) for c in one.columns))


def _points_to_itself(one: Table) -> list[str]:
    return [key.parent.name for key in one.foreign_keys if key.column.table is one]


def _any(tx: Connection, one: Table) -> bool:
    return tx.execute(select(_bare(one)).limit(1)).first() is not None


def _plain(row: Sequence[Any]) -> bytes:
    """The bytes that a row's hash is made of."""
    return "\x1f".join(f"{type(value).__name__}:{value!r}" for value in row).encode("utf-8", "surrogatepass")


def _number_on(source: Connection, target: Connection) -> None:
    """The next row gets the number that the source would have given it: numbers of erased rows are used by nobody."""
    for one in metadata.sorted_tables:
        if "id" not in one.c or not one.c.id.primary_key:
            continue
        last = max(_last_number(source, one), target.execute(select(func.max(one.c.id))).scalar() or 0)
        if last == 0:
            continue
        if target.dialect.name == "sqlite":
            target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": one.name})
            target.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), {"name": one.name, "last": last}
            )
        else:
            target.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                {"name": f'"{one.name}"', "last": last},
            )


def _last_number(tx: Connection, one: Table) -> int:
    if tx.dialect.name == "sqlite":
        found = tx.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": one.name}).scalar()
        return int(found or 0)
    sequence = tx.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{one.name}"'}).scalar_one()
    found = tx.execute(text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")).scalar_one()  # noqa: S608
    return int(found)
