"""Views of the table that somebody has given a name."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from harvester.errors import Unusable
from harvester.store.schema_staff import saved_view


def save(tx: Connection, name: str, query: str, who: str, now: datetime) -> None:
    """Raises Unusable for a name that is empty, too long or taken."""
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise Unusable("Give the view a name of 1 to 60 letters.")
    if tx.execute(select(saved_view.c.id).where(saved_view.c.name == name)).first():
        raise Unusable(f"There is a view called {name} already.")
    tx.execute(insert(saved_view).values(name=name, query=query, made_by=who, made_at=now))


def forget(tx: Connection, view_id: int) -> None:
    tx.execute(delete(saved_view).where(saved_view.c.id == view_id))


def all_of(tx: Connection) -> list[tuple[int, str, str, str]]:
    """(id, name, query, who made it), by name."""
    columns = (saved_view.c.id, saved_view.c.name, saved_view.c.query, saved_view.c.made_by)
    return [(one.id, one.name, one.query, one.made_by) for one in tx.execute(select(*columns).order_by(columns[1]))]
