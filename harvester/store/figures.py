"""How many replies there are of each kind: the overview's figures. Machine mail is apart from what people wrote."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from harvester.model import PEOPLE, ReplyState
from harvester.store.filters import NOTHING, REVIEW
from harvester.store.schema import acknowledgement, filed, reply


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts by value; ``none`` where there is none. All but the first four are of what people wrote."""

    replies: int
    states: dict[str, int]
    dispositions: dict[str, int]
    answers: dict[str, int]
    people: int
    days: dict[date, int]
    late: int | None
    categories: dict[str, int]
    kinds: dict[str, int]
    standings: dict[tuple[str, str], int]  # (category, standing)
    countries: dict[str, int]
    languages: dict[str, int]
    reviews: dict[str, int]
    gaps: dict[tuple[str, str], int]  # (country, category)


def figures(tx: Connection, day_of: Callable[[datetime], date], deadline: datetime | None) -> Figures:
    """``day_of``: the local day of an instant."""
    people = reply.c.disposition.in_(PEOPLE)
    states = _by(tx, reply.c.state)
    late = None
    if deadline is not None:
        late = tx.execute(select(func.count(reply.c.id)).where(people, reply.c.received_at > deadline)).scalar_one()
    categories: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    standings: Counter[tuple[str, str]] = Counter()
    columns = filed.c.category, filed.c.kinds, filed.c.standing
    for name, below, standing, number in tx.execute(select(*columns, func.count()).group_by(*columns)):
        categories[name] += number
        standings[name, standing] += number
        for kind in below:
            kinds[kind] += number
    reviews = _by(tx, REVIEW, people)
    return Figures(
        replies=sum(states.values()),
        states=states,
        dispositions=_by(tx, reply.c.disposition),
        answers=_by_state(tx),
        people=sum(reviews.values()),
        days=_by_day(tx, day_of, people),
        late=late,
        categories=dict(categories),
        kinds=dict(kinds),
        standings=dict(standings),
        countries=_by(tx, reply.c.country, people),
        languages=_by(tx, reply.c.language, people),
        reviews=reviews,
        gaps=_gaps(tx),
    )


def _by(tx: Connection, column: ColumnElement[str], *where: ColumnElement[bool]) -> dict[str, int]:
    grouped = select(column, func.count(reply.c.id)).where(*where).group_by(column)
    return {value or NOTHING: number for value, number in tx.execute(grouped)}


def _by_state(tx: Connection) -> dict[str, int]:
    state = acknowledgement.c.state
    return {value: number for value, number in tx.execute(select(state, func.count()).group_by(state))}


def _by_day(tx: Connection, day_of: Callable[[datetime], date], people: ColumnElement[bool]) -> dict[date, int]:
    """By hour in the database, by local day here: a day's borders are not the same in every time zone."""
    moment = reply.c.received_at
    if tx.dialect.name == "sqlite":
        hour: ColumnElement[str] = func.substr(moment, 1, 13)  # as UtcDateTime writes it; strftime takes twice as long
    else:
        hour = func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD HH24")
    days: Counter[date] = Counter()
    for text, number in tx.execute(select(hour, func.count()).where(people).group_by(hour)):
        days[day_of(datetime.fromisoformat(f"{text}:00:00+00:00"))] += number
    return dict(sorted(days.items()))


def _gaps(tx: Connection) -> dict[tuple[str, str], int]:
    columns = reply.c.country, filed.c.category
    counted = select(*columns, func.count()).join(filed, filed.c.reply_id == reply.c.id)
    read = counted.where(reply.c.state == ReplyState.UNDERSTOOD)
    return {(country or NOTHING, name): number for country, name, number in tx.execute(read.group_by(*columns))}
