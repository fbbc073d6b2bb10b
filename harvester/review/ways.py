"""Every route of the pages in one table: path, method, page, and what one must be allowed to. The tests walk it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from harvester.model import Role
from harvester.review.desk import Desk
from harvester.review.pages import (
    account,
    audit,
    cases,
    decide,
    exports,
    graves,
    inbox,
    machines,
    many,
    overview,
    people,
    picking,
    reply,
    statements,
    views,
    why,
)
from harvester.review.visit import Visit


@dataclass(frozen=True, slots=True)
class Way:
    path: str
    method: Literal["GET", "POST"]  # a GET never changes what anybody sees
    page: Callable[[Visit], Response]
    needs: Role | None  # None: anybody

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


WAYS = (
    Way("/", "GET", inbox.table, Role.VIEWER),
    Way("/counts", "GET", inbox.counts, Role.VIEWER),
    Way("/columns", "POST", views.columns, Role.VIEWER),
    Way("/views", "POST", views.save, Role.EDITOR),
    Way("/views/{view:int}/forget", "POST", views.forget, Role.EDITOR),
    Way("/many", "POST", many.act, Role.EDITOR),
    Way("/many/{batch:int}/undo", "POST", many.undo, Role.EDITOR),
    # one reply
    Way("/replies/{id:int}", "GET", reply.one, Role.VIEWER),
    Way("/replies/{id:int}/html", "GET", reply.html, Role.VIEWER),
    Way("/replies/{id:int}/original", "GET", reply.original, Role.VIEWER),
    Way("/replies/{id:int}/attachments/{number:int}", "GET", reply.attachment, Role.VIEWER),
    Way("/replies/{id:int}/why", "GET", why.why, Role.VIEWER),
    Way("/replies/{id:int}/review", "POST", decide.review, Role.EDITOR),
    Way("/replies/{id:int}/cases", "GET", cases.cases, Role.EDITOR),
    Way("/replies/{id:int}/cases", "POST", cases.split, Role.EDITOR),
    Way("/queue", "GET", decide.queue, Role.VIEWER),
    Way("/keys", "GET", decide.keys, Role.VIEWER),
    Way("/overview", "GET", overview.overview, Role.VIEWER),
    Way("/erased", "GET", graves.erased, Role.VIEWER),
    # how good the machine is
    Way("/audits", "GET", audit.audits_page, Role.VIEWER),
    Way("/audits", "POST", audit.draw, Role.EDITOR),
    Way("/audits/{audit:int}", "GET", audit.one, Role.VIEWER),
    Way("/audits/{audit:int}/next", "GET", audit.ask, Role.EDITOR),
    Way("/audits/{audit:int}/close", "POST", audit.close, Role.EDITOR),
    Way("/audits/{audit:int}/{number:int}", "POST", audit.answer, Role.EDITOR),
    # what leaves the house
    Way("/exports", "GET", exports.exports, Role.EDITOR),
    Way("/exports/replies/{form}", "GET", exports.table, Role.EDITOR),
    Way("/exports/evidence/{form}", "GET", exports.report, Role.EDITOR),
    Way("/exports/cases", "GET", picking.offer, Role.EDITOR),
    Way("/exports/cases", "POST", picking.take, Role.EDITOR),
    Way("/exports/frozen", "POST", exports.freeze, Role.EDITOR),
    Way("/exports/frozen/{report:int}/{form}", "GET", exports.frozen, Role.EDITOR),
    # who may come in
    Way("/sign-in", "GET", account.door, None),
    Way("/sign-in", "POST", account.sign_in, None),
    Way("/sign-out", "POST", account.sign_out, Role.VIEWER),
    Way("/welcome", "GET", account.welcome, None),
    Way("/welcome", "POST", account.accept, None),
    Way("/account", "GET", account.own, Role.VIEWER),
    Way("/account", "POST", account.change, Role.VIEWER),
    Way("/people", "GET", people.people, Role.ADMIN),
    Way("/people", "POST", people.add, Role.ADMIN),
    Way("/people/{person:int}", "POST", people.change, Role.ADMIN),
    Way("/accessibility", "GET", statements.accessibility, None),
    Way("/privacy", "GET", statements.privacy, None),
)

MACHINES: tuple[tuple[str, Callable[[Desk, Request], Response]], ...] = (
    ("/healthz", machines.healthz),
    ("/metrics", machines.numbers),
)
"""For monitoring: no pages, so without session and cookie; each knows by itself to whom it speaks."""
