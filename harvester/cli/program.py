"""The commands: arguments, exit codes, the run lock. What they do and say lies in the rooms below."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester import log
from harvester.cli.ack import ack_app
from harvester.cli.backup import backup_app
from harvester.cli.call import Call, Json, Verbose, complain, now_utc, opened, print_json, progress_bars, worst
from harvester.cli.custody import custody_app
from harvester.cli.ending import ended
from harvester.cli.erase import erase_app
from harvester.cli.inbox import export, list_
from harvester.cli.look import look_app
from harvester.cli.many import many_app
from harvester.cli.report import report_app
from harvester.cli.rules import rules_app
from harvester.cli.user import user_app
from harvester.cli.watch import watch_app
from harvester.errors import NEEDS_PERSON, OK, Unusable

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.workshop import Workshop

app = typer.Typer(
    name="harvester",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Reads the replies to a request for information from a mailbox, stores and classifies each, "
    "and acknowledges it once.\n\nBegin with `harvester init DIR`, edit DIR/harvester.toml, then `harvester check`; "
    "put `harvester run` into cron. `harvester explain mail.eml` shows what would be made of a mail, and why.",
    epilog="Exit codes: 0 done; 1 something needs a person; 2 settings, rules, templates or folders are wrong; "
    "75 mailbox, SMTP server or database out of reach (the next run tries again).",
)
app.add_typer(look_app)
app.add_typer(many_app)
app.add_typer(watch_app)
app.add_typer(custody_app)
app.add_typer(backup_app)
app.add_typer(erase_app)
app.add_typer(rules_app, name="rules")
app.add_typer(ack_app, name="ack")
app.add_typer(user_app, name="user")
app.add_typer(report_app, name="report")
app.command("list")(list_)
app.command()(export)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"harvester {version('harvester')}")
        raise typer.Exit(OK)


@app.callback()
def _options(
    ctx: typer.Context,
    config: Annotated[Path, typer.Option(metavar="FILE", help="The request's settings.")] = Path("harvester.toml"),
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Change one setting for this call; repeatable."),
    ] = None,
    log_: Annotated[
        log.Format | None, typer.Option("--log", help="How a run tells on standard error: text, or JSON lines.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    log.speak(log_ or "text")
    ctx.obj = Call(config, tuple(overrides or ()), log_)


def main() -> None:
    """The entry point."""
    ended(app)


# ------------------------------------------------------------------ setting up


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for this request.")],
) -> None:
    """Write harvester.toml, rules/, templates/ and data/ into DIR; never overwrites anything."""
    from harvester.start import init as write

    write(folder, now_utc())
    print(f"{folder} is ready: a request is a folder. Next:")
    print(f"  1. edit {folder / 'harvester.toml'}: mailbox, outbox, own addresses")
    print(f"  2. cd {folder}, then `harvester check` until it has no more to say")
    print("  3. `harvester run --dry-run` shows what a run would do")


# ------------------------------------------------------------------ the run


@app.command()
def run(
    ctx: typer.Context,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Read what is new and show what would be done; store and send nothing."),
    ] = False,
    verbose: Verbose = False,
    json_: Json = False,
) -> None:
    """One pass: take in what is new, understand it, acknowledge it. Quiet when nothing happened."""
    from harvester.harvest import harvest
    from harvester.report.printed import told

    config = ctx.obj.settings(at_work=True)
    if dry_run:
        _rehearse(config, json_)
    with _at_work(config, verbose, json_) as shop:
        harvest(shop)
    _finish(shop, told(shop.tally) or ("nothing new" if verbose else ""), json_)


@contextmanager
def _at_work(config: "Config", verbose: bool, json_: bool) -> Iterator["Workshop"]:
    """Store open, run lock held; ends the command when another run has the lock."""
    from harvester.model import Tally
    from harvester.report.printed import counts
    from harvester.store.lock import RunLock
    from harvester.workshop import Workshop

    with opened(config, create=True) as store, RunLock(store) as lock:
        if not lock.held:
            if json_:
                print_json(counts(Tally(skipped=True)))
            elif verbose:
                print(f"Another run is going ({lock.holder}); nothing done.")
            raise typer.Exit(OK)
        with progress_bars(json_) as progress:
            yield Workshop(config, store, lock, now_utc(), progress=progress)


def _finish(shop: "Workshop", sentence: str, json_: bool) -> None:
    """Complaints, counts, and the exit code of what this run did."""
    from harvester.report.printed import counts

    complain(shop.tally.problems)
    if json_:
        print_json(counts(shop.tally))
    elif sentence:
        print(sentence)
    codes = [fault.exit_code for fault in shop.troubles]
    if shop.tally.quarantined or shop.tally.failed or shop.tally.unknown:
        codes.append(NEEDS_PERSON)
    raise typer.Exit(worst(codes))


def _rehearse(config: "Config", json_: bool) -> None:
    """The dry run."""
    from rich.console import Console

    from harvester.rehearse import rehearse
    from harvester.report.printed import told
    from harvester.report.table import inbox
    from harvester.store.lock import RunLock
    from harvester.workshop import Workshop

    with opened(config) as store, progress_bars(json_) as progress:
        shop = Workshop(config, store, RunLock(store), now_utc(), progress=progress)
        rows = rehearse(shop)
    if rows and not json_:
        Console(width=None if sys.stdout.isatty() else 200).print(inbox(rows))
    sentence = told(shop.tally).replace("queued", "would be acknowledged") or "nothing new"
    _finish(shop, f"dry run: {sentence}; nothing was stored or sent", json_)


@app.command("import")
def import_(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help=".eml file, folder, Maildir or mbox.")],
    acknowledge: Annotated[
        bool, typer.Option("--acknowledge", help="Let the next run answer what is imported.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; store nothing.")] = False,
    json_: Json = False,
) -> None:
    """Take in mails from disk as if they had come by mail; not answered unless asked."""
    from harvester.harvest import bring
    from harvester.mailbox import from_path
    from harvester.mailbox.folder import passed_over
    from harvester.report.printed import told

    config = ctx.obj.settings(at_work=True)
    there = from_path(path, acknowledge)
    config = config.model_copy(update={"mailbox": (there,)})
    if dry_run:
        _rehearse(config, json_)
    with _at_work(config, True, json_) as shop:
        bring(shop)
    sentence = told(shop.tally) or "nothing new"
    none = there.type == "folder" and not (shop.tally.fetched or shop.tally.known)
    if none and (others := passed_over(path.expanduser())):
        sentence = f"no mail found; files there that do not end in .eml: {others}"
    _finish(shop, sentence, json_)


@app.command()
def retry(
    ctx: typer.Context,
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="Default: all in quarantine.")] = None,
    answers: Annotated[
        bool,
        typer.Option("--answers", help="Instead: send acknowledgements of unknown fate again (name the IDs)."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say which; change nothing.")] = False,
    json_: Json = False,
) -> None:
    """Read quarantined replies again at the next run; or let an acknowledgement of unknown fate go out again."""
    from harvester.store import acks, replies

    config = ctx.obj.settings()
    if answers and not ids:
        raise Unusable("retry --answers: name the replies; `harvester list --ack unknown` shows them")
    with opened(config) as store, store.begin() as tx:
        if answers:
            done = acks.release_unknown(tx, ids or [], now_utc(), dry_run=dry_run)
        else:
            done = replies.retry(tx, ids or None, now_utc(), dry_run=dry_run)
    what = "acknowledged" if answers else "read"
    if json_:
        print_json({"retry": done})
    elif done:
        print(f"{len(done)} replies {'would' if dry_run else 'will'} be {what} again: {', '.join(map(str, done))}")
    else:
        print("none of these waits for a decision" if ids else "none in quarantine")


@app.command()
def classify(
    ctx: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="All replies, not only those that other rules have judged.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; store nothing.")] = False,
    json_: Json = False,
) -> None:
    """After a change of rules: judge the stored replies anew. Reviews stay; nobody is answered because of it."""
    from harvester.reclassify import reclassify

    config = ctx.obj.settings(at_work=True)
    with _at_work(config, True, json_) as shop:
        count = 0
        for change in reclassify(shop, everything, dry_run):
            count += 1
            if json_:
                print_json(change.as_json())
            else:
                print(change.told())
    if not json_:
        print(f"{count} replies {'would be' if dry_run else 'are'} filed differently")


@app.command()
def review(ctx: typer.Context) -> None:
    """Serve the staff's web pages (settings: section review) until Ctrl-C; at first it prints a link for an admin."""
    from harvester.review.server import address, first_link, serve

    config = ctx.obj.settings(at_work=True)
    with opened(config, create=True) as store:
        if link := first_link(config, store, now_utc()):
            print(f"Nobody has an account yet. This link makes the first admin, once, within half an hour:\n{link}")
        print(f"Serving {address(config)} until Ctrl-C", flush=True)
        serve(config, store, now_utc)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(metavar="DIR", help="Where the demo lives.")] = Path("demo"),
) -> None:
    """The whole job on sample replies: a private mailbox, an SMTP sink, SQLite; nothing leaves this machine."""
    from harvester.tour import tour

    raise typer.Exit(tour(folder))


if __name__ == "__main__":
    main()
