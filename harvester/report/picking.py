"""Single cases that somebody picks for a report, each by its reply and its own number there."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from harvester.errors import Unusable
from harvester.report.cases import Case
from harvester.store import cases

if TYPE_CHECKING:
    from sqlalchemy import Connection

Pick = tuple[int, int]  # id of the reply; number among its cases, from 1
STAMP = 12  # signs of a hash that tell two states of one case apart


def picks(tx: "Connection", written: Sequence[str]) -> frozenset[Pick]:
    """As a report names them, ``LGA-2027-0042/2``, or by the reply's number, ``17/2``; the first case has no number.

    Raises Unusable for what names no reply.
    """
    parted = [(text, *text.strip().partition("/")[::2]) for text in written]
    known = cases.by_reference(tx, [reply for _, reply, _ in parted])
    found = set()
    for text, reply, number in parted:
        reply_id = int(reply) if reply.isdecimal() and reply.isascii() and len(reply) < 19 else known.get(reply)
        if reply_id is None or not (number == "" or (number.isdecimal() and number.isascii() and len(number) < 5)):
            raise Unusable(f"case {text}: names no reply; write it as a report does, LGA-2027-0042/2, or 17/2")
        found.add((reply_id, int(number or 1)))
    return frozenset(found)


def stamped(case: Case) -> str:
    """``17/2/…``: the case as it stood when somebody picked it, so that a later one is not taken for it."""
    told = json.dumps(asdict(case), sort_keys=True, default=str)
    return f"{case.reply_id}/{case.number}/{hashlib.sha256(told.encode()).hexdigest()[:STAMP]}"


def chosen(told: Iterable[Case], picked: Collection[Pick] | None) -> list[Case]:
    """None: nobody picked, so all of them."""
    return [case for case in told if picked is None or (case.reply_id, case.number) in picked]


def check(picked: Collection[Pick], found: Iterable[Pick], withheld: Collection[int]) -> None:
    """Raises Unusable where a case that was picked is not there; one that is held back may be missing."""
    missing = sorted(set(picked) - set(found))
    if lacking := [f"{ident}/{number}" for ident, number in missing if ident not in withheld]:
        raise Unusable(f"case {', '.join(lacking)}: there is none; the page Cases of a reply shows which a reply tells")
