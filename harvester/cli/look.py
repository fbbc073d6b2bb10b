"""Looking at replies: what would be made of a mail, everything about one, and which letter it would get."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.call import Json, now_utc, opened, print_json
from harvester.errors import Unusable

look_app = typer.Typer()


@look_app.command()
def explain(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help=".eml file, folder, Maildir or mbox.")],
    received: Annotated[
        str, typer.Option(metavar="INSTANT", help="Take the mails as received then: 2027-08-16T12:00:00Z.")
    ] = "",
    json_: Json = False,
) -> None:
    """Show what would be made of mails on disk, and why; touches nothing."""
    from harvester.report.explain import explain as explained
    from harvester.report.printed import explained as say

    moment = None
    if received:
        try:
            moment = datetime.fromisoformat(received)
        except ValueError:
            raise Unusable(f"--received {received}: not an instant; write 2027-08-16T12:00:00Z") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    for number, (one, notes) in enumerate(explained(ctx.obj.settings(), paths, now_utc(), moment)):
        if json_:
            print_json(one)
        else:
            if number:
                print()
            say(one, notes)


@look_app.command()
def show(ctx: typer.Context, reply: Annotated[int, typer.Argument(metavar="ID")], json_: Json = False) -> None:
    """Everything about one reply."""
    from harvester.report.printed import stored
    from harvester.report.show import shown_to_people

    config = ctx.obj.settings()
    with opened(config) as store, store.read() as tx:
        one, notes = shown_to_people(tx, reply, config)
    if json_:
        print_json(one)
    else:
        stored(one, notes)


@look_app.command()
def preview(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="ID|FILE", help="A stored reply, or an .eml file.")],
    language: Annotated[str, typer.Option(help="Another language than the reply's: de, fr ...")] = "",
    text: Annotated[bool, typer.Option("--text", help="As a mail program shows it.")] = False,
) -> None:
    """The acknowledgement that a reply would get, byte for byte; nothing is sent."""
    from harvester import preview as letters

    config = ctx.obj.settings()
    if what.isdecimal():
        with opened(config) as store:
            shown = letters.of_stored(config, store, int(what), now_utc(), language)
    else:
        shown = letters.of_file(config, Path(what), now_utc(), language)
    if text:
        print(shown.text, end="")
    else:
        raw = shown.letter.raw
        sys.stdout.buffer.write(raw.replace(b"\r\n", b"\n") if sys.stdout.isatty() else raw)
        sys.stdout.flush()
    if shown.objections:
        print(f"such a reply gets no letter: {', '.join(shown.objections)}", file=sys.stderr)
