"""One reply whole: what was read, what was made of it, what people decided, what happened, who its relatives are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from harvester.model import Message, Verdict
from harvester.store import decisions, derived, listing, returned, reviews, threads, trail
from harvester.store.decisions import Decided
from harvester.store.listing import Listed
from harvester.store.schema import event, reply

MOST_RELATIVES = 50


@dataclass(frozen=True, slots=True)
class Happened:
    """``who`` empty: the program. ``what``: of a move (``events.Move``), ``review``, or of the trail."""

    at: datetime
    who: str
    what: str
    old: str = ""
    new: str = ""
    note: str = ""
    decision: dict[str, Any] | None = None


@dataclass(frozen=True)
class One:
    """``message`` and ``verdict`` are None as long as nothing was understood, in quarantine too."""

    row: Listed  # as ``listing.show`` gives it
    message: Message | None
    verdict: Verdict | None
    decided: Decided | None
    original: Listed | None  # of which this is a duplicate
    duplicates: Sequence[Listed]
    thread: Sequence[Listed]  # the others of it
    came_back: Sequence[tuple[int, str]]  # reports about our letter
    letter_to: tuple[int, str | None] | None  # of a bounce: the reply that our letter answered, and its recipient
    happened: Sequence[Happened]

    @property
    def version(self) -> int:
        """What whoever decides must have seen."""
        return self.decided.version if self.decided else 0


def whole(tx: Connection, reply_id: int, deadline: datetime | None) -> One | None:
    """None: no such reply."""
    row = listing.show(tx, reply_id, deadline)
    if row is None:
        return None
    message, verdict = _read(tx, reply_id)
    later = select(reply.c.id).where(reply.c.duplicate_of == reply_id).order_by(reply.c.id).limit(MOST_RELATIVES)
    duplicates = list(tx.scalars(later))
    thread = threads.in_thread(tx, row["thread"])[: MOST_RELATIVES + 1] if row["thread"] else []
    found = {one["id"]: one for one in listing.of_ids(tx, [*duplicates, *thread, row["duplicate_of"] or 0], deadline)}
    returned_id = verdict.bounce.returned if verdict and verdict.bounce else None
    return One(
        row=row,
        message=message,
        verdict=verdict,
        decided=decisions.of(tx, reply_id),
        original=found.get(row["duplicate_of"] or 0),
        duplicates=[found[one] for one in duplicates],
        thread=[found[one] for one in thread if one != reply_id],
        came_back=list(returned.came_back(tx, reply_id)),
        letter_to=threads.letter_of(tx, returned_id) if returned_id else None,
        happened=_happened(tx, reply_id),
    )


def _read(tx: Connection, reply_id: int) -> tuple[Message | None, Verdict | None]:
    try:
        return derived.load(tx, reply_id)
    except KeyError:
        return None, None


def exists(tx: Connection, reply_id: int) -> bool:
    return tx.execute(select(reply.c.id).where(reply.c.id == reply_id)).first() is not None


def _happened(tx: Connection, reply_id: int) -> list[Happened]:
    """Moves, reviews and what people looked at and took away, oldest first."""
    moves = select(event).where(event.c.reply_id == reply_id).order_by(event.c.id)
    found = [
        Happened(one.at, one.made_by or "", one.what, one.old or "", one.new, one.note) for one in tx.execute(moves)
    ]
    found += [
        Happened(one["made_at"], one["made_by"], "review", note=one["note"], decision=one["decision"])
        for one in reviews.of(tx, reply_id)
    ]
    found += [Happened(one["at"], one["who"], one["what"], note=one["detail"]) for one in trail.of_reply(tx, reply_id)]
    return sorted(found, key=lambda one: one.at)
