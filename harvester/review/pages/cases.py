"""The cases of one reply: an association may tell five councils' cases in one letter."""

from collections.abc import Sequence

from starlette.responses import Response

from harvester.model import Message
from harvester.report.cases import cases as told
from harvester.review.casework import Draft, drafted, drafts, made_of
from harvester.review.opinion import STANDINGS
from harvester.review.pages.reply import NO_SUCH, fetch
from harvester.review.places import countries
from harvester.review.sheet import sheet
from harvester.review.visit import NotHere, Visit
from harvester.store import cases as store
from harvester.store.cases import Kept
from harvester.store.one import One

UNREAD = "This mail was not read, so no case can be quoted from it."


def cases(visit: Visit) -> Response:
    """As staff split the reply; where nobody has, as the program would tell it."""
    found, _ = _read(visit)
    with visit.desk.store.read() as tx:
        kept = store.of(tx, found.row["id"])
    return _page(visit, found, kept, _drafts(found, kept))


def split(visit: Visit) -> Response:
    """What the form says takes the place of the cases before. Without any, the reply is one case again."""
    found, message = _read(visit)
    typed = drafts(visit.form)
    made, problems = made_of(typed, message, visit.desk.topics, visit.member.name, visit.now)
    try:
        with visit.desk.store.begin() as tx:
            before = store.hold(tx, found.row["id"])
            overtaken = visit.field("seen") != _seen(before)
            if not problems and not overtaken:
                store.put(tx, found.row["id"], made, visit.member.name, visit.now)
    except KeyError:
        raise NotHere(NO_SUCH) from None
    if overtaken:
        return _page(visit, found, before, typed, 409, overtaken=True)
    if problems:
        return _page(visit, found, before, typed, 422, problems)
    return visit.go(f"/replies/{found.row['id']}/cases", done=str(len(made)))


def _read(visit: Visit) -> tuple[One, Message]:
    found = fetch(visit)
    if found.message is None:
        raise NotHere(UNREAD)
    return found, found.message


def _drafts(found: One, kept: Sequence[Kept]) -> list[Draft]:
    assert found.message and found.verdict
    return [drafted(one) for one in told(found.row, found.message, found.verdict, found.decided, kept)]


def _seen(kept: Sequence[Kept]) -> str:
    """Which cases were on the screen: all of a reply are made at once."""
    return f"{len(kept)} {kept[0].made_at.isoformat()}" if kept else ""


def _page(
    visit: Visit,
    found: One,
    kept: Sequence[Kept],
    typed: Sequence[Draft],
    status: int = 200,
    problems: Sequence[tuple[str, str]] = (),
    overtaken: bool = False,
) -> Response:
    return visit.page(
        "cases.html.j2",
        status,
        sheet=sheet(found, visit.desk.topics),
        kept=kept,
        drafts=typed,
        theirs=_drafts(found, kept) if overtaken else (),
        seen=_seen(kept),
        problems=problems,
        overtaken=overtaken,
        countries=countries(),
        standings=STANDINGS,
        shown=100_000,
        done=visit.query.get("done", ""),
        source="",
        quarantine="",
        may_review=True,
    )
