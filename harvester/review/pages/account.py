"""Signing in and out, following an invitation, one's own password."""

from datetime import timedelta

from starlette.responses import Response

from harvester.errors import Unusable
from harvester.review.guard import remember
from harvester.review.passwords import objection
from harvester.review.visit import NotHere, Refused, TooMany, Visit, local_path
from harvester.store import sessions, staff, trail
from harvester.store.staff import Member

WRONG = "The name or the password is not right"


def door(visit: Visit) -> Response:
    """The form to sign in."""
    return _door(visit)


def _door(visit: Visit, problem: str = "", status: int = 200) -> Response:
    name = visit.field("name")
    wanted = local_path(visit.field("next") or visit.query.get("next", "/"))
    return visit.page("sign_in.html.j2", status, name=name, next=wanted, problem=problem)


def sign_in(visit: Visit) -> Response:
    """The same words and the same time for a name that nobody has (S18 of the guarantees)."""
    name, password = visit.field("name"), visit.field("password")
    keys = (f"name {staff.key(name)}", f"address {visit.address}")
    if wait := visit.desk.throttle.wait(keys, visit.now):
        raise TooMany(f"There were too many wrong tries. Try again in {_spoken(wait)}.")
    with visit.desk.store.read() as tx:
        member = staff.by_name(tx, name)
    known = member.password if member and not member.disabled else None
    if not visit.desk.passwords.right(known, password) or member is None:
        visit.desk.throttle.wrong(keys, visit.now)
        return _door(visit, WRONG, 401)
    visit.desk.throttle.right(keys[0])
    return _come_in(visit, member, local_path(visit.field("next", "/")), "signed in")


def sign_out(visit: Visit) -> Response:
    with visit.desk.store.begin() as tx:
        sessions.end(tx, visit.door)
        trail.write(tx, visit.now, visit.member.name, "signed out")
    return visit.go("/sign-in")


def welcome(visit: Visit) -> Response:
    """Where an invitation's link leads: choose a password. Looking uses nothing up."""
    return _welcome(visit, visit.query.get("key", ""))


def accept(visit: Visit) -> Response:
    """The invitation becomes an account, or a new password for one."""
    key, password = visit.field("key"), visit.field("password")
    with visit.desk.store.read() as tx:
        invitation = sessions.invited(tx, key, visit.now)
    if invitation is None:
        raise NotHere(USED_UP)
    name = invitation.name or visit.field("name")
    if problem := _not_twice(visit) or objection(password, name):
        return _welcome(visit, key, problem)
    hashed = visit.desk.passwords.hash(password)
    try:
        with visit.desk.store.begin() as tx:
            if not sessions.use_up(tx, key, visit.now):
                raise NotHere(USED_UP)
            member = staff.by_name(tx, invitation.name) if invitation.name else None
            if member:
                staff.set_password(tx, member, hashed, visit.now)
            else:
                member = staff.add(tx, name, invitation.role, visit.now, hashed)
    except Unusable as fault:
        return _welcome(visit, key, str(fault))
    return _come_in(visit, member, "/", "followed an invitation")


USED_UP = "This link was used already, or is too old. An admin can make a new one: harvester user invite."


def _welcome(visit: Visit, key: str, problem: str = "") -> Response:
    with visit.desk.store.read() as tx:
        invitation = sessions.invited(tx, key, visit.now)
    if invitation is None:
        raise NotHere(USED_UP)
    status = 422 if problem else 200
    name = visit.field("name")
    return visit.page("welcome.html.j2", status, key=key, invitation=invitation, name=name, problem=problem)


def own(visit: Visit) -> Response:
    """One's own account."""
    return visit.page("account.html.j2", problem="", done=visit.query.get("done", ""))


def change(visit: Visit) -> Response:
    """A new password, or how one likes the pages."""
    member = visit.member
    if visit.field("what") == "keys":
        with visit.desk.store.begin() as tx:
            staff.save_settings(tx, member, {**member.settings, "keys": visit.field("keys") == "on"})
        return visit.go("/account", done="keys")
    if member.password is None:
        raise Refused("You sign in elsewhere; there is no password here to change.")
    keys = (f"name {staff.key(member.name)}",)
    if wait := visit.desk.throttle.wait(keys, visit.now):
        raise TooMany(f"There were too many wrong tries. Try again in {_spoken(wait)}.")
    problem = _not_twice(visit) or objection(visit.field("password"), member.name)
    if not visit.desk.passwords.right(member.password, visit.field("old")):
        visit.desk.throttle.wrong(keys, visit.now)
        problem = "Your present password is not right"
    if problem:
        return visit.page("account.html.j2", 422, problem=problem, done="")
    hashed = visit.desk.passwords.hash(visit.field("password"))
    with visit.desk.store.begin() as tx:
        staff.set_password(tx, member, hashed, visit.now)
    return _come_in(visit, member, "/account?done=password", "changed the password")


def _come_in(visit: Visit, member: Member, to: str, how: str) -> Response:
    """A new session with a new id, whatever the visitor held before (S17 of the guarantees)."""
    with visit.desk.store.begin() as tx:
        sessions.end(tx, visit.door)
        token = sessions.start(tx, member, visit.now, visit.desk.lifetime)
        trail.write(tx, visit.now, member.name, how)
    response = visit.go(to)
    remember(visit.desk, response, token)
    return response


def _not_twice(visit: Visit) -> str:
    same = visit.field("password") == visit.field("again")
    return "" if same else "The two passwords differ"


def _spoken(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"
