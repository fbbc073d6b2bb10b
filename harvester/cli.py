"""The commands: arguments, printing, exit codes, the run lock. What they do lies in the rooms below."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvester.errors import NEEDS_PERSON, OK, WRONG_SETUP, HarvesterError, Unusable

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.store.engine import Store

app = typer.Typer(
    name="harvester",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Reads the replies to a request for information from a mailbox, stores and classifies each, "
    "and acknowledges it once.\n\nBegin with `harvester init DIR`, edit DIR/harvester.toml, then `harvester check`; "
    "put `harvester run` into cron.",
    epilog="Exit codes: 0 done; 1 something needs a person; 2 settings or folders are wrong; "
    "75 mailbox, SMTP or database out of reach (cron tries again).",
)
rules_app = typer.Typer(no_args_is_help=True, help="The rules: check them and run their own tests.")
app.add_typer(rules_app, name="rules")

_where: dict[str, Any] = {"config": Path("harvester.toml"), "overrides": []}

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@app.callback()
def _options(
    config: Annotated[Path, typer.Option(help="The request's settings.")] = Path("harvester.toml"),
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Override one key for this call."),
    ] = None,
) -> None:
    _where.update(config=config, overrides=overrides or [])


def main() -> None:
    """The entry point: a fault that a person can put right ends in sentences, not in a traceback."""
    try:
        app()
    except HarvesterError as fault:
        for problem in fault.problems:
            print(problem, file=sys.stderr)
        sys.exit(fault.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(OK)


def settings() -> "Config":
    from harvester.config import load

    config = load(_where["config"], _where["overrides"])
    for warning in config.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    return config


@contextmanager
def opened(config: "Config") -> Iterator["Store"]:
    from harvester.store.engine import Store

    store = Store.open(config.store.url, config.store.data)
    try:
        yield store
    finally:
        store.close()


def now_utc() -> datetime:
    return datetime.now(UTC)


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


# ------------------------------------------------------------------ setting up


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for this request.")],
) -> None:
    """Write harvester.toml, rules/, templates/ and data/ into DIR; never overwrites anything."""
    from harvester.start import init as write

    write(folder, now_utc())
    print(f"{folder} is ready. Next:")
    print(f"  1. edit {folder / 'harvester.toml'}: mailbox, outbox, own addresses")
    print(f"  2. harvester --config {folder / 'harvester.toml'} check")
    print(f"  3. harvester --config {folder / 'harvester.toml'} run --dry-run")


@app.command()
def check(json_: Json = False) -> None:
    """Try everything that can be tried without changing anything: settings, rules, templates, servers, disk."""
    from harvester.check import check as run_checks

    findings = run_checks(settings(), now_utc())
    if json_:
        print(as_json([asdict(one) for one in findings]))
    else:
        for one in findings:
            print(f"{one.mark:4} {one.what}: {one.sentence}")
    raise typer.Exit(max((one.exit_code for one in findings), default=OK, key=_severity))


def _severity(code: int) -> int:
    """2 before 75 before 1 before 0."""
    return (0, 1, 75, 2).index(code)


# ------------------------------------------------------------------ the run


@app.command()
def run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what is new; store and send nothing.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Say what was done, also when nothing was.")
    ] = False,
    json_: Json = False,
) -> None:
    """One pass: take in what is new, understand it, acknowledge it. Quiet when nothing happened."""
    from harvester.harvest import Workshop, harvest
    from harvester.model import Tally
    from harvester.store.lock import RunLock

    config = settings()
    if dry_run:
        _dry_run(config, json_)
        return
    with opened(config) as store, RunLock(store) as lock:
        if not lock.held:
            if json_:
                print(as_json(_counts(Tally(skipped=True))))
            elif verbose:
                print(f"Another run is going ({lock.holder}); nothing done.")
            raise typer.Exit(OK)
        with _progress(json_) as progress:
            shop = Workshop(config, store, lock, now_utc(), progress=progress)
            tally = harvest(shop)
    for problem in tally.problems:
        print(problem, file=sys.stderr)
    counts = _counts(tally)
    if json_:
        print(as_json(counts))
    elif verbose or any(
        counts[k] for k in ("fetched", "understood", "quarantined", "sent", "failed", "unknown")
    ):
        print(", ".join(f"{n} {what}" for what, n in counts.items() if n and n is not True) or "nothing new")
    codes = [fault.exit_code for fault in shop.troubles]
    if tally.quarantined or tally.failed or tally.unknown:
        codes.append(NEEDS_PERSON)
    raise typer.Exit(max(codes, default=OK, key=_severity))


def _counts(tally: Any) -> dict[str, Any]:
    return {key: value for key, value in asdict(tally).items() if key != "problems"}


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    """A bar on a terminal, silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _more: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, more: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=None)
            bars.advance(tasks[what], more)

        yield progress


def _dry_run(config: "Config", json_: bool) -> None:
    """What is new in each folder; opens read-only, stores nothing, sends nothing."""
    from harvester.mailbox import open_mailbox
    from harvester.store import replies

    found = []
    with opened(config) as store:
        for box in config.mailbox:
            with open_mailbox(box, config.limits) as mailbox:
                for folder in box.folders:
                    state = mailbox.open(folder.name)
                    listed = mailbox.uids(folder.name)
                    with store.read() as tx:
                        known = replies.known_uids(tx, box.name, folder.name, state.validity)
                    found.append(
                        {
                            "mailbox": box.name,
                            "folder": folder.name,
                            "new": len(listed - known),
                            "known": len(listed & known),
                        }
                    )
    if json_:
        print(as_json(found))
        return
    for one in found:
        print(
            f"{one['mailbox']}/{one['folder']}: {one['new']} new, {one['known']} known; nothing was stored or sent"
        )


@app.command()
def explain(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help=".eml file, folder, Maildir or mbox.")
    ],
    received: Annotated[
        str, typer.Option(help="Take the mails as received at this instant (ISO 8601).")
    ] = "",
    json_: Json = False,
) -> None:
    """Show what would be made of mails on disk, and why; touches nothing."""
    from harvester.report.explain import explain as explained

    moment = None
    if received:
        try:
            moment = datetime.fromisoformat(received)
        except ValueError:
            raise Unusable(f"--received {received}: not an instant; write 2027-08-16T12:00:00Z") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    for one in explained(settings(), paths, now_utc(), moment):
        if json_:
            print(as_json(one))
        else:
            print_explained(one)


def print_explained(one: dict[str, Any]) -> None:
    from rich.console import Console

    from harvester.report.table import clean

    console = Console(soft_wrap=True, highlight=False)

    def say(label: str, value: object) -> None:
        console.print(f"{label:16}", clean(value), sep="")

    console.print(clean(one["path"]), style="bold")
    say("from", f"{one['from_name'] or ''} <{one['from']}>")
    say("subject", one["subject"])
    say("disposition", f"{one['disposition']}  language {one['language']}")
    if one["quarantine"]:
        say("quarantine", one["quarantine"])
    for found in one["categories"]:
        say("category", f"{found['kind'] or found['id']}  {found['score']}  {found['standing']}")
        for piece in found["evidence"]:
            say("", f"«{piece['text']}» ({piece['where']}): {piece['because']} [{piece['rule']}]")
    for found in one["near"]:
        say("nearly", f"{found['id']}  {found['score']}  {found['why']}")
    for link in one["links"]:
        say("link", link["url"])
    for file in one["attachments"]:
        say(
            "attachment",
            f"{file['name']}  {file['media_type']}  {file['size']} bytes  text {file['text_status']}",
        )
    ack = one["acknowledgement"]
    say(
        "answer",
        f"yes, to {ack['to']} in {ack['language']}" if ack["answer"] else "no: " + ", ".join(ack["reasons"]),
    )
    console.print()


# ------------------------------------------------------------------ looking


@app.command("list")
def list_(
    disposition: Annotated[str, typer.Option(help="evidence, nil, question, ...")] = "",
    category: Annotated[str, typer.Option(help="A category's id, or a kind's.")] = "",
    state: Annotated[str, typer.Option(help="received, understood or quarantined.")] = "",
    ack: Annotated[str, typer.Option(help="queued, sent, withheld, unknown, ...")] = "",
    language: Annotated[str, typer.Option(help="ISO 639-1, or unknown.")] = "",
    search: Annotated[str, typer.Option(help="Words in the reply or its attachments.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many; 0: all.")] = 0,
    json_: Json = False,
    csv_: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """The classified inbox."""
    from harvester.store.listing import Filters, list_replies

    config = settings()
    filters = Filters(
        disposition=disposition or None,
        category=category or None,
        state=state or None,
        ack_state=ack or None,
        language=language or None,
        search=search or None,
        limit=limit or None,
    )
    with opened(config) as store, store.read() as tx:
        rows = list(list_replies(tx, filters))
    if json_:
        print("\n".join(as_json(row) for row in rows)) if rows else None
    elif csv_:
        from harvester.report.export import write_csv

        write_csv(rows, sys.stdout)
    elif rows:
        from rich.console import Console

        from harvester.report.table import printed

        printed(Console(width=None if sys.stdout.isatty() else 200), rows)
    else:
        print("No replies yet. `harvester run` takes them in.")


@app.command()
def show(reply: Annotated[int, typer.Argument(metavar="ID")], json_: Json = False) -> None:
    """Everything about one reply."""
    from harvester.report.show import shown

    config = settings()
    with opened(config) as store, store.read() as tx:
        one = shown(tx, reply, config)
    if json_:
        print(as_json(one))
    else:
        print_explained(one)
        print(
            f"state {one['state']}, received {one['received_at']}, acknowledgement {one['acknowledgement']['state']}"
        )


@app.command()
def status(json_: Json = False) -> None:
    """How things stand; exit code 1 as long as something waits for a person."""
    from harvester.store.listing import status as read_status

    config = settings()
    with opened(config) as store, store.read() as tx:
        now = read_status(tx, now_utc())
    if json_:
        print(as_json(now))
    else:
        for key, value in now.items():
            shown = ", ".join(f"{n} {k}" for k, n in value.items()) if isinstance(value, dict) else value
            print(f"{key.replace('_', ' '):18} {'-' if shown in (None, '') else shown}")
    raise typer.Exit(NEEDS_PERSON if now["needs_person"] else OK)


@app.command()
def reconcile(json_: Json = False) -> None:
    """Compare the server with the store: on_server = stored + quarantined + missing, for every folder."""
    from harvester.report.reconcile import reconcile as compare

    config = settings()
    with opened(config) as store:
        result = compare(config, store)
    if json_:
        print(as_json(result))
    else:
        for one in [*result["locations"], {"account": "all", "folder": "", **result["totals"]}]:
            name = f"{one['account']}/{one['folder']}".rstrip("/")
            print(
                f"{name}: {one['on_server']} on server = {one['stored']} stored + {one['quarantined']} quarantined"
                f" + {one['missing']} missing"
            )
    raise typer.Exit(NEEDS_PERSON if result["totals"]["missing"] else OK)


# ------------------------------------------------------------------ acting


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help=".eml file, folder, Maildir or mbox.")],
    acknowledge: Annotated[bool, typer.Option("--acknowledge", help="Answer what is imported.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what is new; store nothing.")] = False,
    json_: Json = False,
) -> None:
    """Take in mails from disk as if they had come by mail; not answered unless asked."""
    from harvester.harvest import Workshop, bring
    from harvester.mailbox import from_path
    from harvester.store.lock import RunLock

    config = settings()
    box = from_path(path, acknowledge)
    config = config.model_copy(update={"mailbox": (box,)})
    if dry_run:
        _dry_run(config, json_)
        return
    with opened(config) as store, RunLock(store) as lock:
        if not lock.held:
            print("Another run is going; try again when it has ended.", file=sys.stderr)
            raise typer.Exit(OK)
        tally = bring(Workshop(config, store, lock, now_utc()))
    for problem in tally.problems:
        print(problem, file=sys.stderr)
    counts = _counts(tally)
    print(
        as_json(counts)
        if json_
        else ", ".join(f"{n} {what}" for what, n in counts.items() if n) or "nothing new"
    )
    if tally.problems:
        raise typer.Exit(WRONG_SETUP)


@app.command()
def retry(
    replies_: Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="Default: all.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say which; change nothing.")] = False,
    json_: Json = False,
) -> None:
    """Read quarantined replies again at the next run."""
    from harvester.store import replies

    config = settings()
    with opened(config) as store, store.begin() as tx:
        ids = replies.retry(tx, replies_ or None, now_utc(), dry_run=dry_run)
    if json_:
        print(as_json({"retry": ids}))
    else:
        print(
            f"{len(ids)} replies {'would be' if dry_run else 'will be'} read again"
            if ids
            else "none in quarantine"
        )


@app.command()
def export(
    form: Annotated[str, typer.Argument(metavar="csv|xlsx|jsonl|zip")],
    to: Annotated[
        Path | None, typer.Option("--to", help="File to write; default: replies.FORM here.")
    ] = None,
) -> None:
    """Write every reply into one file."""
    from harvester.report.export import FORMS, write

    if form not in FORMS:
        raise Unusable(f"export {form}: unknown form; choose one of {', '.join(FORMS)}")
    config = settings()
    target = to or Path(f"replies.{form}")
    with opened(config) as store:
        count = write(form, target, config, store)
    print(f"{target}: {count} replies")


# ------------------------------------------------------------------ rules


@rules_app.command("check")
def rules_check() -> None:
    """Read every rule file; report every fault with file and line."""
    from harvester.classify.rulebook import load

    book = load(settings().classify.rules, None)
    print(f"rules are fine: {len(book.categories)} categories, hash {book.hash[:12]}")


@rules_app.command("test")
def rules_test() -> None:
    """Run each rule's own `matches` and `ignores`."""
    from harvester.classify.rulebook import load

    book = load(settings().classify.rules, None)
    problems = book.run_tests()
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(WRONG_SETUP)
    print("every rule does what its examples say")


# ------------------------------------------------------------------ the demo


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo lives.")] = Path("demo"),
) -> None:
    """The whole job on sample replies: a private mailbox, an SMTP sink, SQLite; nothing leaves this machine."""
    from harvester.tour import tour

    raise typer.Exit(tour(folder))


if __name__ == "__main__":
    main()
