"""What the store costs, and whether it costs more when more is in it: `python benchmarks/store.py [REPLIES] [URL]`.

CPU seconds of this process for batches of 200: first into an empty store, then at every checkpoint.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from harvester.config.letters import AcknowledgeConfig
from harvester.model import AckState, Decision
from harvester.store import acks, replies, runs
from harvester.store.engine import Store
from harvester.store.history import History
from harvester.store.listing import Filters, list_replies
from harvester.store.overview import status
from store_samples import NOW, PREFIX, arrived, hashed, understanding

BATCH = 200
WORDS = "we share one chief executive with our neighbour and save much money each year with a merged service "
LIMITS = AcknowledgeConfig(per_hour=10**9, per_domain_per_hour=10**9)


@contextmanager
def timed(into: dict[str, float], what: str) -> Iterator[None]:
    began = time.process_time()
    yield
    into[what] = into.get(what, 0.0) + time.process_time() - began


def batch_of(first: int) -> list:
    """Replies of the usual size: 2 KB of own words, two links, one file, one category with evidence."""
    return [
        understanding(n, address=f"officer{n % 7000}@town{n % 900}.example", own=f"{WORDS * 20}number {n}")
        for n in range(first, first + BATCH)
    ]


def fill(store: Store, first: int, run_id: int, spent: dict[str, float]) -> None:
    mails = [hashed(arrived(n)) for n in range(first, first + BATCH)]
    ones = batch_of(first)
    with timed(spent, "take in"), store.begin() as tx:
        replies.take_in(tx, "box", "INBOX", "1", True, mails, run_id, NOW)
    with timed(spent, "pending"), store.read() as tx:
        ids = [one.reply_id for one in replies.pending(tx)]
    with timed(spent, "decide and store"), store.begin() as tx:
        history = History.of(tx, [(i, one.message) for i, one in zip(ids, ones, strict=True)], NOW)
        decided = []
        for reply_id, one in zip(ids, ones, strict=True):
            history.duplicate_of(reply_id, one.message)
            decision = Decision(one.message.sender.address, "en")
            history.add(reply_id, decision)
            decided.append((reply_id, one, decision))
        replies.store_understood(tx, decided, run_id, NOW, PREFIX)


def ask(store: Store, count: int, run_id: int) -> None:
    """How long the questions take that runs and people ask."""
    spent: dict[str, float] = {}
    with store.read() as tx:
        for what, filters in {
            "page": Filters(limit=50),
            "page of a rare word": Filters(search=f"number {count - 7}", limit=50),
            "page of a common word": Filters(search="executive", limit=50),
            "page of a category": Filters(category="shared.merger", limit=50),
        }.items():
            with timed(spent, what):
                list(list_replies(tx, filters))
        with timed(spent, "status"):
            status(tx, NOW)
        with timed(spent, "known uids"):
            replies.known_uids(tx, "box", "INBOX", "1")
        with timed(spent, "due (500)"):
            due = acks.due(tx, NOW, 500)
    for what, seconds in spent.items():
        print(f"  {what:24}{seconds * 1000:8.1f} ms")
    began, clock = time.process_time(), time.monotonic()
    for row in due:
        with store.begin() as tx:
            claim = acks.claim(tx, row.reply_id, run_id, f"<ack{row.reply_id}@lga.example>", NOW, LIMITS)
        assert claim is acks.Claim.CLAIMED
        with store.begin() as tx:
            acks.settle(tx, row.reply_id, AckState.SENT, NOW, "250 taken", letter=b"x" * 1500)
    cpu, wall = time.process_time() - began, time.monotonic() - clock
    print(f"  {'claim + settle':24}{cpu / len(due) * 1000:8.2f} ms CPU a letter, {len(due) / wall:.0f} a second")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/harvester.db"
        store = Store.open(url, Path(folder))
        with store.begin() as tx:
            run_id = runs.start(tx, NOW - timedelta(minutes=1))
        checkpoints = {n for n in (1_000, 10_000, 50_000, 100_000, 200_000) if n < count} | {count}
        spent: dict[str, float] = {}
        for first in range(0, count, BATCH):
            if first % 2_000 == 0:
                spent = {}
            fill(store, first, run_id, spent)
            done = first + BATCH
            if done in checkpoints:
                mails = done - (done - 1) // 2_000 * 2_000
                each = {what: seconds / mails * 1000 for what, seconds in spent.items()}
                print(f"{done} replies: {sum(each.values()):.3f} ms CPU a mail")
                for what, ms in each.items():
                    print(f"  {what:24}{ms:8.3f} ms a mail")
                ask(store, done, run_id)
                with store.read() as tx:
                    print(f"  {'database':24}{status(tx, NOW)['database_bytes'] / done:8.0f} bytes a reply")
        store.close()


if __name__ == "__main__":
    main()
