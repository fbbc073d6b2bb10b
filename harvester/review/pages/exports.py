"""What leaves the house: every reply in a file, the originals, and the evidence report, as it is or frozen."""

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.datastructures import QueryParams
from starlette.responses import Response, StreamingResponse

from harvester.report import evidence
from harvester.report.choice import Choose, everything
from harvester.report.evidence_docx import docx
from harvester.report.evidence_html import html
from harvester.report.export import FORMS, write
from harvester.report.picking import Pick
from harvester.review.address import asked, query
from harvester.review.download import disposition
from harvester.review.filters import told
from harvester.review.headers import INERT
from harvester.review.older import judged_by_older_rules
from harvester.review.visit import NotHere, Visit
from harvester.store import inbox, reports, trail
from harvester.store.inbox import Asked

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "zip": "application/zip",
    "html": "application/octet-stream",  # saved, not shown: it is a file for others, not a page of ours
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
CHUNK = 1 << 18


def exports(visit: Visit) -> Response:
    """What there is to take home; where one comes from a filtered table, that table alone too."""
    wanted = _all_pages(visit)
    with visit.desk.store.read() as tx:
        frozen = reports.all_of(tx)
        number = inbox.total(tx, wanted, visit.desk.config.request.deadline)
        older = judged_by_older_rules(visit, tx)
    return visit.page(
        "exports.html.j2", frozen=frozen, done=visit.query.get("done", ""), chosen=told(wanted, visit.desk.topics),
        address=query(wanted), number=number, older=older,
    )  # fmt: skip


def table(visit: Visit) -> Response:
    """The replies that the table shows in one file, on whatever page of it they stand."""
    form = str(visit.request.path_params["form"])
    if form not in FORMS:
        raise NotHere
    share, wanted = _shared(visit), _all_pages(visit)
    chosen = ", ".join(told(wanted, visit.desk.topics))
    deadline = visit.desk.config.request.deadline
    folder = tempfile.TemporaryDirectory(prefix="harvester-export-")
    try:
        path = Path(folder.name) / f"replies.{form}"
        count = write(
            form, path, visit.desk.config, visit.desk.store, visit.now, share=share,
            choose=lambda tx: inbox.ids(tx, wanted, deadline), chosen=chosen,
        )  # fmt: skip
    except BaseException:
        folder.cleanup()
        raise
    which = f" ({chosen})" if chosen else ""
    visit.note("exported", None, f"{count} replies as {form}{' to share' if share else ''}{which}")
    some = "some-" if chosen else ""
    name = f"{visit.desk.config.request.id}-{some}replies{'-to-share' if share else ''}.{form}"
    return _saved(path, name, TYPES[form], folder)


def _all_pages(visit: Visit) -> Asked:
    wanted = asked(visit.request.query_params)
    return Asked(wanted.chosen, wanted.search)


def _shared(visit: Visit) -> bool:
    """For people outside? (``share`` is the name of a filter.)"""
    return visit.query.get("for") == "others"


def report(visit: Visit) -> Response:
    """The evidence report as it would be now: of every reply, or of those that the table shows."""
    form = _form(visit)
    share, wanted = _shared(visit), _all_pages(visit)
    return sent(visit, gathered(visit, wanted, share), form, share)


def sent(visit: Visit, made: evidence.Report, form: str, share: bool) -> Response:
    """The report as a file to save."""
    which = f" ({made.chosen})" if made.chosen else ""
    visit.note("exported", None, f"evidence report as {form}{' to share' if share else ''}{which}")
    some = "some-" if made.chosen else ""
    name = f"{visit.desk.config.request.id}-{some}evidence{'-to-share' if share else ''}.{form}"
    return _bytes(_rendered(made, form), name, form)


def freeze(visit: Visit) -> Response:
    """Keep the report of now, so that it can be made again byte for byte."""
    share, wanted = visit.field("share") == "yes", asked(QueryParams(visit.field("about")))
    return keep(visit, gathered(visit, wanted, share), share)


def keep(visit: Visit, made: evidence.Report, share: bool) -> Response:
    """Freezes a report, and shows it among the others."""
    with visit.desk.store.begin() as tx:
        title = f"{'to share' if share else 'everything'}{': ' if made.chosen else ''}{made.chosen}"
        number = reports.freeze(tx, title, evidence.frozen(made), visit.member.name, visit.now)
        trail.write(tx, visit.now, visit.member.name, "froze a report", None, f"report {number}, {title}")
    return visit.go("/exports", done="frozen")


def chooser(visit: Visit, wanted: Asked) -> Choose:
    """Every reply where nothing is asked for."""
    deadline = visit.desk.config.request.deadline
    return (lambda tx: inbox.ids(tx, wanted, deadline)) if told(wanted, visit.desk.topics) else everything


def gathered(visit: Visit, wanted: Asked, share: bool, picked: Collection[Pick] | None = None) -> evidence.Report:
    """In a reading transaction of its own: it takes long, and a run must not wait for it."""
    chosen, choose = "; ".join(told(wanted, visit.desk.topics)), chooser(visit, wanted)
    with visit.desk.store.read() as tx:
        return evidence.gather(
            tx, visit.desk.config, visit.now, share=share, choose=choose, chosen=chosen, picked=picked
        )


def frozen(visit: Visit) -> Response:
    """A frozen report again, the same bytes as ever."""
    form, number = _form(visit), visit.number("report")
    with visit.desk.store.read() as tx:
        content = reports.content(tx, number)
    if content is None:
        raise NotHere
    visit.note("exported", None, f"frozen report {number} as {form}")
    return _bytes(_rendered(evidence.thawed(content), form), f"evidence-{number}.{form}", form)


def _form(visit: Visit) -> str:
    form = str(visit.request.path_params["form"])
    if form not in ("html", "docx"):
        raise NotHere
    return form


def _rendered(made: evidence.Report, form: str) -> bytes:
    return html(made) if form == "html" else docx(made)


def _bytes(content: bytes, name: str, form: str) -> Response:
    return Response(content, media_type=TYPES[form], headers=_headers(name))


def _saved(path: Path, name: str, media_type: str, folder: "tempfile.TemporaryDirectory[str]") -> Response:
    """Streams the file and forgets it; also when the browser goes away in the middle."""

    def pieces() -> Iterator[bytes]:
        with folder, path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece

    headers = _headers(name) | {"Content-Length": str(path.stat().st_size)}
    return StreamingResponse(
        pieces(), media_type=media_type, headers=headers, background=BackgroundTask(folder.cleanup)
    )


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": disposition(name), "Content-Security-Policy": INERT}
