"""Every piece of evidence of a reply, numbered in the order of reading: the machine's, and what people marked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harvester.classify.topics import Topics
from harvester.model import CategoryVerdict, Evidence, Standing, Verdict
from harvester.review.wording import said

MOST = 300  # shown of one reply; a letter of ordinary length has a dozen
PLACES = ("subject", "own_text")


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[start:end]`` of what ``where`` names (own_text | subject | attachment:N), in code points."""

    number: int
    category: str
    kind: str | None
    where: str
    start: int
    end: int
    text: str
    standing: Standing
    because: str
    rule: str = ""  # empty: a person marked it
    counts: bool = True
    colour: int = 0  # of its category, from 1; 0: of one that the request does not have any more
    tip: str = ""

    @property
    def by_person(self) -> bool:
        return not self.rule


def pieces(verdict: Verdict | None, marks: Sequence[Mapping[str, Any]], topics: Topics) -> tuple[list[Piece], int]:
    """The pieces, and how many more there are than are shown: those that count come first."""
    found = [*(_machine(verdict) if verdict else ()), *(one for mark in marks if (one := of_mark(mark)))]
    shown = sorted(found[:MOST], key=lambda one: (_place(one.where), one.start, one.end))
    numbered = [
        replace(one, number=number, colour=topics.place(one.category), tip=_tip(one, number, topics))
        for number, one in enumerate(shown, 1)
    ]
    return numbered, len(found) - len(shown)


def _machine(verdict: Verdict) -> Iterator[Piece]:
    for category in verdict.categories:
        yield from (_of_evidence(one, True, category) for one in category.evidence)
    for category in verdict.near:
        yield from (_of_evidence(one, False, category) for one in category.evidence)


def _of_evidence(one: Evidence, counts: bool, category: CategoryVerdict) -> Piece:
    return Piece(
        0, category.id, one.kind, one.where, one.start, one.end, one.text, one.standing, one.because, one.rule, counts
    )


def of_mark(mark: Mapping[str, Any]) -> Piece | None:
    """What a person marked, as ``decisions.Change`` keeps it; None for what is not of this form."""
    try:
        return Piece(
            0, mark["category"], mark["kind"], mark["where"], int(mark["start"]), int(mark["end"]), mark["text"],
            Standing(mark["standing"]), "marked by a person",
        )  # fmt: skip
    except (KeyError, ValueError, TypeError):
        return None


def _place(where: str) -> tuple[int, int]:
    if where in PLACES:
        return PLACES.index(where), 0
    number = where.rpartition(":")[2]
    return len(PLACES), int(number) if number.isdecimal() else 0


def _tip(one: Piece, number: int, topics: Topics) -> str:
    """In one line, for whoever points at it: ``2 One management team, planned: says that ...``."""
    title = topics.title(one.kind or one.category)
    standing = "" if one.standing is Standing.EXAMPLE else f", {said(one.standing, 'standing').lower()}"
    return f"{number} {title}{standing}: {one.because}" + ("" if one.counts else " (does not count)")
