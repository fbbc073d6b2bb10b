"""Which single cases go into a report: a list with a box to tick before each, all of them ticked at first."""

from dataclasses import dataclass
from itertools import islice

from starlette.datastructures import QueryParams
from starlette.responses import Response

from harvester.report import evidence
from harvester.report.cases import Case
from harvester.report.picking import Pick, stamped
from harvester.review.address import VALUES, asked, query
from harvester.review.filters import PICKED, told
from harvester.review.pages.exports import chooser, gathered, keep, sent
from harvester.review.visit import Visit
from harvester.store.inbox import Asked

MOST = 500  # cases on the page: more nobody ticks one by one


@dataclass(frozen=True, slots=True)
class Offer:
    """One case as the page shows it. ``stamp``: what its box says, so that another case is not taken for it."""

    case: Case
    stamp: str
    ticked: bool


def offer(visit: Visit) -> Response:
    """The cases of every reply with evidence, or of those that the table shows."""
    wanted = _all_pages(visit.request.query_params)
    none = visit.query.get("tick") == "none"
    offers, more = _offers(visit, wanted, None if not none else frozenset())
    return _page(visit, wanted, offers, more)


def take(visit: Visit) -> Response:
    """The ticked ones as a report: to save, to freeze, or their replies to the exports."""
    wanted = _all_pages(QueryParams(visit.field("about")))
    ticked = frozenset(visit.fields("case"))
    offers, more = _offers(visit, wanted, ticked)
    picked = [one.case for one in offers if one.ticked]
    if not picked:
        return _page(visit, wanted, offers, more, 422, problem="Tick the cases first")
    if len(picked) < len(ticked):
        sentence = "Some of the cases that you ticked were changed since: look again which are ticked"
        return _page(visit, wanted, offers, more, 409, problem=sentence)
    share, form = visit.field("for") == "others", visit.field("form")
    if form == "replies":
        ids = tuple(dict.fromkeys(str(case.reply_id) for case in picked))
        if len(ids) > VALUES:
            sentence = f"Tick cases of at most {VALUES} replies to export these"
            return _page(visit, wanted, offers, more, 422, problem=sentence)
        return visit.go(f"/exports?{query(Asked({PICKED: ids}))}")
    numbers: list[Pick] = [(case.reply_id, case.number) for case in picked]
    if form in ("docx", "html"):
        return sent(visit, gathered(visit, wanted, share, numbers), form, share)
    return keep(visit, gathered(visit, wanted, share, numbers), share)


def _all_pages(params: QueryParams) -> Asked:
    wanted = asked(params)
    return Asked(wanted.chosen, wanted.search)


def _offers(visit: Visit, wanted: Asked, ticked: frozenset[str] | None) -> tuple[list[Offer], bool]:
    """At most ``MOST`` cases in the order in which they came, and whether there are more. ``ticked`` None: all."""
    with visit.desk.store.read() as tx:
        ids = evidence.about(tx, visit.desk.config, chooser(visit, wanted))
        all_cases = (case for one in evidence.each(tx, ids[: MOST + 1]) for case in one.cases)
        found = [(case, stamped(case)) for case in islice(all_cases, MOST + 1)]
    offers = [Offer(case, stamp, ticked is None or stamp in ticked) for case, stamp in found[:MOST]]
    return offers, len(found) > MOST or len(ids) > MOST


def _page(
    visit: Visit, wanted: Asked, offers: list[Offer], more: bool, status: int = 200, problem: str = ""
) -> Response:
    return visit.page(
        "picking.html.j2", status, offers=offers, more=more, most=MOST, chosen=told(wanted, visit.desk.topics),
        address=query(wanted), problem=problem, topics=visit.desk.topics,
    )  # fmt: skip
