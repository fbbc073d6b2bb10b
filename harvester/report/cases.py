"""The cases that a reply tells: as staff split it, or else one for each category that it counts for.

A quotation is verbatim: a slice of the reply's own text, never retyped. What a reply says it saves is quoted as well.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harvester.classify.tokens import cut
from harvester.model import LinkKind, Message, Standing, Verdict
from harvester.store.cases import Kept, Place
from harvester.store.decisions import Decided

AROUND = 700  # characters on each side of the evidence in which its sentence is looked for
_UNITS = (
    r"eur\b|euro|gbp|pounds?\b|per ?cent|prozent|pour ?cent|por ?ciento|per ?cento|procent|prosent|prosentti|százalék|"
    r"mio\b|mln\b|million|millió|thousand|tusen|mille\b|zł|kč|kr\b|lei\b|ft\b"
)
_MONEY = re.compile(rf"[€£$]\s?\d|\d[\d.,'\u00a0 ]*\s?(?:[€£$%]|(?i:{_UNITS}))")


@dataclass(frozen=True, slots=True)
class Quotation:
    """``text`` is what stands at ``where[start:end]`` of the reply."""

    text: str
    where: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Case:
    """``checked``: a person has settled the reply or made the case. ``saving``: verbatim too."""

    reply_id: int
    reference: str
    number: int  # among the cases of its reply, from 1
    title: str
    summary: str
    organisation: str | None
    country: str | None
    category: str
    kind: str | None
    standing: str
    quotations: tuple[Quotation, ...]
    saving: str | None
    links: tuple[str, ...]
    files: tuple[str, ...]
    checked: bool

    @property
    def name(self) -> str:
        """``LGA-2027-0042`` for the first of a reply, ``LGA-2027-0042/2`` for the second."""
        return f"{self.reference}/{self.number}" if self.number > 1 else self.reference


def cases(
    row: Mapping[str, Any], message: Message, verdict: Verdict, decided: Decided | None, kept: Sequence[Kept]
) -> list[Case]:
    """``row``: of the table, with what holds. A place that no longer stands in the reply is left out."""
    texts = texts_of(message)
    shared = {
        "reply_id": row["id"],
        "reference": row["reference"] or f"no. {row['id']}",
        "links": tuple(link.url for link in message.links if link.kind is not LinkKind.MAILTO),
        "files": tuple(file.name for file in message.files),
    }
    if kept:
        return [_as_kept(one, row, texts, shared) for one in kept if one.category or row["categories"]]
    made = []
    for number, filed in enumerate(row["categories"], 1):
        places = _places(filed["id"], verdict, decided)
        quotations = _quoted(
            texts, [_sentence(texts.get(where, ""), (where, start, end)) for where, start, end in places]
        )
        made.append(
            Case(
                **shared, number=number, title="", summary="", organisation=row["organisation"] or row["from_name"],
                country=row["country"], category=filed["id"], kind=filed["kind"], standing=filed["standing"],
                quotations=quotations[:3], saving=_saving(texts, places),
                checked=bool(decided and decided.settled),
            )
        )  # fmt: skip
    return made


def texts_of(message: Message) -> dict[str, str]:
    """All that can be quoted, by the names that evidence uses."""
    return {
        "own_text": message.own_text,
        "subject": message.subject,
        **{f"attachment:{number}": file.text for number, file in enumerate(message.files)},
    }


def _as_kept(one: Kept, row: Mapping[str, Any], texts: Mapping[str, str], shared: Mapping[str, Any]) -> Case:
    """What the person left open is the reply's: its first category, its respondent."""
    filed = next((found for found in row["categories"] if found["id"] == one.category), None)
    filed = filed or (row["categories"] or [{"id": "", "kind": None, "standing": Standing.EXAMPLE}])[0]
    return Case(
        **shared, number=one.number, title=one.title, summary=one.summary,
        organisation=one.organisation or row["organisation"] or row["from_name"], country=one.country or row["country"],
        category=str(one.category or filed["id"]), kind=one.kind if one.category else filed["kind"],
        standing=str(one.standing or filed["standing"]), quotations=_quoted(texts, one.quotations), saving=one.saving,
        checked=True,
    )  # fmt: skip


def _places(category: str, verdict: Verdict, decided: Decided | None) -> list[Place]:
    """Where it says so: a person's marks before the rules' evidence, the strongest first, one a sentence is enough."""
    marks = [
        (str(mark["where"]), int(mark["start"]), int(mark["end"]))
        for mark in (decided.marks if decided else ())
        if mark["category"] == category
    ]
    if marks:
        return marks
    found = [piece for one in (*verdict.categories, *verdict.near) if one.id == category for piece in one.evidence]
    found.sort(key=lambda piece: (piece.where == "subject", -piece.weight, piece.start))
    return [(piece.where, piece.start, piece.end) for piece in found]


def _sentence(text: str, place: Place) -> Place:
    """The whole sentence (or the sentences) around a place, so that it can stand alone."""
    where, start, end = place
    low, high = max(0, start - AROUND), min(len(text), end + AROUND)
    piece = cut(text[low:high])
    first, last = start, end
    for sentence in piece.sentences:
        left, right = piece.place(sentence.start, sentence.end)
        if left + low < end and right + low > start:
            first, last = min(first, left + low), max(last, right + low)
    while last < len(text) and text[last] in ".!?…)”\"'»":
        last += 1
    return where, first, last


def _quoted(texts: Mapping[str, str], places: Sequence[Place]) -> tuple[Quotation, ...]:
    """Each place once; what overlaps another is part of it."""
    found: list[Place] = []
    for where, start, end in places:
        if not 0 <= start < end <= len(texts.get(where, "")):
            continue
        same = next((n for n, one in enumerate(found) if one[0] == where and one[1] < end and start < one[2]), None)
        if same is None:
            found.append((where, start, end))
        else:
            found[same] = (where, min(found[same][1], start), max(found[same][2], end))
    return tuple(Quotation(texts[where][start:end], where, start, end) for where, start, end in dict.fromkeys(found))


def _saving(texts: Mapping[str, str], places: Sequence[Place]) -> str | None:
    """The nearest sentence with a sum or a share in the text of the strongest evidence; as they say it."""
    if not places:
        return None
    where, start, _ = places[0]
    text = texts.get(where, "")
    sums = [found for found in _MONEY.finditer(text, max(0, start - 2 * AROUND), start + 4 * AROUND)]
    if not sums:
        return None
    nearest = min(sums, key=lambda found: abs(found.start() - start))
    _, first, last = _sentence(text, (where, nearest.start(), nearest.end()))
    return text[first:last]
