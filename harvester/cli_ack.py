"""``harvester ack ...``: acknowledgements that wait, and what a person does with them."""

from typing import Annotated

import typer

from harvester.call import Json, now_utc, opened, print_json
from harvester.errors import NEEDS_PERSON
from harvester.model import AckState

ack_app = typer.Typer(no_args_is_help=True, help="Acknowledgements that wait: look at them, hold them, let them go.")

Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Replies, as `harvester list` numbers them.")]


@ack_app.command("plan")
def plan(ctx: typer.Context, json_: Json = False) -> None:
    """Which acknowledgements the next run would send, to whom and in which language."""
    from harvester.store import acks

    config = ctx.obj.settings()
    with opened(config) as store, store.read() as tx:
        due = acks.due(tx, now_utc(), config.acknowledge.max_per_run)
        counts = acks.counts(tx)
    for one in due:
        if json_:
            print_json(
                {"id": one.reply_id, "to": one.to, "language": one.language, "disposition": str(one.disposition)}
            )
        else:
            print(f"{one.reply_id:6}  {one.language}  {one.disposition:10}  {one.to}")
    if not json_:
        waiting = counts.get("queued", 0) - len(due)
        print(f"{len(due)} would be sent" + (f", {waiting} more wait for a later run" if waiting else ""))
        if not config.acknowledge.enabled:
            print("acknowledge.enabled is false: nothing is sent")


@ack_app.command("hold")
def hold(ctx: typer.Context, ids: Ids) -> None:
    """Keep these back until `release`; only what has not begun can be held."""
    _move(ctx, ids, AckState.QUEUED, AckState.HELD, "a person holds it back")


@ack_app.command("release")
def release(ctx: typer.Context, ids: Ids) -> None:
    """Let these go out with the next run after all."""
    _move(ctx, ids, AckState.HELD, AckState.QUEUED, "a person lets it go")


def _move(ctx: typer.Context, ids: list[int], old: AckState, new: AckState, note: str) -> None:
    from harvester.store import acks

    now = now_utc()
    with opened(ctx.obj.settings()) as store, store.begin() as tx:
        moved = [one for one in dict.fromkeys(ids) if acks.move(tx, one, old, new, now, note)]
    others = [one for one in dict.fromkeys(ids) if one not in moved]
    if moved:
        print(f"{new}: {', '.join(map(str, moved))}")
    if others:
        print(f"not {old}, so left alone: {', '.join(map(str, others))}")
        raise typer.Exit(NEEDS_PERSON)
