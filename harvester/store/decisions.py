"""What people's reviews of a reply come to. A review is a change: it says what it changes and leaves the rest.

Reviews are append-only (``reviews.py``); what holds is folded from them and kept beside them, so that the table of
replies can filter by it. Two people at once: who decides names the version that was on the screen, and a decision on
an older one is refused, never silently laid over the other's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import Connection, delete, insert, select

from harvester.model import Disposition, Standing
from harvester.store import holdings, reviews
from harvester.store.schema import filed, reply
from harvester.store.schema_staff import decision


class Change(TypedDict, total=False):
    """What a person says of a reply; a key that is missing changes nothing, None gives it back to the machine."""

    settled: bool  # done with; the queue asks nobody any more
    disposition: str | None
    categories: list[str] | None
    kinds: list[str]  # full ids, such as shared.service
    standings: dict[str, str]  # category id -> example | planned; example where none is named
    organisation: str | None
    country: str | None  # ISO 3166-1 alpha-2
    quote_worthy: bool
    may_share: bool | None  # of a reply that asks not to be published
    marks: list[dict[str, Any]]  # own evidence: category, kind, where, start, end, text, standing; replaces the last


@dataclass(frozen=True, slots=True)
class Filed:
    """One category that a reply counts for because a person says so."""

    category: str
    kind: str | None
    kinds: tuple[str, ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Decided:
    """What holds by people's word. None in a field: the machine's holds; ``filed`` (): it counts for nothing."""

    version: int  # the last review's id
    at: datetime
    by: str
    settled: bool = False
    disposition: Disposition | None = None
    filed: tuple[Filed, ...] | None = None
    organisation: str | None = None
    country: str | None = None
    quote_worthy: bool = False
    may_share: bool | None = None
    marks: tuple[Mapping[str, Any], ...] = ()
    note: str = ""


class Overtaken(Exception):
    """Somebody has decided since the version that this decision was made on."""

    def __init__(self, now_holds: Decided) -> None:
        super().__init__(f"{now_holds.by} was faster")
        self.now_holds = now_holds


def decide(
    tx: Connection, reply_id: int, version: int, who: str, change: Change, now: datetime, note: str = "",
    batch_id: int | None = None,
) -> Decided:  # fmt: skip
    """Add a review made on ``version`` (0: on none). Raises Overtaken, and KeyError for a reply that is not there."""
    if tx.execute(select(reply.c.id).where(reply.c.id == reply_id).with_for_update()).first() is None:
        raise KeyError(reply_id)
    before = of(tx, reply_id)
    if before and before.version != version:
        raise Overtaken(before)
    reviews.add(tx, reply_id, who, dict(change), now, note, batch_id)
    after = fold(reviews.of(tx, reply_id))
    assert after
    _write(tx, reply_id, after)
    return after


def of(tx: Connection, reply_id: int) -> Decided | None:
    """What people have decided about this reply; None: nobody has looked."""
    return fold(reviews.of(tx, reply_id))


def of_all(tx: Connection, ids: Sequence[int]) -> dict[int, Decided]:
    """The same of many at the cost of one; without those at which nobody has looked."""
    held = {reply_id: fold(made) for reply_id, made in reviews.of_all(tx, ids).items()}
    return {reply_id: one for reply_id, one in held.items() if one}


def fold(made: Iterable[Mapping[str, Any]]) -> Decided | None:
    """Reviews, oldest first, as ``reviews.of`` gives them -> what holds."""
    holds: dict[str, Any] = {}
    last: Mapping[str, Any] | None = None
    note = ""
    for last in made:
        holds |= last["decision"]
        note = last["note"] or note
    if last is None:
        return None
    categories = holds.get("categories")
    disposition = holds.get("disposition")
    return Decided(
        version=last["id"],
        at=last["made_at"],
        by=last["made_by"],
        settled=bool(holds.get("settled")),
        disposition=Disposition(disposition) if disposition else None,
        filed=None if categories is None else _filed(categories, holds),
        organisation=holds.get("organisation"),
        country=holds.get("country"),
        quote_worthy=bool(holds.get("quote_worthy")),
        may_share=holds.get("may_share"),
        marks=tuple(holds.get("marks") or ()),
        note=note,
    )


def _filed(categories: Sequence[str], holds: Mapping[str, Any]) -> tuple[Filed, ...]:
    kinds, standings = holds.get("kinds") or (), holds.get("standings") or {}
    found = []
    for category in categories:
        mine = tuple(kind for kind in kinds if kind.partition(".")[0] == category)
        standing = Standing(standings.get(category, Standing.EXAMPLE))
        found.append(Filed(category, mine[0] if mine else None, mine, standing))
    return tuple(found)


def _write(tx: Connection, reply_id: int, holds: Decided) -> None:
    tx.execute(delete(decision).where(decision.c.reply_id == reply_id))
    tx.execute(
        insert(decision).values(
            reply_id=reply_id,
            version=holds.version,
            decided_at=holds.at,
            decided_by=holds.by,
            settled=holds.settled,
            disposition=holds.disposition,
            files=holds.filed is not None,
            organisation=holds.organisation,
            country=holds.country,
            quote_worthy=holds.quote_worthy,
            may_share=holds.may_share,
            note=holds.note,
        )
    )
    if holds.filed is not None:
        tx.execute(delete(filed).where(filed.c.reply_id == reply_id))
        rows = [{"reply_id": reply_id, **asdict(one)} for one in holds.filed]
        if rows:
            tx.execute(insert(filed), rows)
    holdings.settle(tx, [reply_id])
