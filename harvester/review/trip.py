"""Where somebody came to a reply from and where the way goes on: through the queue, or along the table as filtered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from harvester.model import AckState
from harvester.review.address import asked
from harvester.review.number import number_in
from harvester.review.visit import Visit
from harvester.store import inbox, waiting
from harvester.store.one import One
from harvester.store.waiting import Facts, Need

if TYPE_CHECKING:
    from sqlalchemy import Connection

OWN = ("done", "html", "off")  # say something of the reply's page, not of the way to it
MOST_SKIPPED = 300  # in an address; whoever skips more meets the first ones again


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses, None where there is no such reply. ``why``: what the reply waits for; empty: for nothing."""

    before: str | None
    after: str | None
    skip: str | None
    why: str
    left: Mapping[Need, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.left.values())


@dataclass(frozen=True, slots=True)
class Trip:
    """All of it stands in the address, so that pages can be opened side by side."""

    queue: bool = False
    skipped: tuple[int, ...] = ()
    table: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, visit: Visit) -> "Trip":
        pairs = visit.request.query_params.multi_items()
        if visit.query.get("from") == "queue" or visit.request.url.path == "/queue":
            return cls(True, _ids(visit.query.get("skip", "")))
        return cls(table=tuple((name, value) for name, value in pairs if name not in OWN))

    @property
    def query(self) -> str:
        """What to carry along, with its question mark; empty: nothing."""
        pairs = list(self.table)
        if self.queue:
            pairs = [("from", "queue"), *([("skip", _text(self.skipped))] if self.skipped else [])]
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def home(self) -> str:
        return "/" if self.queue else f"/{self.query}"

    def to(self, reply_id: int) -> str:
        return f"/replies/{reply_id}{self.query}"

    def onwards(self, without: int | None = None, **more: str) -> str:
        """To the next in the queue; ``without``: one that is put aside."""
        skipped = self.skipped if without is None else (*self.skipped, without)[-MOST_SKIPPED:]
        pairs = ({"skip": _text(skipped)} if skipped else {}) | more
        return f"/queue?{urlencode(pairs)}" if pairs else "/queue"

    def next_one(self, visit: Visit, tx: "Connection") -> waiting.Next:
        """Asked when going on, and by the page that one then comes to: counted once for both."""
        asked_for = ("queue", in_time(visit), self.skipped)
        return visit.desk.memory.recall(tx, asked_for, lambda: waiting.next_one(tx, in_time(visit), self.skipped))

    def way(self, visit: Visit, found: One) -> Ways:
        """From this reply on."""
        reply_id, settled = found.row["id"], bool(found.decided and found.decided.settled)
        why = "" if settled or found.row["state"] == "received" else need_of(visit, found)
        with visit.desk.store.read() as tx:
            if self.queue:
                left = self.next_one(visit, tx).left
                return Ways(None, None, self.onwards(reply_id), why, left)
            wanted = asked(visit.request.query_params, visit.desk.topics.ids)
            both = inbox.beside(tx, wanted, visit.desk.config.request.deadline, reply_id)
        before, after = (None if one is None else self.to(one) for one in both)
        return Ways(before, after, None, why)


def in_time(visit: Visit) -> bool:
    """Is the deadline still to come?"""
    deadline = visit.desk.config.request.deadline
    return deadline is None or visit.now <= deadline


def need_of(visit: Visit, found: One) -> Need:
    row = found.row
    answer = (row["acknowledgement"] or {}).get("state")
    facts = Facts(
        row["state"], row["disposition"], bool(row["review_suggested"]),
        answer if answer in (AckState.UNKNOWN, AckState.FAILED) else None, row["duplicate_of"] is not None,
    )  # fmt: skip
    return waiting.need(facts, in_time(visit))


def _ids(text: str) -> tuple[int, ...]:
    found = [number for one in text.split(",") if (number := number_in(one)) is not None]
    return tuple(dict.fromkeys(found))[-MOST_SKIPPED:]


def _text(ids: tuple[int, ...]) -> str:
    return ",".join(str(one) for one in ids)
