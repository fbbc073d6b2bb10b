"""What needs a person, and what needs one most. The order is decided by ``need``, which gives its reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

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
    left: dict[Need, int] = {}
    those: dict[Need, list[Facts]] = {}
    for facts, number in _groups(tx, here):
        why = need(facts, in_time)
        left[why] = left.get(why, 0) + number
        those.setdefault(why, []).append(facts)
    first = next((one for one in ORDER if one in those), None)
    if first is None:
        return Next(None, {})
    found = select(reply.c.id).where(here, or_(*(_same(facts) for facts in those[first])))
    chosen = tx.execute(found.order_by(reply.c.received_at, reply.c.id).limit(1)).scalar_one()
    return Next(chosen, {one: left[one] for one in ORDER if one in left})


# Expressions and not the bare columns: no narrow index of one column may tempt a database away from the one that holds
# them all (ix_reply_in_order), where 100,000 replies take 100 ms and not 300.
_STATE = reply.c.state.concat("")
_SUGGESTED = func.coalesce(reply.c.review_suggested, False)
_DUPLICATE = func.coalesce(reply.c.duplicate_of, 0) != 0
_FACTS = (_STATE.label("stands"), reply.c.disposition, _SUGGESTED.label("suggested"), _DUPLICATE.label("double"))

TROUBLE = (AckState.UNKNOWN, AckState.FAILED)


def _groups(tx: Connection, here: ColumnElement[bool]) -> Iterator[tuple[Facts, int]]:
    """How many replies there are of each kind that ``need`` can tell apart."""
    for answer in (None, *TROUBLE):
        each = select(*_FACTS).where(here, _answered(answer)).subquery()
        for row in tx.execute(select(*each.c, func.count().label("number")).group_by(*each.c)):
            yield Facts(row.stands, row.disposition, bool(row.suggested), answer, bool(row.double)), row.number


def _answered(state: AckState | str | None) -> ColumnElement[bool]:
    """Replies whose answer is in this trouble; None: in none."""
    ack = acknowledgement.c
    if state is None:
        return reply.c.id.not_in(select(ack.reply_id).where(ack.state.in_(TROUBLE)))
    return reply.c.id.in_(select(ack.reply_id).where(ack.state == state))


def _same(facts: Facts) -> ColumnElement[bool]:
    return and_(
        _STATE.is_not_distinct_from(facts.state),
        reply.c.disposition.is_not_distinct_from(facts.disposition),
        _SUGGESTED.is_(facts.review_suggested),
        _answered(facts.answer),
        _DUPLICATE if facts.duplicate else ~_DUPLICATE,
    )


def _waits(skipped: Sequence[int]) -> ColumnElement[bool]:
    """Read or in quarantine, and nobody has said that it is done with."""
    done = select(decision.c.reply_id).where(decision.c.settled)
    here = and_(_STATE != ReplyState.RECEIVED, reply.c.id.not_in(done))
    return and_(here, reply.c.id.not_in(list(skipped))) if skipped else here
