"""One request of one person, as a page sees it; and the ways a page can say no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from harvester.model import Role
from harvester.review.csrf import issue
from harvester.review.desk import Desk
from harvester.store import trail
from harvester.store.staff import Member

Form = Sequence[tuple[str, str]]


class No(Exception):
    """A page that says no, in a sentence that helps. Subclasses know their HTTP status (RFC 9110, section 15.5)."""

    status = 400
    title = "That cannot be done"

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotHere(No):
    status = 404
    title = "Page not found"


class Refused(No):
    status = 403
    title = "You may not do that"


class Clash(No):
    """Somebody else was faster."""

    status = 409
    title = "Somebody else has changed this in the meantime"


class TooMany(No):
    status = 429
    title = "Too many tries"


@dataclass(frozen=True)
class Visit:
    desk: Desk
    request: Request
    form: Form
    now: datetime
    door: str  # what the cookie holds: of the session, or of a visitor who is not signed in yet
    who: Member | None

    @property
    def member(self) -> Member:
        """Who visits a page that only staff may see."""
        assert self.who
        return self.who

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @property
    def address(self) -> str:
        """Of the other end, as the socket says."""
        return self.request.client.host if self.request.client else ""

    @property
    def partial(self) -> bool:
        """htmx asks for a piece of a page."""
        return self.request.headers.get("HX-Request") == "true"

    def may(self, role: Role) -> bool:
        return self.who is not None and self.who.role.includes(role)

    def number(self, name: str) -> int:
        """A number in the path. Raises NotHere for one that no row can have."""
        value = int(self.request.path_params[name])
        if not 0 < value < 2**63:
            raise NotHere
        return value

    def field(self, name: str, default: str = "") -> str:
        """The last field of this name in the form."""
        return dict(self.form).get(name, default)

    def fields(self, name: str) -> list[str]:
        return [value for key, value in self.form if key == name]

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A whole page, or for htmx a piece; ``csrf`` is a new token each time, so that compressing leaks nothing."""
        given = {"visit": self, "who": self.who, "csrf": issue(self.door), "now": self.now, "Role": Role}
        return HTMLResponse(self.desk.pages.render(template, given | values), status)

    def go(self, path: str, **query: str) -> Response:
        """See other (RFC 9110, section 15.4.4): after every change, so that reloading repeats nothing."""
        return RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), 303)

    def note(self, what: str, reply_id: int | None = None, detail: str = "") -> None:
        """Write down that this person did this."""
        with self.desk.store.begin() as tx:
            trail.write(tx, self.now, self.member.name, what, reply_id, detail)


def local_path(wanted: str) -> str:
    """A path of these pages, whatever somebody put into ``next=`` (S19 of the guarantees)."""
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    return wanted if wanted.isprintable() and "\\" not in wanted else "/"
