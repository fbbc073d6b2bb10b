"""Many rows in one statement, however many there are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert

Row = dict[str, Any]


def insert_all(tx: Connection, table: Table, rows: Sequence[Row]) -> None:
    """These rows; none of them is fine too (SQLAlchemy would take that for one row of defaults)."""
    if rows:
        tx.execute(insert(table), rows)
