"""What needs a person, and what needs one most. The order is decided by ``need``, which gives its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from harvester.model import MACHINE, AckState, Disposition, ReplyState
from harvester.store.schema import acknowledgement, reply
from harvester.store.schema_staff import decision


class Need(StrEnum):
    """Why a reply waits for somebody, the most pressing first; each is a sentence for staff."""

    QUESTION = "They ask something, and there is still time before the deadline"
    UNSURE = "The machine is not sure what it says"
    QUARANTINE = "It could not be read by the machine"
    UNKNOWN = "Nobody can tell whether our answer reached them"
    FAILED = "Their server refused our answer"
    EVIDENCE = "It counts as evidence, and nobody has confirmed it"
    UNSEEN = "A person wrote it, and nobody has looked at it"
    MACHINE = "Nobody has looked at it; a machine wrote it, or it came twice"


ORDER = tuple(Need)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides how much a reply needs a person."""

    state: str
    disposition: str | None
    review_suggested: bool
    answer: str | None  # unknown | failed: what became of our answer; None: nothing to worry about
    duplicate: bool


def need(facts: Facts, in_time: bool) -> Need:
    """``in_time``: the deadline is still to come, so an answer to a question helps."""
    if facts.duplicate:
        return Need.MACHINE
    if facts.disposition == Disposition.QUESTION and in_time:
        return Need.QUESTION
    if facts.review_suggested:
        return Need.UNSURE
    if facts.state == ReplyState.QUARANTINED:
        return Need.QUARANTINE
    if facts.answer == AckState.UNKNOWN:
        return Need.UNKNOWN
    if facts.answer == AckState.FAILED:
        return Need.FAILED
    if facts.disposition == Disposition.EVIDENCE:
        return Need.EVIDENCE
    return Need.MACHINE if facts.disposition in MACHINE else Need.UNSEEN


@dataclass(frozen=True, slots=True)
class Next:
    """``reply_id`` None: nothing is left, or only what was skipped."""

    reply_id: int | None
    left: Mapping[Need, int]  # without the skipped ones

    @property
    def total(self) -> int:
        return sum(self.left.values())


def next_one(tx: Connection, in_time: bool, skipped: Sequence[int] = ()) -> Next:
    """Which reply is next, the oldest of those that need somebody most."""
    here = _waits(skipped)
    each = select(*(fact.label(name) for name, fact in _FACTS.items())).where(here).subquery()
    groups = tx.execute(select(*each.c, func.count()).group_by(*each.c))
    left: dict[Need, int] = {}
    those: dict[Need, list[Facts]] = {}
    for *values, number in groups:
        facts = _facts(*values)
        why = need(facts, in_time)
        left[why] = left.get(why, 0) + number
        those.setdefault(why, []).append(facts)
    first = next((one for one in ORDER if one in those), None)
    if first is None:
        return Next(None, {})
    found = select(reply.c.id).where(here, or_(*(_same(facts) for facts in those[first])))
    chosen = tx.execute(found.order_by(reply.c.received_at, reply.c.id).limit(1)).scalar_one()
    return Next(chosen, {one: left[one] for one in ORDER if one in left})


_SUGGESTED = func.coalesce(reply.c.review_suggested, False)
_DUPLICATE = reply.c.duplicate_of.is_not(None)


def _answered(state: AckState) -> ColumnElement[bool]:
    return reply.c.id.in_(select(acknowledgement.c.reply_id).where(acknowledgement.c.state == state))


_FACTS: Mapping[str, ColumnElement[Any]] = {
    "state": reply.c.state,
    "disposition": reply.c.disposition,
    "review_suggested": _SUGGESTED,
    "answer": case(*((_answered(one), one.value) for one in (AckState.UNKNOWN, AckState.FAILED))),
    "duplicate": _DUPLICATE,
}


def _facts(state: str, disposition: str | None, suggested: bool, answer: str | None, duplicate: bool) -> Facts:
    return Facts(state, disposition, bool(suggested), answer, bool(duplicate))


def _same(facts: Facts) -> ColumnElement[bool]:
    return and_(
        reply.c.state == facts.state,
        reply.c.disposition.is_not_distinct_from(facts.disposition),
        _SUGGESTED.is_(facts.review_suggested),
        _FACTS["answer"].is_not_distinct_from(facts.answer),
        _DUPLICATE if facts.duplicate else reply.c.duplicate_of.is_(None),
    )


def _waits(skipped: Sequence[int]) -> ColumnElement[bool]:
    """Read or in quarantine, and nobody has said that it is done with."""
    done = select(decision.c.reply_id).where(decision.c.settled)
    here = and_(reply.c.state != ReplyState.RECEIVED, reply.c.id.not_in(done))
    return and_(here, reply.c.id.not_in(list(skipped))) if skipped else here
