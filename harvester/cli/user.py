"""``harvester user``: who may use the review pages, and what each may do."""

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.call import Json, now_utc, opened, print_json
from harvester.errors import Unusable
from harvester.model import Role

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from harvester.store.staff import Member

user_app = typer.Typer(no_args_is_help=True, help="Who may use the review pages: viewer, editor or admin.")
Name = Annotated[str, typer.Argument(metavar="NAME")]
INVITED = timedelta(days=3)


@user_app.command("add")
def add(
    ctx: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Option(help="viewer: look; editor: review, export; admin: people too.")] = Role.EDITOR,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input; else a link is printed.")
    ] = False,
) -> None:
    """A new account. Prints a link, good once for three days, under which the person chooses a password."""
    from harvester.review.passwords import Passwords, objection
    from harvester.review.server import address
    from harvester.store import sessions, staff

    config, now = ctx.obj.settings(), now_utc()
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password is not None and (problem := objection(password, name)):
        raise Unusable(f"password: {problem}")
    hashed = None if password is None else Passwords().hash(password)
    with opened(config, create=True) as store, store.begin() as tx:
        member = staff.add(tx, name, role, now, hashed)
        if hashed:
            print(f"{member.name} may sign in as {role}")
            return
        key = sessions.invite(tx, role, now + INVITED, member.name)
    print(f"{member.name} is {role}, and chooses a password here until {now + INVITED:%d %B %Y}:")
    print(address(config, f"/welcome?key={key}"))


@user_app.command("invite")
def invite(ctx: typer.Context, name: Name) -> None:
    """A new link for somebody who has forgotten the password; the old password goes when the new one is chosen."""
    from harvester.review.server import address
    from harvester.store import sessions

    config, now = ctx.obj.settings(), now_utc()
    with opened(config, create=True) as store, store.begin() as tx:
        member = _known(tx, name)
        key = sessions.invite(tx, member.role, now + INVITED, member.name)
    print(address(config, f"/welcome?key={key}"))


@user_app.command("role")
def role(ctx: typer.Context, name: Name, new: Annotated[Role, typer.Argument(metavar="ROLE")]) -> None:
    """What somebody may do: viewer, editor or admin. Ends the person's sessions."""
    from harvester.store import staff

    with opened(ctx.obj.settings(), create=True) as store, store.begin() as tx:
        staff.set_role(tx, _known(tx, name), new, now_utc())
    print(f"{name} is {new}")


@user_app.command("disable")
def disable(ctx: typer.Context, name: Name) -> None:
    """Lets nobody in under this name any more; what the person decided stays."""
    from harvester.store import staff

    with opened(ctx.obj.settings(), create=True) as store, store.begin() as tx:
        staff.disable(tx, _known(tx, name), now_utc())
    print(f"{name} can no longer sign in")


@user_app.command("enable")
def enable(ctx: typer.Context, name: Name) -> None:
    """Lets somebody in again."""
    from harvester.store import staff

    with opened(ctx.obj.settings(), create=True) as store, store.begin() as tx:
        staff.enable(tx, _known(tx, name), now_utc())
    print(f"{name} can sign in again")


@user_app.command("list")
def list_(ctx: typer.Context, json_: Json = False) -> None:
    """Everybody who has an account."""
    from harvester.store import staff

    with opened(ctx.obj.settings()) as store, store.read() as tx:
        members = staff.all_of(tx)
    if json_:
        print_json([{"name": one.name, "role": one.role, "disabled": one.disabled} for one in members])
        return
    for one in members:
        print(f"{one.role:8} {one.name}{' (disabled)' if one.disabled else ''}")
    if not members:
        print("nobody yet: `harvester review` prints a link for the first admin")


def _known(tx: "Connection", name: str) -> "Member":
    from harvester.store import staff

    member = staff.by_name(tx, name)
    if member is None:
        raise Unusable(f"{name}: nobody has this name; `harvester user list` shows who has")
    return member
