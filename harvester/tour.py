"""``harvester demo``: the main job on the sample replies, told step by step."""

import email
import email.policy
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from harvester.config import load
from harvester.demo import demo_servers, write_demo_config
from harvester.errors import NEEDS_PERSON, OK
from harvester.harvest import Workshop, harvest
from harvester.model import Tally
from harvester.report.reconcile import reconcile
from harvester.report.table import clean, inbox
from harvester.start import shipped
from harvester.store.engine import Store
from harvester.store.listing import Filters, list_replies
from harvester.store.lock import RunLock


def tour(folder: Path) -> int:
    """Run the job in ``folder`` (made if missing; only this folder is written); returns an exit code."""
    console = Console(highlight=False)
    console.print(
        f"A private mailbox with sample replies, an SMTP sink and SQLite, all in {folder}/ on loopback.\n"
    )
    with demo_servers(folder) as servers:
        config = load(write_demo_config(folder, servers, shipped()))
        store = Store.open(config.store.url, config.store.data)
        try:
            with RunLock(store) as lock:
                if not lock.held:
                    console.print("Another demo is running in this folder.")
                    return OK
                shop = Workshop(config, store, lock, datetime.now(UTC), progress=counted(console))
                tally = harvest(shop)
            for problem in tally.problems:
                console.print(clean(problem))
            with store.read() as tx:
                rows = list(list_replies(tx, Filters()))
            if not tally.fetched and not tally.sent:
                console.print(f"Nothing new: {tally.known} mails are in the mailbox and all are stored.\n")
            else:
                told(console, tally, rows, servers.sink_folder)
            totals = reconcile(config, store)["totals"]
            console.print(
                "Reconciled: {on_server} on the server = {stored} stored + {quarantined} quarantined"
                " + {missing} missing.".format(**totals)
            )
        finally:
            store.close()
    console.print(
        f"\nLook closer: .venv/bin/harvester --config {config.path} list --category shared"
        f"\n             .venv/bin/harvester --config {config.path} show 1"
        "\nYour own request: .venv/bin/harvester init DIR writes a folder to edit; the README shows how to go on."
    )
    return NEEDS_PERSON if tally.problems else OK


def counted(console: Console) -> Any:
    """Progress as lines that grow on a terminal, and one line a batch elsewhere."""
    done: Counter[str] = Counter()

    def progress(what: str, more: int) -> None:
        done[what] += more
        if what != "acknowledged" or done[what] % 10 == 0:
            console.print(f"  {what}: {done[what]}")

    return progress


def told(console: Console, tally: Tally, rows: list[dict[str, Any]], sink: Path) -> None:
    console.print()
    Console(width=None if console.is_terminal else 190).print(inbox(rows))
    states = Counter(row["acknowledgement"]["state"] for row in rows if row["acknowledgement"])
    why = Counter(code for row in rows for code in (row["acknowledgement"] or {"reasons": ()})["reasons"])
    console.print(f"\n{tally.sent} acknowledgements were sent; {states['withheld']} were withheld:")
    for code, count in why.most_common():
        console.print(f"  {count:3} {code}")
    letters = sorted(sink.glob("*.eml"))
    if letters:
        letter = email.message_from_bytes(letters[0].read_bytes(), policy=email.policy.default)
        console.print("\nOne of them, as it was sent:\n", style="bold")
        for name, value in letter.items():
            console.print(clean(f"  {name}: {value}"))
        console.print()
        for line in letter.get_content().splitlines():
            console.print(clean(f"  {line}"))
        console.print()
