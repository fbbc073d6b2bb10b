"""Who may use these pages: an admin's page."""

from datetime import timedelta

from starlette.responses import Response

from harvester.errors import Unusable
from harvester.model import Role
from harvester.review.visit import NotHere, Visit
from harvester.store import sessions, staff, trail

INVITED = timedelta(days=3)


def people(visit: Visit) -> Response:
    return _people(visit)


def _people(visit: Visit, problem: str = "", link: str = "", whose: str = "") -> Response:
    with visit.desk.store.read() as tx:
        members = staff.all_of(tx)
    status = 422 if problem else 200
    return visit.page("people.html.j2", status, members=members, problem=problem, link=link, whose=whose, roles=Role)


def add(visit: Visit) -> Response:
    """A new account, and the link under which its owner chooses a password; shown once."""
    try:
        role = Role(visit.field("role"))
    except ValueError:
        return _people(visit, "Choose what the person may do.")
    try:
        with visit.desk.store.begin() as tx:
            member = staff.add(tx, visit.field("name"), role, visit.now)
            key = sessions.invite(tx, role, visit.now + INVITED, member.name)
            trail.write(tx, visit.now, visit.member.name, "added a person", None, f"{member.name}: {role}")
    except Unusable as fault:
        return _people(visit, str(fault))
    return _people(visit, link=_link(visit, key), whose=member.name)


def change(visit: Visit) -> Response:
    """Another role, a new link, no more entry, or entry again."""
    link = whose = ""
    try:
        with visit.desk.store.begin() as tx:
            member = staff.by_id(tx, visit.number("person"))
            if member is None:
                raise NotHere
            what = visit.field("what")
            if what == "link":
                key = sessions.invite(tx, member.role, visit.now + INVITED, member.name)
                link, whose = _link(visit, key), member.name
            elif what == "disable":
                staff.disable(tx, member, visit.now)
            elif what == "enable":
                staff.enable(tx, member, visit.now)
            elif what in set(Role):
                staff.set_role(tx, member, Role(what), visit.now)
            else:
                raise Unusable("Choose what to change.")
            trail.write(tx, visit.now, visit.member.name, "changed a person", None, f"{member.name}: {what}")
    except Unusable as fault:
        return _people(visit, str(fault))
    if member.id == visit.member.id and not link:
        return visit.go("/sign-in")  # who changes oneself is signed out by it
    return _people(visit, link=link, whose=whose)


def _link(visit: Visit, key: str) -> str:
    return f"{visit.request.url.scheme}://{visit.request.headers['host']}/welcome?key={key}"
