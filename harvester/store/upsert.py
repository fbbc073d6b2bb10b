"""INSERT ... ON CONFLICT, which SQLite and PostgreSQL both know, each in SQLAlchemy's words for it."""

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


def insert_of(tx: Connection) -> type[sqlite.Insert] | type[postgresql.Insert]:
    """The insert of this connection's database."""
    return sqlite.Insert if tx.dialect.name == "sqlite" else postgresql.Insert
