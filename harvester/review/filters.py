"""The table's filters and columns in words; which values each filter offers, chosen and counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harvester.classify.topics import Topics
from harvester.review.places import country_name, language_name
from harvester.review.wording import said
from harvester.store.filters import NO, NOTHING, YES
from harvester.store.inbox import Asked

TITLES = {
    "disposition": "What it is",
    "category": "Category",
    "standing": "Standing",
    "review": "Review",
    "country": "Country",
    "language": "Language",
    "answer": "Acknowledgement",
    "reason": "Why not acknowledged",
    "state": "Reading",
    "late": "Late",
    "duplicate": "Duplicate",
    "attachments": "Attachments",
    "links": "Links",
    "share": "File-share links",
    "confidential": "Asks for confidence",
    "quoteworthy": "Worth quoting",
}
PICKED = "reply"
"""The filter of those that somebody has ticked; one value each, shown and taken away all at once."""
COLUMNS = {
    "received": "Received",
    "respondent": "Respondent",
    "subject": "Subject",
    "disposition": "What it is",
    "categories": "Categories",
    "language": "Language",
    "attachments": "Files",
    "links": "Links",
    "answer": "Answer",
    "review": "Review",
    "marks": "Marks",
}
"""In their order; ``subject`` is always there, for it leads to the reply."""

_OFFERED = {
    "disposition": (
        "evidence", "question", "holding", "nil", "unclear", "auto_reply", "bounce", "receipt", "list", "calendar",
        "spam", NOTHING,
    ),
    "standing": ("example", "planned"),
    "review": ("suggested", "untouched", "open", "settled"),
    "answer": ("sent", "queued", "held", "withheld", "failed", "unknown", "sending", NOTHING),
    "state": ("understood", "received", "quarantined"),
}  # fmt: skip
_NOTHING = {
    "disposition": "Not read",
    "category": "No category",
    "country": "Unknown",
    "language": "Not read",
    "answer": "Not decided",
}
_ONLY_COUNTED = ("country", "language", "reason")  # which values there are is known when they are counted


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter. ``number`` None: not counted yet."""

    value: str
    title: str
    chosen: bool
    number: int | None
    below: bool  # a kind, shown below its category


@dataclass(frozen=True, slots=True)
class Group:
    """One filter."""

    name: str
    title: str
    choices: tuple[Choice, ...]


def title_of(name: str, value: str, topics: Topics) -> str:
    """``("category", "shared.service")`` -> One service for several authorities"""
    if value == NOTHING and name in _NOTHING:
        return _NOTHING[name]
    if value in (YES, NO):
        return value.capitalize()
    match name:
        case "category":
            return topics.title(value)
        case "country":
            return country_name(value)
        case "language":
            return language_name(value) or "Unknown"
        case "reason":
            return value.replace("-", " ")
        case "answer":
            return said(value, "acknowledgement")
        case _:
            return said(value, name)


def told(wanted: Asked, topics: Topics) -> list[str]:
    """What is chosen, each part in words; nothing where every reply is let through."""
    parts = [
        f"{TITLES[name]}: {title_of(name, value, topics)}"
        for name, values in wanted.chosen.items()
        for value in values
        if name != PICKED
    ]
    if picked := wanted.chosen.get(PICKED):
        parts.append(picked_in_words(picked))
    return [*parts, f"Search: {wanted.search}"] if wanted.search.strip() else parts


def picked_in_words(values: Sequence[str]) -> str:
    return "Picked by hand: 1 reply" if len(values) == 1 else f"Picked by hand: {len(values):,} replies"


def groups(
    chosen: Mapping[str, tuple[str, ...]], counts: Mapping[str, Mapping[str, int]], topics: Topics
) -> list[Group]:
    """Every filter with what it offers; what is chosen is always there. ``counts`` may be empty."""
    return [
        Group(name, title, tuple(_choices(name, chosen.get(name, ()), counts.get(name), topics)))
        for name, title in TITLES.items()
    ]


def _choices(name: str, chosen: tuple[str, ...], counted: Mapping[str, int] | None, topics: Topics) -> Iterator[Choice]:
    for value in dict.fromkeys((*_values(name, counted or {}, topics), *chosen)):
        number = None if counted is None else counted.get(value, 0)
        yield Choice(value, title_of(name, value, topics), value in chosen, number, "." in value)


def _values(name: str, counted: Mapping[str, int], topics: Topics) -> tuple[str, ...]:
    if name == "category":
        return (*(one for topic in topics.all for one in (topic.id, *topic.kinds)), NOTHING)
    if name in _ONLY_COUNTED:
        return tuple(sorted((value for value in counted if counted[value]), key=lambda value: -counted[value]))
    return _OFFERED.get(name, (YES, NO))
