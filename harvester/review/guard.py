"""Who may come in, and who is who: host, session or trusted proxy, role, and that a form came from our page."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from starlette.requests import Request
from starlette.responses import Response

from harvester.config.table import is_loopback
from harvester.model import Role
from harvester.review import csrf
from harvester.review.desk import Desk
from harvester.review.visit import Form, Refused, Visit
from harvester.store import sessions, staff
from harvester.store.staff import Member

DOOR_BYTES = 200  # a cookie of ours is shorter


@dataclass(frozen=True, slots=True)
class NotSignedIn(Exception):
    """Somebody who is not signed in asks for a page of the staff."""

    wanted: str


def known_host(desk: Desk, host: str) -> bool:
    """Is this one of the names under which people reach us? Others are a page that lures a browser to loopback
    (DNS rebinding). The port is the proxy's affair."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    name = name.strip("[]").rstrip(".").casefold()
    return name in {one.casefold() for one in desk.config.review.names} or is_loopback(name)


def arrive(desk: Desk, request: Request, form: Form, now: datetime, needs: Role | None, changes: bool) -> Visit:
    """Raises NotSignedIn, or Refused for a role that does not suffice and for a form that is not ours."""
    door, who = _who(desk, request, now)
    visit = Visit(desk, request, form, now, door, who)
    if changes:
        _our_own_form(desk, visit)
    if needs is not None and who is None:
        raise NotSignedIn(_wanted(request))
    if needs is not None and not visit.may(needs):
        raise Refused(f"This is for people who may {ROLES[needs]}. An admin of these pages can change what you may do.")
    return visit


ROLES = {Role.VIEWER: "look at replies", Role.EDITOR: "review replies", Role.ADMIN: "manage accounts"}


def _who(desk: Desk, request: Request, now: datetime) -> tuple[str, Member | None]:
    door = request.cookies.get(cookie_name(desk), "")
    if not 20 <= len(door) <= DOOR_BYTES or not door.isascii():
        door = secrets.token_urlsafe(32)
    with desk.store.read() as tx:
        if (name := _said_by_proxy(desk, request)) is not None:
            member = staff.by_name(tx, name)
            if member is None or member.disabled:
                raise Refused(f"{name} has no account here. An admin adds one: harvester user add.")
            return door, member
        member, stale = sessions.whose(tx, door, now, desk.lifetime)
    if member and stale:
        with desk.store.begin() as tx:
            sessions.seen(tx, door, now)
    return door, member


def _said_by_proxy(desk: Desk, request: Request) -> str | None:
    """Whom a trusted proxy has signed in; the header of anybody else is not read. None: no proxy is trusted here."""
    review = desk.config.review
    if not review.proxy_header or request.client is None:
        return None
    other = ip_address(request.client.host)
    if not any(other in ip_network(one, strict=False) for one in review.proxy_addresses):
        return None
    return " ".join(request.headers.get(review.proxy_header, "").split()) or None


def _our_own_form(desk: Desk, visit: Visit) -> None:
    """Raises Refused for a form that another site has made."""
    site = visit.request.headers.get("Sec-Fetch-Site", "same-origin")
    token = visit.field("csrf") or visit.request.headers.get("X-CSRF-Token", "")
    if site not in ("same-origin", "none") or not csrf.right(visit.door, token):
        raise Refused("The form had expired. Go back, load the page again and repeat what you did.")


def _wanted(request: Request) -> str:
    if request.method != "GET":
        return "/"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def cookie_name(desk: Desk) -> str:
    """``__Host-`` binds it to this host and to TLS (RFC 6265bis, section 4.1.3.2)."""
    return "__Host-harvester" if desk.config.review.https else "harvester"


def remember(desk: Desk, response: Response, door: str) -> None:
    """A cookie of the browser's session; scripts cannot read it, other sites' forms do not send it."""
    https = desk.config.review.https
    response.set_cookie(cookie_name(desk), door, httponly=True, secure=https, samesite="lax", path="/")
