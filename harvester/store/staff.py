"""The staff: who may sign in, and what each may do."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from harvester.errors import Unusable
from harvester.model import Role
from harvester.store.schema_staff import session, staff


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff. ``password``: as argon2id wrote it down; None: signs in through a proxy, or not yet."""

    id: int
    name: str
    role: Role
    password: str | None
    changed_at: datetime
    disabled: bool
    settings: Mapping[str, Any]


def add(tx: Connection, name: str, role: Role, now: datetime, password: str | None = None) -> Member:
    """A new member. Raises Unusable for a name that is taken, empty or of more than one line."""
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > 100:
        raise Unusable("a name is one line of 1 to 100 letters")
    if by_name(tx, name):
        raise Unusable(f"{name}: somebody has this name already")
    row = {"name": name, "key": key(name), "password": password, "role": role, "made_at": now, "changed_at": now}
    tx.execute(insert(staff).values(row | {"settings": {}}))
    made = by_name(tx, name)
    assert made
    return made


def by_name(tx: Connection, name: str) -> Member | None:
    return _member(tx.execute(select(staff).where(staff.c.key == key(name))).one_or_none())


def by_id(tx: Connection, staff_id: int) -> Member | None:
    return _member(tx.execute(select(staff).where(staff.c.id == staff_id)).one_or_none())


def all_of(tx: Connection) -> list[Member]:
    """Everybody, by name."""
    rows = tx.execute(select(staff).order_by(staff.c.key)).all()
    return [member for row in rows if (member := _member(row))]


def anybody(tx: Connection) -> bool:
    """Is there anyone who may sign in?"""
    return tx.execute(select(staff.c.id).where(staff.c.disabled_at.is_(None)).limit(1)).first() is not None


def set_password(tx: Connection, member: Member, password: str, now: datetime) -> None:
    """A new password; whoever is signed in under the old one is signed out."""
    _change(tx, member, now, password=password)


def set_role(tx: Connection, member: Member, role: Role, now: datetime) -> None:
    """Raises Unusable for the last admin: somebody must be able to let people in."""
    if role is not Role.ADMIN:
        _not_the_last_admin(tx, member)
    _change(tx, member, now, role=role)


def disable(tx: Connection, member: Member, now: datetime) -> None:
    """Lets nobody in under this name any more; what the member decided stays. Raises Unusable for the last admin."""
    _not_the_last_admin(tx, member)
    _change(tx, member, now, disabled_at=now)


def enable(tx: Connection, member: Member, now: datetime) -> None:
    _change(tx, member, now, disabled_at=None)


def save_settings(tx: Connection, member: Member, settings: Mapping[str, Any]) -> None:
    """How a member likes the pages; no session ends by it."""
    tx.execute(update(staff).where(staff.c.id == member.id).values(settings=dict(settings)))


def _change(tx: Connection, member: Member, now: datetime, **values: Any) -> None:
    tx.execute(update(staff).where(staff.c.id == member.id).values(changed_at=now, **values))
    tx.execute(delete(session).where(session.c.staff_id == member.id))


def _not_the_last_admin(tx: Connection, member: Member) -> None:
    others = select(func.count()).where(
        staff.c.role == Role.ADMIN, staff.c.disabled_at.is_(None), staff.c.id != member.id
    )
    if member.role is Role.ADMIN and not member.disabled and not tx.execute(others).scalar_one():
        raise Unusable(f"{member.name} is the only admin; make somebody else one first")


def key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _member(row: Row[Any] | None) -> Member | None:
    if row is None:
        return None
    disabled = row.disabled_at is not None
    return Member(row.id, row.name, Role(row.role), row.password, row.changed_at, disabled, row.settings)
