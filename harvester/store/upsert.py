"""INSERT ... ON CONFLICT, which SQLite and PostgreSQL both know, each in SQLAlchemy's words for it."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert_of(tx: Connection) -> "type[sqlite.Insert] | type[postgresql.Insert]":
    """The insert of this connection's database; the other's dialect is not loaded."""
    if tx.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import Insert

        return Insert
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert

    return PostgresqlInsert
