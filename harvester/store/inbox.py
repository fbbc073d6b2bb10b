"""The staff's table of replies: which rows, in what order, and how many there are of each kind.

Rows are found by narrow indices first; only those of one page are read whole.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from harvester.store import listing, search
from harvester.store.columns import Words
from harvester.store.filters import REVIEW, Conditions, filters, how_many
from harvester.store.schema import acknowledgement, filed, reply
from harvester.store.schema_staff import decision


@dataclass(frozen=True, slots=True)
class Asked:
    """``chosen``: values by the name of their filter; any of a filter's values must be true, and every filter.
    ``page`` from 1; ``order``: ids of categories and kinds as the request has them, for whom sorts by them."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    search: str = ""
    sort: str = "received"
    down: bool = True
    page: int = 1
    size: int = 50
    order: tuple[str, ...] = ()


def rows(tx: Connection, asked: Asked, deadline: datetime | None) -> list[listing.Listed]:
    """One page: each row as ``listing.list_replies`` gives it, and how far people have come with it (``UNDECIDED``)."""
    key = _key(asked)
    order = (key.desc() if asked.down else key.asc()).nulls_last()
    number = reply.c.id.desc() if asked.down else reply.c.id.asc()
    source: FromClause = reply
    if asked.sort == "answer":
        source = reply.outerjoin(acknowledgement, acknowledgement.c.reply_id == reply.c.id)
    wanted = select(reply.c.id).select_from(source).where(*_conditions(tx, asked, deadline))
    page = wanted.order_by(order, number).limit(asked.size).offset((asked.page - 1) * asked.size)
    these = list(tx.scalars(page))
    found = {row["id"]: row for row in listing.of_ids(tx, these, deadline)}
    decided = _decided(tx, these)
    return [found[one] | decided.get(one, UNDECIDED) for one in these]


def beside(tx: Connection, asked: Asked, deadline: datetime | None, reply_id: int) -> tuple[int | None, int | None]:
    """The replies before and after this one in the table, on whatever page; it need not be in the table itself, because
    who decides about a reply often takes it out of what was asked for."""
    key = _key(asked)
    source: FromClause = reply
    if asked.sort == "answer":
        source = reply.outerjoin(acknowledgement, acknowledgement.c.reply_id == reply.c.id)
    value = tx.execute(select(key).select_from(source).where(reply.c.id == reply_id)).scalar()
    known = select(reply.c.id).select_from(source).where(*_conditions(tx, asked, deadline)).limit(1)

    def next_one(back: bool) -> int | None:
        down = asked.down != back
        number = reply.c.id < reply_id if down else reply.c.id > reply_id
        if value is None:  # they stand last, whichever way the table is ordered
            there = or_(key.is_not(None), number) if back else and_(key.is_(None), number)
        else:
            beyond = key < value if down else key > value
            there = or_(beyond, and_(key == value, number), false() if back else key.is_(None))
        order = key.desc() if down else key.asc()
        ties = reply.c.id.desc() if down else reply.c.id.asc()
        return tx.execute(
            known.where(there).order_by(order.nulls_first() if back else order.nulls_last(), ties)
        ).scalar()

    return next_one(back=True), next_one(back=False)


def ids(tx: Connection, asked: Asked, deadline: datetime | None, most: int | None = None) -> list[int]:
    """All that match, on whatever page, up to ``most``; in the order of taking in."""
    return listing.ids(tx, _conditions(tx, asked, deadline), most)


def total(tx: Connection, asked: Asked, deadline: datetime | None) -> int:
    return how_many(tx, _conditions(tx, asked, deadline))


def counts(tx: Connection, asked: Asked, deadline: datetime | None) -> dict[str, dict[str, int]]:
    """For each filter, how many replies each of its values would leave, all other filters as they are."""
    whole = how_many(tx, ())
    all_chosen = _narrowed(tx, _conditions(tx, asked, deadline), whole)
    return {
        name: one.count(
            tx,
            _narrowed(tx, _conditions(tx, asked, deadline, without=name), whole)
            if asked.chosen.get(name)
            else all_chosen,
        )
        for name, one in filters(deadline).items()
    }


def _narrowed(tx: Connection, conditions: Conditions, whole: int) -> Conditions:
    """The same as a list of replies, so that a search is made once and not for every filter's every value; nothing
    where all replies meet them."""
    if not conditions:
        return ()
    found = list(tx.scalars(select(reply.c.id).where(*conditions)))
    if len(found) == whole:
        return ()
    told = literal(json.dumps(found))  # one parameter, however many they are
    if tx.dialect.name == "sqlite":
        listed: Any = select(func.json_each(told).table_valued("value").c.value)
    else:
        listed = select(cast(func.json_array_elements_text(cast(type_coerce(told, Words), JSON)), BigInteger))
    return (reply.c.id.in_(listed),)


def _conditions(tx: Connection, asked: Asked, deadline: datetime | None, without: str = "") -> Conditions:
    known = filters(deadline)
    found = [
        known[name].lets_through(values)
        for name, values in asked.chosen.items()
        if values and name in known and name != without
    ]
    if asked.search.strip():
        found.append(search.found(tx, asked.search, reply.c.id))
    return found


_SORTS: Mapping[str, ColumnElement[Any]] = {
    "received": reply.c.received_at,
    "respondent": func.lower(func.coalesce(reply.c.organisation, reply.c.from_address)),
    "country": reply.c.country,
    "subject": func.lower(reply.c.subject),
    "disposition": reply.c.disposition,
    "score": select(func.max(filed.c.score)).where(filed.c.reply_id == reply.c.id).scalar_subquery(),
    "language": reply.c.language,
    "attachments": reply.c.attachments,
    "links": reply.c.links,
    "answer": acknowledgement.c.state,
    "review": REVIEW,
    "id": reply.c.id,
}
SORTS = (*_SORTS, "categories")
"""What the table can be ordered by; ties by number."""


def _key(asked: Asked) -> ColumnElement[Any]:
    """What the rows are ordered by. Of several categories the one that the request has first, then its kind."""
    if asked.sort != "categories":
        return _SORTS.get(asked.sort, _SORTS["received"])
    places = {name: place for place, name in enumerate(asked.order)}
    kind = func.coalesce(filed.c.kind, filed.c.category)
    place = case(places, value=kind, else_=len(places)) if places else kind
    return select(func.min(place)).where(filed.c.reply_id == reply.c.id).scalar_subquery()


UNDECIDED: dict[str, Any] = {"version": 0, "decided_by": None, "settled": False, "quote_worthy": False}


def _decided(tx: Connection, these: list[int]) -> dict[int, dict[str, Any]]:
    columns = select(decision.c.reply_id, *(decision.c[name] for name in UNDECIDED))
    found = tx.execute(columns.where(decision.c.reply_id.in_(these))).mappings()
    return {row["reply_id"]: {name: row[name] for name in UNDECIDED} for row in found}
