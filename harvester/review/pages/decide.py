"""Deciding about a reply, and the queue that says which is next."""

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from harvester.model import ReplyState
from harvester.review.number import number_in
from harvester.review.opinion import change, checked, given, holding
from harvester.review.pages.reply import NO_SUCH, fetch, page
from harvester.review.trip import Trip
from harvester.review.visit import No, NotHere, Visit
from harvester.store import decisions
from harvester.store.decisions import Overtaken
from harvester.store.one import One


def review(visit: Visit) -> Response:
    """What the form says becomes a decision. Overtaken: the page again with what the other decided, and all that was
    typed still in it; saving it then is on the newer version."""
    found = fetch(visit)
    if found.row["state"] == ReplyState.RECEIVED:
        raise No("This mail was not read yet. The next run reads it; decide then.")
    before = holding(found)
    if _version(visit) != found.version:
        return _overtaken(visit, found)
    topics = visit.desk.topics
    opinion, problems = checked(given(visit.form, before, topics), found.message, topics)
    if problems:
        return page(visit, found, opinion, 422, problems)
    settled = visit.field("done") != "open"
    after = Trip.of(visit).way(visit, found).after  # as long as the reply stands where one came upon it
    changes = change(opinion, before, settled)
    try:
        with visit.desk.store.begin() as tx:
            made_by = visit.member.name
            decisions.decide(tx, found.row["id"], _version(visit), made_by, changes, visit.now, opinion.note)
    except Overtaken:  # in this very moment
        return _overtaken(visit, fetch(visit))
    except KeyError:
        raise NotHere(NO_SUCH) from None
    return _onwards(visit, found.row["id"], settled, after, opinion.let_go)


def _overtaken(visit: Visit, found: One) -> Response:
    """The numbers of passages to unmark were those of another version, so all that are marked now stay."""
    form = [(name, value) for name, value in visit.form if name != "unmark"]
    typed = given(form, holding(found), visit.desk.topics)
    return page(visit, found, typed, 409, overtaken=found.decided)


def _version(visit: Visit) -> int:
    return number_in(visit.field("version")) or 0


def _onwards(visit: Visit, reply_id: int, settled: bool, after: str | None, let_go: Sequence[str]) -> Response:
    """In the queue, and along a filtered table, to the next one; else the same page, with a word that it is saved.
    ``let_go``: there as well, because what the page did by itself has to be told where it can be seen."""
    trip = Trip.of(visit)
    if let_go:
        told = {"done": "settled" if settled else "open", "off": ",".join(let_go)}
        return visit.go(_with(trip.to(reply_id), **told))
    if trip.queue:
        return visit.go(trip.onwards(None if settled else reply_id, done=str(reply_id)))
    if trip.table and settled:
        return visit.go(_with(after, done=str(reply_id)) if after else _with(trip.home, done=str(reply_id)))
    return visit.go(_with(trip.to(reply_id), done="settled" if settled else "open"))


def _with(address: str, **more: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(more)}"


def queue(visit: Visit) -> Response:
    """On to the reply that needs a person most; without one, a page that says so."""
    trip = Trip.of(visit)
    with visit.desk.store.read() as tx:
        found = trip.next_one(visit, tx)
    if found.reply_id is None:
        return visit.page("queue.html.j2", skipped=trip.skipped)
    done = visit.query.get("done", "")
    more = f"&done={done}" if done.isascii() and done.isdecimal() else ""
    return visit.go(trip.to(found.reply_id) + more)


def keys(visit: Visit) -> Response:
    """Which single keys do what."""
    return visit.page("keys.html.j2")
