"""``harvester demo``: the main job on the sample replies, told step by step."""

import email
import email.policy
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvester.config import Config, load
from harvester.demo import Servers, demo_servers, write_demo_config
from harvester.errors import NEEDS_PERSON, OK, ConfigError
from harvester.harvest import harvest
from harvester.report import printed
from harvester.report.reconcile import reconcile
from harvester.report.show import shown_to_people
from harvester.report.table import clean, inbox
from harvester.shipment import shipped
from harvester.store import listing
from harvester.store.engine import Store
from harvester.store.lock import RunLock
from harvester.workshop import Progress, Workshop

PROSE = 100  # columns at most
WIDE = 170  # columns in which the whole table fits
MIDDLE = {  # the columns of the table for a terminal of 120 to 169, and how wide they are at least
    "id": 3, "respondent": 20, "lang": 4, "subject": 14, "disposition": 12, "categories": 27, "files": 5,
    "links": 5, "acknowledgement": 18,
}  # fmt: skip
NARROW = {"id": 3, "respondent": 20, "disposition": 12, "categories": 24, "acknowledgement": 18}

Row = dict[str, Any]


def tour(folder: Path) -> int:
    """Run the job in ``folder`` (made if missing; only this folder is written); returns an exit code."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PROSE)
    with demo_servers(folder) as servers:
        config = settings(folder, servers)
        welcome(console, config, servers)
        store = Store.open(config.store.url, config.store.data)
        try:
            with RunLock(store) as lock:
                if not lock.held:
                    say(console, "Another demo is running in this folder; wait until it has ended.")
                    return OK
                shop = Workshop(config, store, lock, datetime.now(UTC), progress=counted(console))
                tally = harvest(shop)
            for problem in tally.problems:
                say(console, clean(problem), style="red")
            if tally.fetched or tally.understood or tally.sent:
                everything(console, shop, servers)
            else:
                nothing_new(console, shop)
            totals(console, shop)
        finally:
            store.close()
    how_to_go_on(console, config)
    if shop.troubles:
        return shop.troubles[0].exit_code
    return NEEDS_PERSON if tally.failed or tally.unknown else OK


def settings(folder: Path, servers: Servers) -> Config:
    path = write_demo_config(Path(os.path.abspath(folder.expanduser())), servers, shipped())
    try:
        return load(path, servers.overrides)
    except ConfigError as fault:
        advice = f"These are the demo's settings: mend them, or delete {here(path.parent)} to begin anew."
        raise ConfigError([*fault.problems, advice]) from fault


# ------------------------------------------------------------------ what is said, in order


def welcome(console: Console, config: Config, servers: Servers) -> None:
    console.print("The harvester at work on sample replies; nothing leaves this machine.\n", style="bold")
    home = here(config.folder)
    for what, where in (
        ("mailbox", f"a private IMAP server on {servers.host}:{servers.imap_port}, filled with the sample replies"),
        ("outbox", f"an SMTP sink on {servers.host}:{servers.smtp_port} that puts every letter into {home}/sent/"),
        ("store", f"{home}/data/: SQLite, the raw mails, their attachments"),
        ("settings", f"{home}/harvester.toml, {home}/rules/ and {home}/templates/, yours to play with"),
    ):
        say(console, f"  {what:10}{where}")
    console.print()


def everything(console: Console, shop: Workshop, servers: Servers) -> None:
    with shop.store.read() as tx:
        rows = list(listing.list_replies(tx, listing.Filters()))
        whole = {row["id"]: listing.show(tx, row["id"]) or {} for row in rows}
    title(console, "The classified inbox")
    print_inbox(console, rows)
    answered(console, rows, whole)
    quarantined(console, rows, whole)
    one_letter(console, sorted(servers.sink_folder.glob("*.eml")))
    one_explained(console, shop, rows)


def print_inbox(console: Console, rows: Sequence[Row]) -> None:
    """The table in the columns that the terminal has; into a file or pipe in as many as it takes.

    Of the reasons for silence only the first: all of them follow below.
    """
    table = inbox([briefly(row) for row in rows])
    if not console.is_terminal:
        for column in table.columns:
            column.no_wrap = True
            column.max_width = column.max_width if column.header == "subject" else None
        Console(file=console.file, width=1000).print(table)
    elif console.width >= WIDE:
        console.print(table)
    else:
        console.print(narrowed(table, console.width))


def narrowed(table: Table, width: int) -> Table:
    """The columns that matter most, together not wider than this."""
    widths = dict(MIDDLE if width >= 120 else NARROW)
    spare = max(0, width - sum(widths.values()) - len(widths))
    growing = [name for name in ("subject", "categories", "respondent") if name in widths]
    for name in growing:
        widths[name] += spare // len(growing)
    kept = [column for column in table.columns if column.header in widths]
    narrow = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for column in kept:
        header = str(column.header)
        one_line = header in ("subject", "lang")
        narrow.add_column(header, justify=column.justify, max_width=widths[header], no_wrap=one_line)
    for cells in zip(*(column.cells for column in kept), strict=True):
        narrow.add_row(*cells)
    return narrow


def briefly(row: Row) -> Row:
    ack = row["acknowledgement"]
    if not ack or len(ack["reasons"]) < 2:
        return row
    return {**row, "acknowledgement": {**ack, "reasons": [f"{ack['reasons'][0]} …"]}}


def answered(console: Console, rows: Sequence[Row], whole: Mapping[int, Row]) -> None:
    """Who got an acknowledgement; for the others every reason, as a sentence."""
    sent = [row["id"] for row in rows if state(row) == "sent"]
    title(console, f"{len(sent)} acknowledgements were sent, one for each of these replies")
    say(console, ids(sent))
    others = [row for row in rows if state(row) == "withheld"]
    title(console, f"{len(others)} replies were not acknowledged, and why")
    found: dict[tuple[str, str], list[int]] = {}
    for row in others:
        for one in whole[row["id"]]["acknowledgement"]["objections"]:
            found.setdefault((one["code"], one["sentence"]), []).append(row["id"])
    table = Table(box=None, show_header=False, pad_edge=False, width=min(console.width, 120))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(max_width=24)
    for (code, sentence), replies in found.items():
        table.add_row(code, clean(sentence), clean(ids(replies)))
    console.print(table)


def quarantined(console: Console, rows: Sequence[Row], whole: Mapping[int, Row]) -> None:
    odd = [row for row in rows if row["quarantine"]]
    if not odd:
        return
    title(console, "In quarantine: kept and listed, but not opened and never answered")
    for row in odd:
        detail = whole[row["id"]].get("quarantine_detail") or ""
        say(console, clean(f"{row['id']}  {row['quarantine']}  {row['subject'] or ''}  {detail}".rstrip()))


def one_letter(console: Console, letters: Sequence[Path]) -> None:
    if not letters:
        return
    title(console, f"One acknowledgement as it was sent ({here(letters[0])})")
    letter = email.message_from_bytes(letters[0].read_bytes(), policy=email.policy.default)
    for name, value in letter.items():
        console.print(clean(f"  {name}: {value}"), soft_wrap=True)
    console.print()
    for line in letter.get_content().splitlines():
        console.print(clean(f"  {line}"), soft_wrap=True)


def one_explained(console: Console, shop: Workshop, rows: Sequence[Row]) -> None:
    """A reply in another language than the letter above, with the words that decided and their rules."""
    told = [row for row in rows if row["categories"]]
    chosen = next((row for row in told if row["language"] not in ("en", "unknown")), next(iter(told), None))
    if chosen is None:
        return
    title(console, f"Why reply {chosen['id']} was classified as it was")
    with shop.store.read() as tx:
        printed.explained(*shown_to_people(tx, chosen["id"], shop.config))


def nothing_new(console: Console, shop: Workshop) -> None:
    say(console, f"Nothing new: {shop.tally.known} mails lie in the mailbox, and all of them were here already.")
    with shop.store.read() as tx:
        rows = list(listing.list_replies(tx, listing.Filters()))
    kinds = Counter("quarantined" if row["quarantine"] else row["disposition"] for row in rows)
    say(console, f"{len(rows)} replies: " + counts(kinds))
    say(console, "Acknowledgements: " + counts(Counter(state(row) for row in rows if state(row))))


def totals(console: Console, shop: Workshop) -> None:
    """Server against store: nothing may be missing."""
    sums = reconcile(shop.config, shop.store)["totals"]
    title(console, "Reconciled")
    say(
        console,
        "{on_server} mails on the server = {stored} stored + {quarantined} quarantined + {missing} missing.".format(
            **sums
        ),
    )


def how_to_go_on(console: Console, config: Config) -> None:
    program, file = called(), here(config.path)
    title(console, "How to go on")
    for command, what in (
        (f"{program} --config {file} list --category shared", "the table, filtered"),
        (f"{program} --config {file} show 1", "everything about one reply"),
        (f"{program} --config {file} export xlsx", "all of it in a spreadsheet"),
        (f"{program} init DIR", "a folder for your own request; then edit DIR/harvester.toml"),
    ):
        console.print(clean(f"  {command:60}  {what}"), soft_wrap=True)


# ------------------------------------------------------------------ words


def title(console: Console, words: str) -> None:
    console.print()
    console.print(clean(words), style="bold")


def say(console: Console, words: str | Text, style: str = "") -> None:
    """Prose, wrapped where it can still be read."""
    text = words if isinstance(words, Text) else Text(words)
    for line in text.wrap(console, min(console.width, PROSE)):
        line.rstrip()
        console.print(line, style=style)


def counted(console: Console) -> Progress:
    """Progress as a line a step. Without a bar: bars are drawn by a thread, and none may run before the workers."""
    done: Counter[str] = Counter()

    def progress(what: str, more: int, of: int) -> None:
        done[what] += more
        if what != "acknowledged" or done[what] % 10 == 0 or done[what] == of:
            say(console, f"  {what} {done[what]} of {of}")
        if what == "taken in" and done[what] == of:
            say(console, "  reading them; the rules are compiled once, which takes a moment ...")

    return progress


def counts(numbers: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in numbers.most_common())


def ids(numbers: Iterable[int]) -> str:
    return " ".join(str(number) for number in sorted(numbers))


def state(row: Row) -> str:
    return str((row["acknowledgement"] or {}).get("state") or "")


def here(path: Path) -> str:
    """As somebody in the current folder would write it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def called() -> str:
    """How the harvester was started, so that the commands shown can be copied."""
    program = sys.argv[0]
    return here(Path(program)) if os.path.basename(program) == "harvester" else "harvester"
