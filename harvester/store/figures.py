"""How many replies there are of each kind: the overview's figures. Machine mail is apart from what people wrote."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from harvester.model import PEOPLE, ReplyState
from harvester.store.filters import NOTHING
from harvester.store.schema import acknowledgement, filed, reply
from harvester.store.schema_staff import decision

Group = tuple[str | None, str | None, str | None, bool]  # disposition, country, language, a review is suggested


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
    states = _by_state(tx, reply.c.state)
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
    read = _read(tx)
    dispositions, countries, languages = Counter[str](), Counter[str](), Counter[str]()
    for (disposition, country, language, _), number in read.items():
        dispositions[disposition or NOTHING] += number
        if disposition in PEOPLE:
            countries[country or NOTHING] += number
            languages[language or NOTHING] += number
    reviews = _reviews(tx, people, read)
    return Figures(
        replies=sum(states.values()),
        states=states,
        dispositions=dict(dispositions),
        answers=_by_state(tx, acknowledgement.c.state),
        people=sum(reviews.values()),
        days=_by_day(tx, day_of, people),
        late=late,
        categories=dict(categories),
        kinds=dict(kinds),
        standings=dict(standings),
        countries=dict(countries),
        languages=dict(languages),
        reviews=reviews,
        gaps=_gaps(tx),
    )


def _read(tx: Connection) -> dict[Group, int]:
    """How many replies there are of each group, in one walk through the table: the walk is what takes long."""
    columns = reply.c.disposition, reply.c.country, reply.c.language, reply.c.review_suggested
    rows = tx.execute(select(*columns, func.count().label("number")).group_by(*columns))
    return {(row.disposition, row.country, row.language, bool(row.review_suggested)): row.number for row in rows}


def _reviews(tx: Connection, people: ColumnElement[bool], read: Mapping[Group, int]) -> dict[str, int]:
    """As ``filters.REVIEW`` says it of one reply; what nobody has decided is what is left."""
    found: Counter[str] = Counter()
    for (disposition, *_, suggested), number in read.items():
        if disposition in PEOPLE:
            found["suggested" if suggested else "untouched"] += number
    columns = reply.c.review_suggested, decision.c.settled
    decided = select(*columns, func.count()).join(decision, decision.c.reply_id == reply.c.id).where(people)
    for suggested, settled, number in tx.execute(decided.group_by(*columns)):
        found["settled" if settled else "open"] += number
        found["suggested" if suggested else "untouched"] -= number
    return dict(+found)


def _by_state(tx: Connection, state: ColumnElement[str]) -> dict[str, int]:
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
