"""The page of one reply, and what can be taken from it: the sender's HTML, the files, the mail as it came."""

from collections.abc import Sequence
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from harvester.message.flags import QUARANTINE
from harvester.message.parse import open_mail
from harvester.model import ReplyState, Role
from harvester.review.download import download
from harvester.review.headers import FRAMED
from harvester.review.opinion import STANDINGS, Opinion, holding
from harvester.review.places import countries
from harvester.review.safe_html import safe
from harvester.review.scan import may_harm, pass_or_hold
from harvester.review.sheet import TEXT_SHOWN, sheet
from harvester.review.trip import Trip
from harvester.review.visit import No, NotHere, Visit
from harvester.store import tombstones
from harvester.store.decisions import Decided
from harvester.store.one import One, whole

SOURCE_SHOWN = 20_000  # bytes of a mail that was not read
NO_SUCH = "There is no such reply."


def one(visit: Visit) -> Response:
    """Everything about one reply."""
    found = fetch(visit)
    visit.note("looked at it", found.row["id"])
    return page(visit, found, holding(found))


def fetch(visit: Visit) -> One:
    """The reply in the path. Raises NotHere."""
    with visit.desk.store.read() as tx:
        found = whole(tx, visit.number("id"), visit.desk.config.request.deadline)
        grave = None if found else tombstones.of_reply(tx, visit.number("id"))
    if grave:
        raise NotHere(f"{grave.told()}.")
    if found is None:
        raise NotHere(NO_SUCH)
    return found


def page(
    visit: Visit,
    found: One,
    opinion: Opinion,
    status: int = 200,
    problems: Sequence[tuple[str, str]] = (),
    overtaken: Decided | None = None,
) -> Response:
    """``opinion``: what stands in the form; after a problem, what the person has typed."""
    trip = Trip.of(visit)
    return visit.page(
        "reply.html.j2",
        status,
        sheet=sheet(found, visit.desk.topics),
        opinion=opinion,
        problems=problems,
        overtaken=overtaken,
        theirs=holding(found) if overtaken else None,
        trip=trip,
        way=trip.way(visit, found),
        source=_source(visit, found),
        quarantine=QUARANTINE.get(found.row["quarantine"] or "", ""),
        may_review=visit.may(Role.EDITOR) and found.row["state"] != ReplyState.RECEIVED,
        countries=countries() if visit.may(Role.EDITOR) else {},
        standings=STANDINGS,
        shown=TEXT_SHOWN,
    )


def _source(visit: Visit, found: One) -> str:
    """The beginning of a mail that was not read, as plain text."""
    if found.message is not None:
        return ""
    try:
        with visit.desk.store.vault.path(found.row["sha256"]).open("rb") as file:
            return file.read(SOURCE_SHOWN).decode("utf-8", "replace")
    except OSError:
        return ""


def html(visit: Visit) -> Response:
    """The sender's HTML, for a frame in which nothing can happen."""
    found = fetch(visit)
    if found.row["state"] != ReplyState.UNDERSTOOD:  # only a mail that a worker has read within its limits
        raise NotHere("This mail was not read, so there is no HTML to show.")
    raw = _raw(visit, found.row["sha256"]).read_bytes()
    bodies = [body.text for body in open_mail(raw, visit.desk.config.limits).bodies if body.media_type == "text/html"]
    visit.note("looked at its HTML", found.row["id"])
    cleaned = [safe(body) or TOO_ODD for body in bodies] or [NO_BODY]
    return HTMLResponse(FRAME.format("<hr>".join(cleaned)), headers={"Content-Security-Policy": FRAMED})


TOO_ODD = "<p><i>This HTML is made to keep a browser busy. It is not shown; download the original instead.</i></p>"
NO_BODY = "<p><i>There is no HTML that is shown by itself in this mail; if it has any, it lies in a file.</i></p>"
FRAME = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>HTML of the sender</title><style>'
    "body{{font:16px/1.4 arial,sans-serif;margin:12px;overflow-wrap:anywhere;color:#0b0c0c;background:#fff}}"
    "table{{border-collapse:collapse}}td,th{{padding:2px 6px;vertical-align:top;text-align:left}}"
    "code{{background:#f3f2f1;font-size:14px}}blockquote{{margin:0 0 0 1em;border-left:3px solid #b1b4b6;"
    "padding-left:.8em}}</style></head><body>{}</body></html>"
)


def original(visit: Visit) -> Response:
    """The mail byte for byte as it came."""
    found = fetch(visit)
    path = _raw(visit, found.row["sha256"])
    _scanned(visit, found, path, "the original")
    answer = download(path, f"{found.row['reference'] or 'reply-' + str(found.row['id'])}.eml", "message/rfc822")
    visit.note("downloaded the original", found.row["id"])
    return answer


def attachment(visit: Visit) -> Response:
    """A file of the mail, by its number from 1."""
    found = fetch(visit)
    number = visit.number("number")
    files = found.message.attachments if found.message else ()
    if number > len(files):
        raise NotHere("This reply has no such file.")
    file = files[number - 1]
    path = _raw(visit, file.sha256)
    warn = not visit.desk.config.review.scan_command and may_harm(file.name, file.media_type)
    if warn and visit.query.get("sure") != "yes":
        return visit.page("harmful.html.j2", name=file.name, reply=found.row["id"])
    _scanned(visit, found, path, file.name)
    answer = download(path, file.name, file.media_type)
    visit.note("downloaded a file", found.row["id"], file.name)
    return answer


def _scanned(visit: Visit, found: One, path: Path, name: str) -> None:
    """Where a scanner is set up, nothing goes out that it has not called clean."""
    command = visit.desk.config.review.scan_command
    if not command:
        return
    try:
        pass_or_hold(command, path)
    except No as no:
        visit.note("was refused a file", found.row["id"], f"{name}: {no.title}")
        raise


def _raw(visit: Visit, sha256: str) -> Path:
    """Where the bytes lie. Raises NotHere when they are gone."""
    path = visit.desk.store.vault.path(sha256)
    if not path.is_file():
        raise NotHere("The bytes of this are no longer in the vault. Restore them from a backup.")
    return path
