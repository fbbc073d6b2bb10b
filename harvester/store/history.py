"""What the store knows about the senders of a batch: earlier copies of the same reply, and our answers to them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import Connection, and_, case, func, or_, select

from harvester.model import AckState, Decision, Message
from harvester.store.keys import address_key, mail_key, words_key
from harvester.store.schema import acknowledgement, reply
from harvester.store.turns import turn_to_decide

A_DAY = timedelta(days=1)


class History:
    """Loaded once a batch by ``History.of``; ``add`` lets later replies of the batch see the earlier ones."""

    def __init__(self, keys: dict[int, list[str]], first: dict[str, int], answers: Counter[str]) -> None:
        self._keys = keys  # of each reply of the batch
        self._first = first  # key of mail or words -> the earliest reply that has it
        self._answers = answers  # key of address -> answers that went out within a day, or will

    @classmethod
    def of(cls, tx: Connection, understandings: Sequence[tuple[int, Message]], now: datetime) -> "History":
        """What is known about these replies' senders. From here to the end of ``tx`` nobody else decides."""
        turn_to_decide(tx, now)
        keys = {reply_id: _keys(message) for reply_id, message in understandings}
        addresses = {address_key(one.sender.address) for _, one in understandings if one.sender.address}
        return cls(keys, _earliest(tx, set(chain.from_iterable(keys.values()))), _answers(tx, addresses, now))

    def duplicate_of(self, reply_id: int, message: Message, by_machine: bool = False) -> int | None:
        """The earliest reply with the same Message-ID from the same address, or with the same own words and files
        from the same address; None if this is the first. What a machine writes says the same every time."""
        keys = [mail_key(message)] if by_machine else self._keys[reply_id]
        found = {self._first[key] for key in keys if key in self._first} - {reply_id}
        return min(found, default=None)

    def answers_to(self, address: str | None) -> int:
        """Answers to this sender of the batch that went out within 24 hours before now, may have, or will."""
        return self._answers[address_key(address)] if address else 0

    def add(self, reply_id: int, decision: Decision) -> None:
        """This reply is decided; what comes after it in the batch is later."""
        for key in self._keys[reply_id]:
            self._first.setdefault(key, decision.duplicate_of or reply_id)
        if decision.answer and decision.to:
            self._answers[address_key(decision.to)] += 1


def _keys(message: Message) -> list[str]:
    return [key for key in (mail_key(message), words_key(message)) if key is not None]


def _earliest(tx: Connection, keys: set[str]) -> dict[str, int]:
    """Duplicates of duplicates point at the first of them all."""
    first: dict[str, int] = {}
    origin = func.coalesce(reply.c.duplicate_of, reply.c.id)
    for column in (reply.c.mail_key, reply.c.words_key):
        known = select(column, func.min(origin)).where(column.in_(keys))  # only what was understood has keys
        for key, reply_id in tx.execute(known.group_by(column)):
            first[key] = min(reply_id, first.get(key, reply_id))
    return first


def _answers(tx: Connection, addresses: set[str], now: datetime) -> Counter[str]:
    """Letters that will go out whenever it is, and those that went out within a day, or may have.

    A row dated in the future (a clock was wrong) counts as now. The states stand in no WHERE: by them SQLite would
    look through every letter there ever was, instead of those to these addresses.
    """
    ack = acknowledgement.c
    counts = or_(
        ack.state.in_([AckState.QUEUED, AckState.SENDING]),
        and_(ack.state.in_([AckState.SENT, AckState.UNKNOWN]), ack.rated_at >= now - A_DAY),
    )
    found = select(ack.to_key, func.sum(case((counts, 1), else_=0))).where(ack.to_key.in_(addresses))
    return Counter({key: number for key, number in tx.execute(found.group_by(ack.to_key))})
