"""Blind audits: a stratified random sample of what people wrote, and what reviewers said who did not see the verdict.

A stratum is a set of categories that the machine gave (``shared+costcut``), ``near`` where it came near one, ``none``.
Each gives at least ``LEAST`` replies, where it has them, and the rest in proportion to its size; ``weight`` is how many
replies one of the sample stands for. The same seed over the same replies draws the same sample.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from harvester.errors import Unusable
from harvester.model import PEOPLE, ReplyState
from harvester.store.schema import category, reply, verdict
from harvester.store.schema_staff import audit, audit_answer, audit_item

LEAST = 10


@dataclass(frozen=True, slots=True)
class Audit:
    id: int
    made_at: datetime
    made_by: str
    rulebook: str
    strata: Mapping[str, int]  # replies in each, drawn or not
    closed_at: datetime | None
    items: int
    answered: int


@dataclass(frozen=True, slots=True)
class Item:
    """One reply of the sample. ``answer`` None: nobody has judged it yet."""

    number: int
    reply_id: int
    stratum: str
    weight: float
    machine: frozenset[str]
    answer: frozenset[str] | None
    reviewer: str | None


def draw(tx: Connection, size: int, seed: int, who: str, now: datetime) -> int:
    """Raises Unusable where there is nothing to draw from."""
    strata = _strata(tx)
    if not strata:
        raise Unusable("There is nothing to audit yet: no reply of a person has been read.")
    dice = random.Random(seed)  # noqa: S311 (a sample, no secret)
    chosen = []
    for name, shares in _allotted({name: len(ids) for name, ids in strata.items()}, size).items():
        ids = sorted(dice.sample(strata[name], shares))
        chosen += [(reply_id, name, len(strata[name]) / shares) for reply_id in ids]
    dice.shuffle(chosen)  # the order must not give the stratum away
    sizes = {name: len(ids) for name, ids in strata.items()}
    rulebook = tx.execute(select(verdict.c.rulebook).order_by(verdict.c.judged_at.desc()).limit(1)).scalar_one()
    row = {"made_at": now, "made_by": who, "seed": seed, "rulebook": rulebook, "strata": sizes}
    made = int(tx.execute(insert(audit).values(row).returning(audit.c.id)).scalar_one())
    machine = _machine(tx, [reply_id for reply_id, *_ in chosen])
    items = [
        {"audit_id": made, "number": number, "reply_id": reply_id, "stratum": name, "weight": weight,
         "machine": machine.get(reply_id, [])}
        for number, (reply_id, name, weight) in enumerate(chosen, 1)
    ]  # fmt: skip
    tx.execute(insert(audit_item), items)
    return made


def answer(
    tx: Connection, audit_id: int, number: int, reviewer: str, categories: Sequence[str], now: datetime, note: str
) -> bool:
    """What a reviewer found; the first answer of each stays. False: there is one, or no such item, or it is closed."""
    there = select(audit_item.c.number).join(audit, audit.c.id == audit_item.c.audit_id)
    asked = (audit_item.c.audit_id == audit_id, audit_item.c.number == number, audit.c.closed_at.is_(None))
    same = select(audit_answer.c.number).where(
        audit_answer.c.audit_id == audit_id, audit_answer.c.number == number, audit_answer.c.reviewer == reviewer
    )
    if tx.execute(there.where(*asked)).first() is None or tx.execute(same).first() is not None:
        return False
    row = {"audit_id": audit_id, "number": number, "reviewer": reviewer, "answered_at": now}
    tx.execute(insert(audit_answer).values(row | {"categories": sorted(set(categories)), "note": note}))
    return True


def close(tx: Connection, audit_id: int, now: datetime) -> None:
    """No more answers; what was not judged is left out of the figures."""
    tx.execute(update(audit).where(audit.c.id == audit_id, audit.c.closed_at.is_(None)).values(closed_at=now))


def all_of(tx: Connection) -> list[Audit]:
    """The newest first."""
    whole = select(audit_item.c.audit_id, func.count().label("number")).group_by(audit_item.c.audit_id)
    items = {row.audit_id: row.number for row in tx.execute(whole)}
    judged = select(audit_answer.c.audit_id, func.count(audit_answer.c.number.distinct()).label("number"))
    answered = {row.audit_id: row.number for row in tx.execute(judged.group_by(audit_answer.c.audit_id))}
    return [
        Audit(
            row.id, row.made_at, row.made_by, row.rulebook, row.strata, row.closed_at,
            items.get(row.id, 0), answered.get(row.id, 0),
        )
        for row in tx.execute(select(audit).order_by(audit.c.id.desc()))
    ]  # fmt: skip


def one(tx: Connection, audit_id: int) -> Audit | None:
    return next((found for found in all_of(tx) if found.id == audit_id), None)


def items(tx: Connection, audit_id: int) -> list[Item]:
    """In the order in which they are asked, each with its first answer."""
    first: dict[int, tuple[frozenset[str], str]] = {}
    answers = select(audit_answer).where(audit_answer.c.audit_id == audit_id)
    for row in tx.execute(answers.order_by(audit_answer.c.answered_at.desc())):
        first[row.number] = (frozenset(row.categories), row.reviewer)
    found = tx.execute(select(audit_item).where(audit_item.c.audit_id == audit_id).order_by(audit_item.c.number))
    return [
        Item(
            row.number, row.reply_id, row.stratum, row.weight, frozenset(row.machine),
            *first.get(row.number, (None, None)),
        )
        for row in found
    ]  # fmt: skip


def _strata(tx: Connection) -> dict[str, list[int]]:
    """Replies of people by what the machine made of them, in the order of taking in."""
    counted: dict[int, list[str]] = {}
    near: set[int] = set()
    for reply_id, name, counts in tx.execute(select(category.c.reply_id, category.c.category, category.c.counts)):
        if counts:
            counted.setdefault(reply_id, []).append(name)
        else:
            near.add(reply_id)
    strata: dict[str, list[int]] = {}
    people = select(verdict.c.reply_id).join(reply, reply.c.id == verdict.c.reply_id)
    kept = (
        verdict.c.disposition.in_(PEOPLE), reply.c.state == ReplyState.UNDERSTOOD, reply.c.duplicate_of.is_(None),
    )  # fmt: skip
    for reply_id in tx.scalars(people.where(*kept).order_by(verdict.c.reply_id)):
        name = "+".join(sorted(counted.get(reply_id, ()))) or ("near" if reply_id in near else "none")
        strata.setdefault(name, []).append(reply_id)
    return dict(sorted(strata.items()))


def _machine(tx: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    counts = select(category.c.reply_id, category.c.category).where(category.c.reply_id.in_(ids), category.c.counts)
    for reply_id, name in tx.execute(counts):
        found.setdefault(reply_id, []).append(name)
    return {reply_id: sorted(names) for reply_id, names in found.items()}


def _allotted(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many of each stratum."""
    least = {name: min(size, LEAST) for name, size in sizes.items()}
    left = max(0, wanted - sum(least.values()))
    rest = {name: size - least[name] for name, size in sizes.items()}
    whole = sum(rest.values())
    if not whole:
        return least
    return {name: least[name] + min(rest[name], round(left * rest[name] / whole)) for name in sizes}
