"""`harvester backup` and `harvester restore`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.call import Json, complain, now_utc, opened, print_json
from harvester.errors import NEEDS_PERSON, OK

backup_app = typer.Typer()


@backup_app.command()
def backup(
    ctx: typer.Context,
    place: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Of its own; a later backup there copies what is new.")
    ],
    tar: Annotated[bool, typer.Option("--tar", help="FOLDER is the name of one tar file instead.")] = False,
    json_: Json = False,
) -> None:
    """Copy everything of this request: database, mails, answer journal, settings (no passwords); runs may go on."""
    from harvester.backup.make import backup as make

    config = ctx.obj.settings(at_work=True)
    with opened(config) as store:
        made = make(config, store, place, tar, now_utc())
    told = made.manifest
    if json_:
        print_json({**asdict(told), "place": str(place), "new_files": made.new_files})
    else:
        print(
            f"{place}: {told.replies} replies as of {told.made_at}, "
            f"{told.files} files ({_size(told.size)}), {made.new_files} of them new"
        )
    complain(f"not in the backup, because it lies outside {config.folder}: {one}" for one in made.elsewhere)
    complain(
        f"vault file {one} is missing or damaged, so it is not in the backup; an older one may have it"
        for one in told.damaged
    )
    raise typer.Exit(NEEDS_PERSON if told.damaged else OK)


@backup_app.command()
def restore(
    ctx: typer.Context,
    place: Annotated[Path, typer.Argument(metavar="BACKUP", help="The folder or tar file that `backup` made.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also when a database or mails are there; gives up what it holds.")
    ] = False,
    journal_complete: Annotated[
        bool,
        typer.Option(
            "--journal-complete",
            help="The answers.jsonl in the data folder is the one that was written to until the end, "
            "so letters it does not know were never sent.",
        ),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only look whether the backup is whole; write nothing.")
    ] = False,
    json_: Json = False,
) -> None:
    """Put a backup back: settings where there are none, then mails, journal and database of an empty data folder."""
    from harvester.backup.check import checked
    from harvester.backup.restore import put_settings
    from harvester.backup.restore import restore as put_back
    from harvester.backup.shelf import opened as looked_into

    call = ctx.obj
    with looked_into(place) as source:
        found = checked(source, str(place))
        if check:
            files = f"{found.files} files ({_size(found.size)}), each as it was"
            told = f"{place}: {found.replies} replies as of {found.made_at}; {files}"
            print_json(asdict(found)) if json_ else print(told)
            return
        written = put_settings(source, found, call.path.absolute().parent)
        config = call.settings(at_work=True)
        done = put_back(config, source, found, now_utc(), overwrite, journal_complete)
    if json_:
        counts = {"replies": found.replies, "unknown": done.unknown, "erased_again": done.erased_again}
        print_json({"made_at": found.made_at, **counts, "settings": written})
        return
    if written:
        print(
            f"{config.folder}: brought back {written[0]}"
            + (f" and {len(written) - 1} more files" if written[1:] else "")
        )
    print(f"{config.store.data}: {found.replies} replies as of {found.made_at}; {done.journal}")
    if done.erased_again:
        print(f"{done.erased_again} of them had been erased here since, and were erased again")
    print(_what_now(done.blind, done.unknown))


def _what_now(blind: bool, unknown: int) -> str:
    """What a person should know before the next run."""
    if not blind:
        began = f"{unknown} letters that waited were begun after the backup: they are unknown now. " if unknown else ""
        return f"{began}Next: `harvester check`, `harvester run`; the journal says who was answered after the backup."
    waited = f"{unknown} letters that waited may have gone out since: they are unknown now. " if unknown else ""
    return (
        f"{waited}Mails that came after the backup are taken in by the next run; whether they were answered nobody "
        "can tell, so their letters become unknown too and none goes out by itself.\n"
        "Next: put the password files back, `harvester check`, `harvester run`; then `harvester list --ack unknown`, "
        "and `harvester retry --answers ID...` for those who have no answer yet."
    )


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
