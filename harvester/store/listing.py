"""The table of replies, and everything about one of them. Instants come out as ``2027-08-16T22:59:59Z``."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, exists, false, func, literal, or_, select, type_coerce

from harvester.store import reviews, search
from harvester.store.columns import Words
from harvester.store.overview import instant, status
from harvester.store.schema import acknowledgement, event, filed, letter, location, reply, review, verdict

__all__ = ["Filters", "list_replies", "show", "status"]

PAGE = 500  # replies read at once
_ID = re.compile(r"[\w.-]+")  # of a category or kind

Listed = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which replies; None: any. ``category``: the id of a category that the reply counts for, or of a kind below."""

    disposition: str | None = None
    category: str | None = None
    state: str | None = None
    ack_state: str | None = None
    language: str | None = None
    search: str | None = None
    limit: int | None = None

    def __str__(self) -> str:
        """``category shared, language de``; nothing where every reply is let through."""
        chosen = ((one.name, getattr(self, one.name)) for one in fields(self))
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen if value is not None)


def list_replies(tx: Connection, filters: Filters, deadline: datetime | None = None) -> Iterator[Listed]:
    """One dictionary a reply, in the order of taking in. ``late``: received after the deadline; None without one."""
    return each(tx, matching(tx, filters), deadline)


def matching(tx: Connection, filters: Filters) -> list[int]:
    """Which replies the filters let through, in the order of taking in."""
    return ids(tx, _conditions(tx, filters), filters.limit)


def ids(tx: Connection, conditions: Sequence[ColumnElement[bool]], limit: int | None = None) -> list[int]:
    """The replies that meet all conditions, in the order of taking in."""
    return list(tx.scalars(select(reply.c.id).where(*conditions).order_by(reply.c.id).limit(limit)))


def each(tx: Connection, ids: Sequence[int], deadline: datetime | None = None) -> Iterator[Listed]:
    """The row of each, in their order; read page by page, so any number of them fits."""
    for page in pages(ids, PAGE):
        found = {row["id"]: row for row in of_ids(tx, page, deadline)}
        yield from (found[one] for one in page if one in found)


def pages(ids: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """A few at a time."""
    return (ids[first : first + size] for first in range(0, len(ids), size))


def of_ids(tx: Connection, ids: Sequence[int], deadline: datetime | None = None) -> list[Listed]:
    """The rows of these replies, in no particular order."""
    return _listed(tx, tx.execute(_rows().where(reply.c.id.in_(ids))).all(), deadline)


def show(tx: Connection, reply_id: int, deadline: datetime | None = None) -> Listed | None:
    """The row of the list, and what happened to the reply: places, answer, reviews, events. None: no such reply."""
    return next(iter(show_all(tx, [reply_id], deadline)), None)


def show_all(tx: Connection, ids: Sequence[int], deadline: datetime | None = None) -> list[Listed]:
    """The same of many, in the order of taking in, at the cost of one."""
    rows = tx.execute(_rows().where(reply.c.id.in_(ids)).order_by(reply.c.id)).all()
    letters = {one.reply_id: one.raw for one in tx.execute(select(letter).where(letter.c.reply_id.in_(ids)))}
    places, moves = _below(tx, location, ids), _below(tx, event, ids)
    decided = reviews.of_all(tx, ids)
    return [
        one
        | {
            "acknowledgement": one["acknowledgement"] and one["acknowledgement"] | _answer(row, letters.get(row.id)),
            "size": row.size,
            "complete": row.complete,
            "taken_in_at": instant(row.taken_in_at),
            "state_at": instant(row.state_at),
            "quarantine_detail": row.quarantine_detail,
            "reader": row.reader,
            "message_id": row.message_id,
            "locations": [_place(place) for place in places.get(row.id, ())],
            "reviews": [{**made, "made_at": instant(made["made_at"])} for made in decided.get(row.id, ())],
            "events": [_move(move) for move in moves.get(row.id, ())],
        }
        for row, one in zip(rows, _listed(tx, rows, deadline), strict=True)
    ]


def _below(tx: Connection, table: Table, ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in tx.execute(select(table).where(table.c.reply_id.in_(ids)).order_by(table.c.id)):
        found.setdefault(row.reply_id, []).append(row)
    return found


def _answer(row: Any, raw: bytes | None) -> Listed:
    return {
        "objections": [
            {"code": code, "sentence": sentence, "reference": reference} for code, sentence, reference in row.objections
        ],
        "message_id": row.ack_message_id,
        "state_at": instant(row.ack_state_at),
        "not_before": instant(row.not_before),
        "tries": row.tries,
        "note": row.note,
        "letter": None if raw is None else raw.decode("utf-8", "replace"),
    }


def _place(place: Any) -> Listed:
    return {
        "account": place.account,
        "folder": place.folder,
        "validity": place.validity,
        "uid": place.uid,
        "vanished_at": instant(place.vanished_at),
    }


def _move(move: Any) -> Listed:
    return {
        "at": instant(move.at),
        "what": move.what,
        "old": move.old,
        "new": move.new,
        "note": move.note,
        "run": move.run_id,
    }


def _rows() -> Select[Any]:
    ack = acknowledgement.c
    return select(
        reply,
        ack.state.label("ack_state"),
        ack.state_at.label("ack_state_at"),
        ack.message_id.label("ack_message_id"),
        ack.language.label("ack_language"),
        ack.to_address,
        ack.objections,
        ack.not_before,
        ack.tries,
        ack.note,
    ).outerjoin(acknowledgement, ack.reply_id == reply.c.id)


def _conditions(tx: Connection, filters: Filters) -> list[ColumnElement[bool]]:
    exact = (
        (reply.c.disposition, filters.disposition),
        (reply.c.state, filters.state),
        (reply.c.language, filters.language),
    )
    conditions: list[ColumnElement[bool]] = [column == value for column, value in exact if value is not None]
    if filters.ack_state is not None:
        answered = select(acknowledgement.c.reply_id).where(acknowledgement.c.state == filters.ack_state)
        conditions.append(reply.c.id.in_(answered))
    if filters.category is not None:
        conditions.append(_counts_for(filters.category))
    if filters.search is not None:
        conditions.append(search.found(tx, filters.search, reply.c.id))
    return conditions


def _counts_for(wanted: str) -> ColumnElement[bool]:
    """True for replies that count for this category, or for a category with this kind."""
    if not _ID.fullmatch(wanted):
        return false()
    kinds = type_coerce(filed.c.kinds, Words)  # the JSON as it stands; LIKE would ignore case on SQLite only
    named = func.replace(kinds, literal(f'"{wanted}"', Words), "") != kinds
    return exists().where(filed.c.reply_id == reply.c.id, or_(filed.c.category == wanted, named))


def _listed(tx: Connection, page: Sequence[Any], deadline: datetime | None) -> list[Listed]:
    ids = [row.id for row in page]
    categories = _categories(tx, ids)
    reviewed = _reviewed(tx, ids)
    confidential = _confidential(tx, ids)
    return [
        {
            "id": row.id,
            "reference": row.reference,
            "received_at": instant(row.received_at),
            "from": row.from_address,
            "from_name": row.from_name or None,
            "organisation": row.organisation,
            "country": row.country,
            "subject": row.subject,
            "date": instant(row.date),
            "language": row.language,
            "disposition": row.disposition,
            "categories": categories.get(row.id, []),
            "attachments": row.attachments,
            "links": row.links,
            "acknowledgement": row.ack_state
            and {
                "state": row.ack_state,
                "to": row.to_address,
                "language": row.ack_language,
                "reasons": list(dict.fromkeys(code for code, *_ in row.objections)),
            },
            "review": reviewed.get(row.id),
            "review_suggested": row.review_suggested,
            "late": None if deadline is None else row.received_at > deadline,
            "duplicate_of": row.duplicate_of,
            "thread": row.thread,
            "confidential": confidential.get(row.id),
            "quarantine": row.quarantine,
            "state": row.state,
            "sha256": row.sha256,
        }
        for row in page
    ]


def _categories(tx: Connection, ids: Sequence[int]) -> dict[int, list[Listed]]:
    found: dict[int, list[Listed]] = {}
    counted = select(filed).where(filed.c.reply_id.in_(ids))
    for row in tx.execute(counted.order_by(filed.c.reply_id, filed.c.score.desc().nulls_last(), filed.c.category)):
        one = {"id": row.category, "kind": row.kind, "kinds": row.kinds, "score": row.score, "standing": row.standing}
        found.setdefault(row.reply_id, []).append(one)
    return found


def _reviewed(tx: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Who decided last about each, and when."""
    last = select(func.max(review.c.id)).where(review.c.reply_id.in_(ids)).group_by(review.c.reply_id)
    rows = tx.execute(select(review.c.reply_id, review.c.made_by, review.c.made_at).where(review.c.id.in_(last)))
    return {row.reply_id: f"{row.made_by}, {instant(row.made_at)}" for row in rows}


def _confidential(tx: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The words of each that ask not to be published."""
    asks = select(verdict.c.reply_id, verdict.c.confidential)
    asks = asks.where(verdict.c.reply_id.in_(ids), verdict.c.confidential.is_not(None))
    return {reply_id: words for reply_id, words in tx.execute(asks)}
