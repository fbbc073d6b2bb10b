"""``harvester list`` and ``harvester export``: the classified inbox, all of it or what fits, printed or in a file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvester.cli.call import Json, now_utc, opened, print_json
from harvester.errors import Unusable

if TYPE_CHECKING:
    from harvester.store.listing import Filters

Disposition = Annotated[str, typer.Option(help="evidence, nil, question, ...")]
Category = Annotated[str, typer.Option(help="A category's id, or a kind's.")]
State = Annotated[str, typer.Option(help="received, understood or quarantined.")]
Ack = Annotated[str, typer.Option(help="queued, sent, withheld, unknown, ...")]
Language = Annotated[str, typer.Option(help="ISO 639-1, or unknown.")]
Search = Annotated[str, typer.Option(help="Words in the reply or its attachments.")]
Limit = Annotated[int, typer.Option(help="At most so many; 0: all.")]


def list_(
    ctx: typer.Context,
    disposition: Disposition = "",
    category: Category = "",
    state: State = "",
    ack: Ack = "",
    language: Language = "",
    search: Search = "",
    limit: Limit = 0,
    json_: Json = False,
    csv_: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """The classified inbox."""
    from harvester.store.listing import Filters, list_replies

    filters = _filters(disposition, category, state, ack, language, search, limit)
    config = ctx.obj.settings()
    with opened(config) as store, store.read() as tx:
        rows = list_replies(tx, filters, config.request.deadline)
        if json_:
            for row in rows:
                print_json(row)
        elif csv_:
            from harvester.classify.topics import topics
            from harvester.report.export import write_csv

            write_csv(rows, sys.stdout, topics(config.classify.rules))
        else:
            _print_table(list(rows), filters != Filters())


def _print_table(rows: list[dict[str, Any]], filtered: bool) -> None:
    if not rows:
        print("No reply fits." if filtered else "No replies yet. `harvester run` takes them in.")
        return
    from rich.console import Console

    from harvester.report.table import inbox

    Console(width=None if sys.stdout.isatty() else 200).print(inbox(rows))


def export(
    ctx: typer.Context,
    form: Annotated[str, typer.Argument(metavar="csv|xlsx|jsonl|zip")],
    to: Annotated[Path | None, typer.Option("--to", help="File to write; default: replies.FORM here.")] = None,
    share: Annotated[
        bool, typer.Option("--share", help="For people outside: without what was sent in confidence.")
    ] = False,
    disposition: Disposition = "",
    category: Category = "",
    state: State = "",
    ack: Ack = "",
    language: Language = "",
    search: Search = "",
    limit: Limit = 0,
) -> None:
    """Write replies into one file: every one, or those that fit."""
    from harvester.report.export import FORMS, write
    from harvester.store.listing import matching

    if form not in FORMS:
        raise Unusable(f"export {form}: unknown form; choose one of {', '.join(FORMS)}")
    filters = _filters(disposition, category, state, ack, language, search, limit)
    config = ctx.obj.settings()
    target = to or Path(f"replies.{form}")
    with opened(config) as store:
        count = write(
            form, target, config, store, now_utc(), share=share, choose=lambda tx: matching(tx, filters),
            chosen=str(filters),
        )  # fmt: skip
    print(f"{target}: {count} replies")


def _filters(
    disposition: str, category: str, state: str, ack: str, language: str, search: str, limit: int
) -> "Filters":
    from harvester.store.listing import Filters

    return Filters(
        disposition=disposition or None,
        category=category or None,
        state=state or None,
        ack_state=ack or None,
        language=language or None,
        search=search or None,
        limit=limit or None,
    )
