"""``harvester ack ...``: acknowledgements that wait, and what a person does with them."""

import os
import pwd
from typing import Annotated

import typer

from harvester.cli.call import Json, now_utc, opened, print_json
from harvester.errors import NEEDS_PERSON
from harvester.model import AckState

ack_app = typer.Typer(no_args_is_help=True, help="Acknowledgements that wait: look at them, hold them, let them go.")

Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Replies, as `harvester list` numbers them.")]


@ack_app.command("plan")
def plan(ctx: typer.Context, json_: Json = False) -> None:
    """Which acknowledgements the next run would send, to whom and in which language."""
    from harvester.acknowledge.kill_switch import silenced
    from harvester.store import acks, approvals

    config = ctx.obj.settings()
    ours, now = config.acknowledge, now_utc()
    with opened(config) as store, store.read() as tx:
        due = acks.due(tx, now, ours.max_per_run)
        counts, could_go = acks.counts(tx), acks.due_count(tx, now)
        may_go = approvals.may_go(tx, now, ours.approve_above)
    for number, one in enumerate(due):
        approved = number < may_go
        if json_:
            print_json(
                {"id": one.reply_id, "to": one.to, "language": one.language, "disposition": str(one.disposition),
                 "approved": approved}
            )  # fmt: skip
        else:
            print(f"{one.reply_id:6}  {one.language}  {one.disposition:10}  {one.to}" + ("" if approved else "  ?"))
    if json_:
        return
    sent, held = min(len(due), may_go), counts.get("held", 0)
    later = counts.get("queued", 0) - sent
    rest = [f"{later} more wait for a later run"] * (later > 0) + [f"{held} are held"] * (held > 0)
    print(", ".join([f"{sent} would be sent", *rest]))
    if could_go > may_go:
        print(
            f"{could_go} could go now, more than acknowledge.approve_above ({ours.approve_above}), and {may_go} are "
            f"approved; `harvester ack approve {could_go}` lets them go"
        )
    if why := silenced(config):
        print(why)


@ack_app.command("approve")
def approve(
    ctx: typer.Context,
    letters: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="How many, as `ack plan` told.")],
) -> None:
    """Let so many go although they are more than acknowledge.approve_above; holds for a day, and once."""
    from harvester.store import acks, approvals

    config, now, by = ctx.obj.settings(), now_utc(), pwd.getpwuid(os.getuid()).pw_name
    with opened(config) as store, store.begin() as tx:
        approvals.approve(tx, letters, by, now)
        could_go = acks.due_count(tx, now)
    print(f"approved by {by}: {letters} letters, the oldest first" + f" ({could_go} could go now)")


@ack_app.command("hold")
def hold(ctx: typer.Context, ids: Ids) -> None:
    """Keep these back until `release`; only what has not begun can be held."""
    _move(ctx, ids, AckState.QUEUED, AckState.HELD, "a person holds it back")


@ack_app.command("release")
def release(ctx: typer.Context, ids: Ids) -> None:
    """Let these go out with the next run after all."""
    _move(ctx, ids, AckState.HELD, AckState.QUEUED, "a person lets it go")


@ack_app.command("resend")
def resend(ctx: typer.Context, ids: Ids) -> None:
    """Let these of unknown fate go out again, with the same Message-ID; first look into the mail server's log."""
    from harvester.store import acks

    with opened(ctx.obj.settings()) as store, store.begin() as tx:
        moved = acks.release_unknown(tx, ids, now_utc())
    _tell(ids, moved, AckState.UNKNOWN, AckState.QUEUED)


def _move(ctx: typer.Context, ids: list[int], old: AckState, new: AckState, note: str) -> None:
    from harvester.store import acks

    now = now_utc()
    with opened(ctx.obj.settings()) as store, store.begin() as tx:
        moved = [one for one in dict.fromkeys(ids) if acks.move(tx, one, old, new, now, note)]
    _tell(ids, moved, old, new)


def _tell(ids: list[int], moved: list[int], old: AckState, new: AckState) -> None:
    others = [one for one in dict.fromkeys(ids) if one not in moved]
    if moved:
        print(f"{new}: {', '.join(map(str, moved))}")
    if others:
        print(f"not {old}, so left alone: {', '.join(map(str, others))}")
        raise typer.Exit(NEEDS_PERSON)
