"""What the staff's table can be filtered by: each filter knows which replies a value lets through, and counts them.

Values come from outside and are looked up or compared, never put into SQL. ``count`` says how many of the replies that
meet ``conditions`` (on the table ``reply``) each value would leave.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)

from harvester.model import AckState, ReplyState
from harvester.store.columns import Words
from harvester.store.schema import acknowledgement, filed, link, reply, verdict
from harvester.store.schema_staff import decision

NOTHING = "none"  # the value for: there is none
YES, NO = "yes", "no"

Conditions = Sequence[ColumnElement[bool]]
Values = Sequence[str]


class Filter(Protocol):
    def lets_through(self, values: Values) -> ColumnElement[bool]: ...
    def count(self, tx: Connection, conditions: Conditions) -> dict[str, int]: ...


@dataclass(frozen=True)
class OfColumn:
    """The values of one column; ``none`` where it is empty."""

    column: ColumnElement[Any]

    def lets_through(self, values: Values) -> ColumnElement[bool]:
        named = self.column.in_([value for value in values if value != NOTHING])
        return or_(named, self.column.is_(None)) if NOTHING in values else named

    def count(self, tx: Connection, conditions: Conditions) -> dict[str, int]:
        grouped = select(self.column, func.count(reply.c.id)).where(*conditions).group_by(self.column)
        return {value or NOTHING: number for value, number in tx.execute(grouped)}


@dataclass(frozen=True)
class Either:
    """``yes`` or ``no``."""

    expression: ColumnElement[bool]

    def lets_through(self, values: Values) -> ColumnElement[bool]:
        return or_(
            false(), *(self.expression if one == YES else ~self.expression for one in values if one in (YES, NO))
        )

    def count(self, tx: Connection, conditions: Conditions) -> dict[str, int]:
        whole, yes = how_many(tx, conditions), how_many(tx, [*conditions, self.expression])
        return {YES: yes, NO: whole - yes}


class OfIds:
    """Replies that somebody has picked, by number."""

    def lets_through(self, values: Values) -> ColumnElement[bool]:
        return reply.c.id.in_(
            [number for one in values if one.isascii() and one.isdigit() and (number := int(one)) < 2**63]
        )

    def count(self, tx: Connection, conditions: Conditions) -> dict[str, int]:
        """Nobody picks by how many there are of a number."""
        return {}


class OfCategory:
    """Ids of categories, of kinds below them, or ``none`` for what was read and counts for nothing."""

    def lets_through(self, values: Values) -> ColumnElement[bool]:
        named = [value for value in values if value != NOTHING]
        kinds = type_coerce(filed.c.kinds, Words)  # the JSON as it stands; LIKE would ignore case on SQLite only
        within = [func.replace(kinds, literal(f'"{value}"', Words), "") != kinds for value in named if "." in value]
        whole = filed.c.category.in_([value for value in named if "." not in value])
        found = reply.c.id.in_(select(filed.c.reply_id).where(or_(whole, *within)))
        return or_(found, self._nothing()) if NOTHING in values else found

    def count(self, tx: Connection, conditions: Conditions) -> dict[str, int]:
        columns = filed.c.category, filed.c.kinds
        grouped = select(*columns, func.count()).where(_of(filed.c.reply_id, conditions)).group_by(*columns)
        found: Counter[str] = Counter()
        for category, kinds, number in tx.execute(grouped):
            for one in (category, *kinds):
                found[one] += number
        return {**found, NOTHING: how_many(tx, [*conditions, self._nothing()])}

    def _nothing(self) -> ColumnElement[bool]:
        return and_(reply.c.state == ReplyState.UNDERSTOOD, reply.c.id.not_in(select(filed.c.reply_id)))


class OfStanding:
    """What it counts as: example or planned, in any category."""

    def lets_through(self, values: Values) -> ColumnElement[bool]:
        return reply.c.id.in_(select(filed.c.reply_id).where(filed.c.standing.in_(values)))

    def count(self, tx: Connection, conditions: Conditions) -> dict[str, int]:
        number = func.count(filed.c.reply_id.distinct())
        grouped = select(filed.c.standing, number).where(_of(filed.c.reply_id, conditions))
        return {value: found for value, found in tx.execute(grouped.group_by(filed.c.standing))}


class OfAnswer:
    """The acknowledgement's state; ``none`` where nobody has decided about one."""

    def lets_through(self, values: Values) -> ColumnElement[bool]:
        named = reply.c.id.in_(select(acknowledgement.c.reply_id).where(acknowledgement.c.state.in_(values)))
        return or_(named, self._missing()) if NOTHING in values else named

    def count(self, tx: Connection, conditions: Conditions) -> dict[str, int]:
        state = acknowledgement.c.state
        grouped = select(state, func.count()).where(_of(acknowledgement.c.reply_id, conditions)).group_by(state)
        found = {value: number for value, number in tx.execute(grouped)}
        return found | {NOTHING: how_many(tx, [*conditions, self._missing()])}

    def _missing(self) -> ColumnElement[bool]:
        return reply.c.id.not_in(select(acknowledgement.c.reply_id))


class OfReason:
    """Why nobody was answered: the code of the first objection, which is the one the table shows."""

    _begin = type_coerce(acknowledgement.c.objections, Words)  # [["code","sentence","reference"],...

    def lets_through(self, values: Values) -> ColumnElement[bool]:
        begins = (func.substr(self._begin, 1, len(one) + 5) == literal(f'[["{one}",', Words) for one in values)
        return reply.c.id.in_(select(acknowledgement.c.reply_id).where(or_(false(), *begins)))

    def count(self, tx: Connection, conditions: Conditions) -> dict[str, int]:
        begins = func.substr(self._begin, 1, 40)  # longer than any code
        those = _of(acknowledgement.c.reply_id, conditions), acknowledgement.c.state == AckState.WITHHELD
        found: Counter[str] = Counter()
        for text, number in tx.execute(select(begins, func.count()).where(*those).group_by(begins)):
            found[text[3:].partition('"')[0]] += number
        return dict(found)


REVIEW = case(
    (exists().where(decision.c.reply_id == reply.c.id, decision.c.settled), "settled"),
    (exists().where(decision.c.reply_id == reply.c.id), "open"),
    (reply.c.review_suggested, "suggested"),
    else_="untouched",
)
"""How far people have come with a reply."""

# a literal and no parameter: only so SQLite uses the index of these few
_SHARED = select(link.c.reply_id).where(link.c.kind == literal_column("'share'"))

_FILTERS: Mapping[str, Filter] = {
    "disposition": OfColumn(reply.c.disposition),
    "category": OfCategory(),
    "standing": OfStanding(),
    "language": OfColumn(reply.c.language),
    "country": OfColumn(reply.c.country),
    "answer": OfAnswer(),
    "reason": OfReason(),
    "review": OfColumn(REVIEW),
    "state": OfColumn(reply.c.state),
    "duplicate": Either(reply.c.duplicate_of.is_not(None)),
    "attachments": Either(func.coalesce(reply.c.attachments, 0) > 0),
    "links": Either(func.coalesce(reply.c.links, 0) > 0),
    "share": Either(reply.c.id.in_(_SHARED)),
    "confidential": Either(reply.c.id.in_(select(verdict.c.reply_id).where(verdict.c.confidential.is_not(None)))),
    "reply": OfIds(),
    "quoteworthy": Either(reply.c.id.in_(select(decision.c.reply_id).where(decision.c.quote_worthy))),
}


def filters(deadline: datetime | None) -> Mapping[str, Filter]:
    """Every filter by the name it has in an address."""
    return {**_FILTERS, "late": Either(false() if deadline is None else reply.c.received_at > deadline)}


NAMES = tuple(filters(None))


def how_many(tx: Connection, conditions: Conditions) -> int:
    return int(tx.execute(select(func.count(reply.c.id)).where(*conditions)).scalar_one())


def _of(column: ColumnElement[int], conditions: Conditions) -> ColumnElement[bool]:
    """Rows of another table whose reply meets the conditions."""
    return column.in_(select(reply.c.id).where(*conditions)) if conditions else true()
