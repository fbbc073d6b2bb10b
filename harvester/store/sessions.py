"""Who is signed in, and the links that let somebody in once. The database holds only hashes of what opens a door."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from harvester.model import Role
from harvester.store.schema_staff import invitation, session
from harvester.store.staff import Member, by_id

SEEN_EVERY = timedelta(minutes=1)  # how exactly idleness is written down


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long one stays signed in: without doing anything, and at most."""

    idle: timedelta
    absolute: timedelta


def start(tx: Connection, member: Member, now: datetime, lifetime: Lifetime) -> str:
    """A new session; returns what its cookie holds (256 bits). Sessions that are over are swept away."""
    over = (session.c.seen_at < now - lifetime.idle) | (session.c.started_at < now - lifetime.absolute)
    tx.execute(delete(session).where(over))
    token = secrets.token_urlsafe(32)
    tx.execute(insert(session).values(key=hashed(token), staff_id=member.id, started_at=now, seen_at=now))
    return token


def whose(tx: Connection, token: str, now: datetime, lifetime: Lifetime) -> tuple[Member | None, bool]:
    """Who holds this token, and whether ``seen`` is due. None: nobody, or the session is over."""
    row = tx.execute(select(session).where(session.c.key == hashed(token))).one_or_none()
    if row is None or row.seen_at < now - lifetime.idle or row.started_at < now - lifetime.absolute:
        return None, False
    member = by_id(tx, row.staff_id)
    if member is None or member.disabled:
        return None, False
    return member, row.seen_at <= now - SEEN_EVERY


def seen(tx: Connection, token: str, now: datetime) -> None:
    tx.execute(update(session).where(session.c.key == hashed(token)).values(seen_at=now))


def end(tx: Connection, token: str) -> None:
    tx.execute(delete(session).where(session.c.key == hashed(token)))


@dataclass(frozen=True, slots=True)
class Invitation:
    """``name`` None: who follows the link chooses one."""

    name: str | None
    role: Role


def invite(tx: Connection, role: Role, until: datetime, name: str | None = None) -> str:
    """What an invitation's link holds; good once, until then."""
    token = secrets.token_urlsafe(32)
    tx.execute(insert(invitation).values(key=hashed(token), name=name, role=role, expires_at=until))
    return token


def invited(tx: Connection, token: str, now: datetime) -> Invitation | None:
    """None: no such link, used already, or too late."""
    good = (invitation.c.key == hashed(token), invitation.c.used_at.is_(None), invitation.c.expires_at > now)
    row = tx.execute(select(invitation).where(*good)).one_or_none()
    return None if row is None else Invitation(row.name, Role(row.role))


def use_up(tx: Connection, token: str, now: datetime) -> bool:
    """True for the one who was first."""
    unused = update(invitation).where(invitation.c.key == hashed(token), invitation.c.used_at.is_(None))
    return tx.execute(unused.values(used_at=now)).rowcount == 1


def hashed(token: str) -> str:
    """Tokens are random, so a plain hash is as good as a slow one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
