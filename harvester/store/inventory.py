"""Is what we hold what we were given? Every file of the vault against its name, and against the rows that name it.

Memory stays the same however much there is: the database is asked once, sorted by hash, into a temp file, and
compared with the vault's names in their order. So no transaction is open while the bytes are read, and a run may be
going meanwhile; whatever looks wrong is looked up again before it is told.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import IO, NamedTuple

from sqlalchemy import Connection, literal, null, select, union_all

from harvester.store.engine import Store
from harvester.store.schema import attachment, reply

PAGE = 1_000


class Held(NamedTuple):
    """One name that must lie in the vault, and who says so."""

    sha256: str
    reply_id: int
    number: int  # of the attachment; 0: the mail itself
    name: str | None

    @property
    def what(self) -> str:
        return f"reply {self.reply_id}" + (f", file {self.number} ({self.name})" if self.number else "")


@dataclass(frozen=True, slots=True)
class Wrong:
    """``what``: missing | altered | surplus. ``held``: whose bytes they are; surplus is nobody's."""

    what: str
    file: str  # its name in the vault
    held: Held | None = None
    now: str = ""  # the hash of what lies there, of what was altered


@dataclass(slots=True)
class Count:
    """What was looked at."""

    mails: int = 0
    files: int = 0
    bytes: int = 0


def compare(store: Store, count: Count, tick: Callable[[int], None]) -> Iterator[Wrong]:
    """Every fault, as soon as it is known; ``count`` counts along. ``tick``: another file of so many was looked at."""
    with tempfile.TemporaryFile("w+", encoding="ascii") as notes:
        names = _write_down(store, notes)
        notes.seek(0)
        held = (Held(*json.loads(line)) for line in notes)
        for wrong in _compared(store, held, count, lambda: tick(names)):
            if _is_still(store, wrong):
                yield wrong


def is_held(tx: Connection, sha256: str) -> bool:
    """Does any reply have these bytes, as its mail or as a file?"""
    mine = (reply.c.sha256 == sha256, attachment.c.sha256 == sha256)
    return any(tx.execute(select(literal(1)).where(where).limit(1)).first() for where in mine)


def _write_down(store: Store, notes: IO[str]) -> int:
    """What the database knows, sorted by hash, a line each; how many names these are."""
    mails = select(reply.c.sha256, reply.c.id, literal(0).label("number"), null().label("name"))
    files = select(attachment.c.sha256, attachment.c.reply_id, attachment.c.number, attachment.c.name)
    both = union_all(mails, files).subquery()
    wanted = select(both).order_by(both.c.sha256, both.c.id, both.c.number)
    names, last = 0, ""
    with store.read() as tx:
        for row in tx.execute(wanted, execution_options={"yield_per": PAGE}):
            notes.write(json.dumps(list(row)) + "\n")
            names += row.sha256 != last
            last = row.sha256
    return names


def _compared(store: Store, held: Iterator[Held], count: Count, tick: Callable[[], None]) -> Iterator[Wrong]:
    """The vault's names and the database's, both in order, as one merges two sorted lists."""
    names = store.vault.names()
    name = next(names, None)
    for sha256, who in groupby(held, key=lambda one: one.sha256):
        while name is not None and name < sha256:
            yield Wrong("surplus", name)
            name = next(names, None)
        if name == sha256:
            name = next(names, None)
        found = store.vault.hash_now(sha256)
        for one in who:
            count.mails += not one.number
            count.files += bool(one.number)
            if found is None:
                yield Wrong("missing", sha256, one)
            elif found[0] != sha256:
                yield Wrong("altered", sha256, one, found[0])
        count.bytes += found[1] if found else 0
        tick()
    while name is not None:
        yield Wrong("surplus", name)
        name = next(names, None)


def _is_still(store: Store, wrong: Wrong) -> bool:
    """A mail may have come in, or have been erased, since the list was written."""
    with store.read() as tx:
        known = is_held(tx, wrong.file)
    if wrong.what == "surplus":
        return not known and store.vault.lies_here(wrong.file)
    found = store.vault.hash_now(wrong.file)
    return known and (found is None or found[0] != wrong.file)
