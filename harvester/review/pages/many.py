"""What is done to many replies at once, and undone."""

from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response

from harvester.classify.topics import Topics
from harvester.model import Disposition
from harvester.review.address import VALUES, asked, query
from harvester.review.filters import PICKED
from harvester.review.number import number_in
from harvester.review.visit import NotHere, Visit
from harvester.review.wording import said
from harvester.store import batches, inbox, trail
from harvester.store.decisions import Change
from harvester.store.inbox import Asked

SIMPLE: dict[str, tuple[str, Change]] = {
    "settle": ("settled as they are", {"settled": True}),
    "open": ("opened again", {"settled": False}),
    "quote": ("marked as worth quoting", {"quote_worthy": True}),
}


def act(visit: Visit) -> Response:
    """One action on the rows that are ticked, or on all that match."""
    back = visit.field("back")
    what, _, value = visit.field("action").partition(":")
    if what == "out":
        return _out(visit, back)
    told = _said(visit.desk.topics, what, value)
    if told is None:
        return _again(visit, back, problem="Choose what to do with the replies you ticked.")
    with visit.desk.store.begin() as tx:
        if visit.field("which") == "all":
            wanted = asked(QueryParams(back))
            ids = inbox.ids(tx, wanted, visit.desk.config.request.deadline, batches.MOST + 1)
        else:
            ticked = {number for one in visit.fields("reply") if (number := number_in(one)) is not None}
            ids = batches.there(tx, sorted(ticked)[: batches.MOST + 1])
        if not ids:
            return _again(visit, back, problem="Tick the replies first.")
        if len(ids) > batches.MOST:
            return _again(visit, back, problem=f"These are too many at once: narrow them to {batches.MOST:,}.")
        if what in ("file", "unfile"):
            changes = batches.filing(tx, ids, value, what == "file")
        elif what == "disposition":
            changes = [(one, Change(disposition=value)) for one in ids]
        else:
            changes = [(one, SIMPLE[what][1]) for one in ids]
        made = batches.apply(tx, changes, told, visit.member.name, visit.now)
        trail.write(tx, visit.now, visit.member.name, "changed many", None, f"{len(ids)} replies {told}")
    return _again(visit, back, batch=str(made))


def _out(visit: Visit, back: str) -> Response:
    """To the exports of what is ticked, or of the whole table as it is filtered. Changes nothing."""
    if visit.field("which") == "all":
        behind = query(asked(QueryParams(back)), sort="received", down=True, size=50)
    else:
        picked = tuple(one for one in visit.fields("reply") if number_in(one) is not None)[:VALUES]
        if not picked:
            return _again(visit, back, problem="Tick the replies first.")
        behind = query(Asked({PICKED: picked}))
    return visit.go(f"/exports?{behind}" if behind else "/exports")


def undo(visit: Visit) -> Response:
    """Gives back what held before; what somebody has decided since stays."""
    with visit.desk.store.begin() as tx:
        done = batches.undo(tx, visit.number("batch"), visit.member.name, visit.now)
        if done is None:
            raise NotHere("This was undone already.")
        undone, left = done
        trail.write(tx, visit.now, visit.member.name, "undid", None, f"{undone} replies, {left} left alone")
    told = f"Undone for {undone:,} replies."
    if left:
        told += f" {left:,} were changed since and stay as they are."
    return _again(visit, visit.field("back"), undone=told)


def _said(topics: Topics, what: str, value: str) -> str | None:
    """The action in words; None for one that there is not."""
    if what in SIMPLE and not value:
        return SIMPLE[what][0]
    if what == "disposition" and value in set(Disposition):
        return f"called “{said(value, 'disposition')}”"
    if what in ("file", "unfile") and topics.knows(value) and "." not in value:
        return f"{'filed under' if what == 'file' else 'taken out of'} “{topics.title(value)}”"
    return None


def _again(visit: Visit, back: str, **told: str) -> Response:
    """The table as it was, and what came of it."""
    kept = [(name, value) for name, value in parse_qsl(back) if name not in ("batch", "undone", "problem")]
    return visit.go(f"/?{urlencode([*kept, *told.items()])}")
