"""Blind audits: draw a sample, judge it without seeing the machine's verdict, and see how good the machine is."""

import secrets

from starlette.responses import Response

from harvester.errors import Unusable
from harvester.review.estimate import estimates
from harvester.review.number import number_in
from harvester.review.visit import NotHere, Visit
from harvester.store import audits, replies, trail
from harvester.store.audits import Audit, Item

SIZES = (50, 100, 200, 400)


def audits_page(visit: Visit) -> Response:
    return _all(visit)


def _all(visit: Visit, problem: str = "") -> Response:
    with visit.desk.store.read() as tx:
        found = audits.all_of(tx)
    return visit.page("audits.html.j2", 422 if problem else 200, audits=found, sizes=SIZES, problem=problem)


def draw(visit: Visit) -> Response:
    """A new sample."""
    wanted = number_in(visit.field("size"))
    if wanted is None or not 1 <= wanted <= 5_000:
        return _all(visit, "Choose how many replies the sample has: 1 to 5,000.")
    try:
        with visit.desk.store.begin() as tx:
            made = audits.draw(tx, wanted, secrets.randbelow(2**31), visit.member.name, visit.now)
            trail.write(tx, visit.now, visit.member.name, "drew an audit", None, f"audit {made}, {wanted} replies")
    except Unusable as fault:
        return _all(visit, str(fault))
    return visit.go(f"/audits/{made}")


def one(visit: Visit) -> Response:
    """How far it is. What it found is shown only when it is over: until then it would give the verdicts away."""
    found, items = _audit(visit)
    over = found.closed_at is not None or found.answered == found.items
    names = [topic.id for topic in visit.desk.topics.all]
    given = estimates(items, found.strata, names) if over else []
    apart = [item for item in items if item.answer is not None and item.answer != item.machine] if over else []
    return visit.page(
        "audit.html.j2", audit=found, over=over, estimates=given, apart=apart, topics=visit.desk.topics,
        done=visit.query.get("done", ""),
    )  # fmt: skip


def ask(visit: Visit) -> Response:
    """The next reply that nobody has judged: its words, and nothing of what the machine thinks of it."""
    found, items = _audit(visit)
    waiting = [item for item in items if item.answer is None]
    if not waiting or found.closed_at is not None:
        return visit.go(f"/audits/{found.id}", done="all")
    return _ask(visit, found, waiting[0], len(waiting))


def _ask(visit: Visit, found: Audit, item: Item, waiting: int, problem: str = "") -> Response:
    with visit.desk.store.read() as tx:
        message, _ = replies.load(tx, item.reply_id)
    return visit.page(
        "audit_item.html.j2", 422 if problem else 200, audit=found, item=item, waiting=waiting, message=message,
        topics=visit.desk.topics, problem=problem,
    )  # fmt: skip


def answer(visit: Visit) -> Response:
    """What the reviewer found. The categories must be ticked, or ``none`` said aloud."""
    found, items = _audit(visit)
    item = next((one for one in items if one.number == visit.number("number")), None)
    if item is None:
        raise NotHere
    ticked = [name for name in visit.fields("category") if visit.desk.topics.knows(name)]
    none = visit.field("none") == "yes"
    if bool(ticked) == none:
        waiting = sum(one.answer is None for one in items)
        return _ask(visit, found, item, waiting, "Tick the categories that it tells of, or that it tells of none.")
    with visit.desk.store.begin() as tx:
        audits.answer(tx, found.id, item.number, visit.member.name, ticked, visit.now, visit.field("note")[:2_000])
    return visit.go(f"/audits/{found.id}/next")


def close(visit: Visit) -> Response:
    """End it early; what was not judged is left out."""
    found, _ = _audit(visit)
    with visit.desk.store.begin() as tx:
        audits.close(tx, found.id, visit.now)
        trail.write(tx, visit.now, visit.member.name, "closed an audit", None, f"audit {found.id}")
    return visit.go(f"/audits/{found.id}")


def _audit(visit: Visit) -> tuple[Audit, list[Item]]:
    with visit.desk.store.read() as tx:
        found = audits.one(tx, visit.number("audit"))
        items = audits.items(tx, found.id) if found else []
    if found is None:
        raise NotHere
    return found, items
