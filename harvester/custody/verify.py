"""``harvester verify``: is everything we hold what we were given, and does it fit together?

It changes nothing, and a run may be going meanwhile.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from harvester.acknowledge.journal import Journal, load_key
from harvester.config import Config
from harvester.custody import readings
from harvester.errors import HarvesterError
from harvester.store import acks, consistency, inventory, replies, runs, tombstones
from harvester.store.engine import Store
from harvester.store.inventory import Count, Wrong
from harvester.store.lock import RunLock
from harvester.workshop import Progress

LATELY = 100  # runs without an end that are asked whether they are going; a worker may have begun long ago
MOST = 20  # complaints about the search index that are told one by one
MEND = "run `harvester doctor --mend`, which makes the index anew"
BACK = "put the file back from a backup"


@dataclass(frozen=True, slots=True)
class Fault:
    """``what``: missing | altered | surplus | unfinished | database | search | quotation | report | journal."""

    what: str
    sentence: str
    todo: str
    reply_id: int | None = None
    file: str = ""  # below the vault


@dataclass(slots=True)
class Figures:
    """What was looked at."""

    vault: Count = field(default_factory=Count)
    erased: int = 0
    letters: int = 0
    seconds: float = 0  # of hashing the vault

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self.vault), "erased": self.erased, "letters": self.letters, "seconds": round(self.seconds, 3)}

    def told(self) -> str:
        size = self.vault.bytes / 1e6
        speed = f", {size / self.seconds:.0f} MB/s" if self.seconds >= 0.1 else ""
        erased = f"; {self.erased} erased" if self.erased else ""
        held = f"{self.vault.mails} mails and {self.vault.files} files ({size:.1f} MB{speed})"
        return f"{held}, {self.letters} letters{erased}"


def verify(config: Config, store: Store, figures: Figures, progress: Progress) -> Iterator[Fault]:
    """Every fault, as soon as it is known; ``figures`` count along."""
    yield from _database(store)
    yield from _of_readings(readings.compare(store, lambda more, of: progress("read", more, of)))
    yield from _journal(config, store, figures)
    began = time.monotonic()
    for wrong in inventory.compare(store, figures.vault, lambda of: progress("hashed", 1, of)):
        if wrong.what != "surplus" or not _is_busy(store):  # else its row may come in a moment
            yield _of_vault(store, wrong)
    figures.seconds = time.monotonic() - began
    with store.read() as tx:
        figures.erased = tombstones.count(tx)
        for one in tombstones.unfinished(tx):
            told = f"{one.told()}; its last traces are not gone yet"
            yield Fault("unfinished", told, "the next run removes them, or `harvester erase --finish`", one.reply_id)


def _database(store: Store) -> Iterator[Fault]:
    restore = "restore it from a backup"
    with store.read() as tx:
        for check in (consistency.damaged_pages, consistency.orphans):
            for sentence in check(tx):
                yield Fault("database", f"{store.where}: {sentence}", restore)
        for sentence in consistency.changed_reports(tx):
            yield Fault("report", sentence, "do not rely on it; take the report from a backup, or freeze another")


def _of_readings(found: Iterator[readings.Unlike]) -> Iterator[Fault]:
    """As faults; of an index that is wrong altogether only the first are told."""
    told = 0
    for one in found:
        if one.what == "quotation":
            told_of = f"reply {one.reply_id}: {one.sentence}"
            yield Fault("quotation", told_of, "restore the database from a backup", one.reply_id)
            continue
        told += 1
        if told <= MOST:
            yield Fault("search", f"the search index {one.sentence}", MEND, one.reply_id)
        elif told == MOST + 1:
            yield Fault("search", "the search index has more such faults", MEND)


def _journal(config: Config, store: Store, figures: Figures) -> Iterator[Fault]:
    """Every letter that the database knows was written down before it left; and the other way round."""
    path = config.store.data / "answers.jsonl"
    with store.read() as tx:
        sent = dict(acks.sent(tx))
        figures.letters = len(sent)
        if not sent and not path.exists():
            return
        try:
            journal = Journal(path, load_key(config.store.data / "answers.key"))
            begun = journal.replies()
        except HarvesterError as fault:
            yield Fault("journal", "; ".join(fault.problems), "copy the file back from where it was")
            return
        known = sum(journal.knows(sha256) for sha256 in (*replies.hashes(tx), *tombstones.hashes(tx)))
    for reply_id, sha256 in sent.items():
        if not journal.knows(sha256):
            told = f"{path}: has no line for our letter in answer to reply {reply_id}"
            todo = "copy the journal back; without that line a restored database would answer this person twice"
            yield Fault("journal", told, todo, reply_id)
    if begun > known:
        told = f"{path}: knows letters in answer to {begun - known} mails that the database does not"
        todo = (
            "the database is older than the journal; `harvester run` takes the mails in again and answers none of them"
        )
        yield Fault("journal", told, todo)


def _of_vault(store: Store, wrong: Wrong) -> Fault:
    if wrong.held is None:
        told = f"{wrong.file} lies in the vault, but no reply has it"
        todo = (
            "what a dead run had just fetched is claimed by the next run; anything else was put there by somebody: "
            "move it away"
        )
        return Fault("surplus", told, todo, file=wrong.file)
    place = store.vault.path(wrong.file)
    if wrong.what == "missing":
        return Fault(
            "missing", f"{wrong.held.what}: its bytes are missing ({place})", BACK, wrong.held.reply_id, wrong.file
        )
    told = f"{wrong.held.what}: its bytes are not those that arrived ({place}, now {wrong.now[:12]}…)"
    return Fault("altered", told, BACK, wrong.held.reply_id, wrong.file)


def _is_busy(store: Store) -> bool:
    """Is a run going? Its own lock is asked: to try the one that all share could make a run believe in another."""
    with store.read() as tx:
        open_ = runs.unended(tx, LATELY)
    return any(RunLock(store).run_is_going(one) for one in open_)
