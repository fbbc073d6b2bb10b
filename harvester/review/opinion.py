"""What somebody says of a reply in the form: read from its fields, checked, and turned into what a decision changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harvester.classify.topics import Topics
from harvester.model import Disposition, Message, Standing
from harvester.review.places import countries
from harvester.review.quotation import NotThere, Place, find
from harvester.store.decisions import Change, Decided
from harvester.store.one import One

STANDINGS = (Standing.EXAMPLE, Standing.PLANNED)
LONGEST_NOTE, LONGEST_NAME, MOST_MARKS = 5_000, 200, 100
SHARE: Mapping[str, bool | None] = {"yes": True, "no": False, "": None}

Form = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that somebody wants to mark: as selected or pasted, not looked for yet."""

    words: str
    about: str  # id of a category or kind; empty: not chosen
    standing: str
    where: str = ""  # empty: anywhere
    start: int | None = None


@dataclass(frozen=True)
class Opinion:
    """The same whether it comes from what holds now or from a form: the page shows it, nothing typed is lost."""

    disposition: str = ""  # empty: nothing was read, so there is none
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    standings: Mapping[str, str] = field(default_factory=dict)
    organisation: str = ""
    country: str = ""
    quote_worthy: bool = False
    may_share: str = ""  # yes | no | empty: nobody has decided
    marks: tuple[Mapping[str, Any], ...] = ()
    wanted: tuple[Wanted, ...] = ()
    note: str = ""
    let_go: tuple[str, ...] = ()  # categories taken out whose kinds were left ticked: these went with them


def holding(one: One) -> Opinion:
    """What holds now: the machine's word, and over it people's."""
    row, decided = one.row, one.decided
    filed = row["categories"]
    return Opinion(
        disposition=row["disposition"] or "",
        categories=tuple(category["id"] for category in filed),
        kinds=tuple(kind for category in filed for kind in category["kinds"]),
        standings={category["id"]: category["standing"] for category in filed},
        organisation=row["organisation"] or "",
        country=row["country"] or "",
        quote_worthy=bool(decided and decided.quote_worthy),
        may_share=_shared(decided),
        marks=decided.marks if decided else (),
    )


def _shared(decided: Decided | None) -> str:
    held = decided.may_share if decided else None
    return next(word for word, value in SHARE.items() if value is held)


def given(form: Form, before: Opinion, topics: Topics) -> Opinion:
    """What the form says. Ids that the request does not know are kept only where they held before."""
    fields = dict(form)
    kept = {name for name in (*before.categories, *before.kinds)}
    ticked = [value for key, value in form if key == "category" if topics.knows(value) or value in kept]
    kinds = [value for key, value in form if key == "kind" if topics.knows(value) or value in kept]
    wanted = _wanted(form)
    added = [one.about for one in wanted if topics.knows(one.about)]
    let_go = _let_go(before, ticked, (*kinds, *added))
    kinds = [name for name in kinds if name.partition(".")[0] not in let_go]
    ticked += [name.partition(".")[0] for name in (*kinds, *added)]  # whoever ticks a kind means its category
    kinds += [name for name in added if "." in name]
    categories = tuple(dict.fromkeys(ticked))
    dropped = {value for key, value in form if key == "unmark"}
    return Opinion(
        disposition=fields.get("disposition", before.disposition),
        categories=categories,
        kinds=tuple(dict.fromkeys(kinds)),
        standings={name: _standing(fields.get(f"standing.{name}", "")) for name in categories},
        organisation=" ".join(fields.get("organisation", "").split()),
        country=fields.get("country", ""),
        quote_worthy=fields.get("quote_worthy") == "yes",
        may_share=fields.get("may_share", before.may_share),
        marks=tuple(mark for number, mark in enumerate(before.marks) if str(number) not in dropped),
        wanted=wanted,
        note=fields.get("note", "").strip(),
        let_go=let_go,
    )


def _let_go(before: Opinion, ticked: Sequence[str], told: Sequence[str]) -> tuple[str, ...]:
    """Categories that somebody has unticked, with kinds below that only stayed as they were. A kind (or words) new in
    the form says that the category is meant after all."""
    out = [name for name in before.categories if name not in ticked]
    below = {name: [one for one in told if one.partition(".")[0] == name] for name in out}
    return tuple(name for name, ones in below.items() if ones and set(ones) <= set(before.kinds))


def _standing(value: str) -> str:
    return value if value in STANDINGS else Standing.EXAMPLE.value


def _wanted(form: Form) -> tuple[Wanted, ...]:
    """The rows of words to mark; those without words are the empty one at the end."""
    columns = {
        name: [value for key, value in form if key == f"mark_{name}"]
        for name in ("words", "about", "standing", "where", "start")
    }
    rows = zip(*columns.values(), strict=False)
    return tuple(
        Wanted(words.strip(), about, _standing(standing), where, int(start) if _is_number(start) else None)
        for words, about, standing, where, start in rows
        if words.strip()
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def checked(opinion: Opinion, message: Message | None, topics: Topics) -> tuple[Opinion, list[tuple[str, str]]]:
    """The same with its words found in the reply, and what is wrong as (id of the field, sentence that helps)."""
    problems: list[tuple[str, str]] = []
    if opinion.disposition and opinion.disposition not in list(Disposition):
        problems.append(("disposition", "Choose what kind of mail it is"))
    if opinion.country and opinion.country not in countries():
        problems.append(("country", "Choose a country from the list"))
    if opinion.may_share not in SHARE:
        problems.append(("may_share", "Choose whether it may be shared"))
    for name, text, most in (
        ("organisation", opinion.organisation, LONGEST_NAME),
        ("note", opinion.note, LONGEST_NOTE),
    ):
        if len(text) > most:
            problems.append((name, f"Use at most {most:,} characters"))
    marks: list[Mapping[str, Any]] = list(opinion.marks)
    if len(opinion.wanted) > MOST_MARKS:
        return opinion, [("mark_words_0", f"Mark at most {MOST_MARKS} passages of one reply at once")]
    for number, one in enumerate(opinion.wanted):
        if not topics.knows(one.about):
            problems.append((f"mark_about_{number}", "Choose what these words tell"))
        try:
            marks.append(_mark(one, find(one.words, message, one.where, one.start)))
        except NotThere as fault:
            problems.append((f"mark_words_{number}", fault.sentence))
    if problems:
        return opinion, problems
    return _with_marks(opinion, marks), []


def _mark(one: Wanted, place: Place) -> Mapping[str, Any]:
    return {
        "category": one.about.partition(".")[0],
        "kind": one.about if "." in one.about else None,
        "where": place.where,
        "start": place.start,
        "end": place.end,
        "text": place.text,
        "standing": one.standing,
    }


def _with_marks(opinion: Opinion, marks: Sequence[Mapping[str, Any]]) -> Opinion:
    values = {name: getattr(opinion, name) for name in Opinion.__dataclass_fields__}
    return Opinion(**values | {"marks": tuple(marks), "wanted": ()})


def change(opinion: Opinion, before: Opinion, settled: bool) -> Change:
    """What differs from what held, and with ``settled`` all that the person has answered for: later runs leave it.

    An organisation or country that somebody has emptied goes back to what the machine says.
    """
    changes: Change = {"settled": settled}
    if opinion.disposition and (settled or opinion.disposition != before.disposition):
        changes["disposition"] = opinion.disposition
    if _filed(opinion) != _filed(before) or (settled and opinion.disposition):
        changes["categories"] = list(opinion.categories)
        changes["kinds"] = list(opinion.kinds)
        changes["standings"] = dict(opinion.standings)
    if opinion.organisation != before.organisation:
        changes["organisation"] = opinion.organisation or None
    if opinion.country != before.country:
        changes["country"] = opinion.country or None
    if opinion.quote_worthy != before.quote_worthy:
        changes["quote_worthy"] = opinion.quote_worthy
    if opinion.may_share != before.may_share:
        changes["may_share"] = SHARE[opinion.may_share]
    if opinion.marks != before.marks:
        changes["marks"] = [dict(mark) for mark in opinion.marks]
    return changes


def _filed(opinion: Opinion) -> tuple[frozenset[str], frozenset[str], Mapping[str, str]]:
    return frozenset(opinion.categories), frozenset(opinion.kinds), dict(opinion.standings)
