"""The cases that somebody makes out of a reply: read from the form, every quotation found where it stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from harvester.classify.topics import Topics
from harvester.model import Message
from harvester.report.cases import Case, texts_of
from harvester.review.opinion import STANDINGS
from harvester.review.places import countries
from harvester.review.quotation import NotThere, find
from harvester.store.cases import Kept, Place

MOST, LONGEST = 50, 2_000  # cases of a reply; characters of a field
FIELDS = ("title", "summary", "organisation", "country", "about", "standing", "saving", "quotes")
_GAP = re.compile(r"\n[ \t]*\n\s*")  # an empty line

Form = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """One case as it stands in the form. ``about``: id of a category or kind; ``quotes``: a passage a paragraph."""

    title: str = ""
    summary: str = ""
    organisation: str = ""
    country: str = ""
    about: str = ""
    standing: str = "example"
    saving: str = ""
    quotes: str = ""

    @property
    def empty(self) -> bool:
        return not any((self.title, self.summary, self.organisation, self.about, self.saving, self.quotes))


def drafts(form: Form) -> list[Draft]:
    """In the order of the form, without those that are empty or were taken out."""
    columns = [[value.strip() for key, value in form if key == f"case_{name}"] for name in FIELDS]
    out = {value for key, value in form if key == "without"}
    made = [Draft(*row) for row in zip(*columns, strict=False)]
    return [one for number, one in enumerate(made) if not one.empty and str(number) not in out]


def drafted(one: Case) -> Draft:
    """What the program would make of the reply, or what stands: to begin with."""
    return Draft(
        one.title, one.summary, one.organisation or "", one.country or "", one.kind or one.category, one.standing,
        one.saving or "", "\n\n".join(_GAP.sub("\n", quotation.text) for quotation in one.quotations),
    )  # fmt: skip


def made_of(
    found: Sequence[Draft], message: Message, topics: Topics, who: str, now: datetime
) -> tuple[list[Kept], list[tuple[str, str]]]:
    """The cases, and what is wrong as (id of the field, sentence that helps)."""
    problems: list[tuple[str, str]] = []
    if len(found) > MOST:
        problems.append(("case_title_0", f"Make at most {MOST} cases of one reply"))
    kept = []
    for number, one in enumerate(found[:MOST]):
        wrong = [*_wrong(one, topics)]
        quotations, missing = _places(one.quotes, message)
        wrong += [("quotes", sentence) for sentence in missing]
        problems += [(f"case_{name}_{number}", f"Case {number + 1}: {sentence}") for name, sentence in wrong]
        saving = None
        try:
            saving = _said(one.saving, message)
        except NotThere as fault:
            problems.append((f"case_saving_{number}", f"Case {number + 1}: {fault.sentence}"))
        category = one.about.partition(".")[0]
        kept.append(
            Kept(
                number + 1,
                one.title,
                one.summary,
                one.organisation or None,
                one.country or None,
                category or None,
                one.about if "." in one.about else None,
                one.standing,
                quotations,
                saving,
                now,
                who,
            )
        )
    return kept, problems


def _wrong(one: Draft, topics: Topics) -> list[tuple[str, str]]:
    wrong = [(name, f"Use at most {LONGEST:,} characters") for name in FIELDS[:3] if len(getattr(one, name)) > LONGEST]
    if not topics.knows(one.about):
        wrong.append(("about", "Choose what it is an example of"))
    if one.country and one.country not in countries():
        wrong.append(("country", "Choose a country from the list"))
    if one.standing not in STANDINGS:
        wrong.append(("standing", "Choose whether it is done or planned"))
    return wrong


def _places(quotes: str, message: Message) -> tuple[tuple[Place, ...], list[str]]:
    """Where each passage stands, and a sentence for each that stands nowhere."""
    found: list[Place] = []
    missing = []
    texts = texts_of(message)
    for passage in _GAP.split(quotes.replace("\r\n", "\n")):
        if not passage.strip():
            continue
        try:
            place = find(passage, message)
        except NotThere as fault:
            missing.append(fault.sentence)
            continue
        assert texts[place.where][place.start : place.end] == place.text
        found.append((place.where, place.start, place.end))
    return tuple(dict.fromkeys(found)), missing


def _said(words: str, message: Message) -> str | None:
    """As they say it. Raises NotThere."""
    return find(words, message).text if words else None
