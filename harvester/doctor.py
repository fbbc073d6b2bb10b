"""``harvester doctor``: what is not well, what that means, and what can be mended without harm.

It finds nothing by itself: the findings are those of ``status`` and ``check``.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harvester.check import check
from harvester.config import Config
from harvester.custody import erasure, readings
from harvester.errors import OK, HarvesterError
from harvester.store import acks
from harvester.store.engine import Store
from harvester.store.lock import RunLock
from harvester.store.reindex import index_anew
from harvester.watch.vitals import Vitals, vitals

MEANS = {
    "database": "Nothing is read or answered as long as the database cannot be used; mails wait on the server.",
    "vault": "The table is there, but the mails behind it are not: nothing can be read again, shown whole or proven.",
    "clock": "Limits a day and ages of mails are counted by this clock; a wrong one answers too much or too little.",
    "never-run": "Nothing is wrong; nothing has begun either.",
    "no-run": "New replies lie unread on the server. They are not lost: the next run that succeeds takes them in.",
    "mailbox": "Its replies wait on the server while those of the others are answered.",
    "quarantine": "These mails are kept byte for byte, but no machine could read them, and nobody was answered.",
    "unknown": "The line broke when the letter was on its way. It is never sent again by itself.",
    "failed": "The recipients' servers said no for good; these people have no acknowledgement.",
    "interrupted": "The next run makes them `unknown`, so that a person decides; nobody is written to twice.",
    "approval": "More letters than go unasked wait, and none goes until somebody has looked at them.",
    "silenced": "Letters wait in the queue, and nobody gets one.",
    "erasure": "Somebody's words may still stand in a file, although their rows are gone.",
    "retention": "They should be erased by now; nobody does it but you, or a run if retention.by_run says so.",
    "expires": "From that day on the server refuses us, or we refuse the server.",
    "disk": "A run that finds no room stops cleanly and takes nothing in.",
    "run-died": "What it had committed is there; the next run goes on from that.",
    "last-run": "The run went on with what did not depend on it.",
    "permissions": "Whoever has an account on this machine could read the replies.",
}

OF_THE_INDEX = "Who looks for words may miss a reply, or find one for words that it does not hold; nothing is lost."

SLOW = ("rules",)  # their own tests take a minute; no run fails because of them


@dataclass(frozen=True, slots=True)
class Complaint:
    code: str  # of the finding, or what `check` tried
    level: str
    sentence: str
    means: str
    todo: str
    exit_code: int = OK


@dataclass(frozen=True, slots=True)
class Mend:
    """Something that can be put right. ``do`` says what it did."""

    code: str
    question: str
    do: Callable[[], str]


def examine(config: Config, now: datetime) -> tuple[Vitals, list[Complaint]]:
    """What is not well by the facts, and what `check` finds wrong when it tries everything now."""
    found = vitals(config, now)
    complaints = [Complaint(one.code, one.level, one.sentence, MEANS[one.code], one.todo) for one in found.findings]
    levels = {"FAIL": "red", "warn": "yellow"}
    complaints += list(_in_custody(config))
    known = {one.sentence for one in complaints}
    complaints += [
        Complaint(one.what, levels[one.mark], one.sentence, "", "", one.exit_code)
        for one in check(config, now, leave_out=SLOW)
        if one.mark in levels and one.sentence not in known
    ]
    return found, complaints


def _in_custody(config: Config) -> Iterator[Complaint]:
    """What `verify` tells too, of what can be put right here."""
    with contextlib.suppress(HarvesterError):  # of the database: `vitals` has told it
        store = Store.for_reading(config.store.url, config.store.data)
        with contextlib.closing(store):
            wrong = _of_the_index(store)
        if wrong:
            more = f", and {len(wrong) - 1} more such faults" if len(wrong) > 1 else ""
            todo = "`harvester doctor --mend` makes it anew"
            yield Complaint("search", "yellow", f"the search index {wrong[0]}{more}", OF_THE_INDEX, todo)


def migration(config: Config) -> Iterator[Mend]:
    """A database of an older version; before anything else, because nothing opens it else."""

    def bring_up_to_date() -> str:
        Store.open(config.store.url, config.store.data).close()
        return "the tables are as this program needs them"

    try:
        Store.for_reading(config.store.url, config.store.data).close()
    except HarvesterError as fault:
        if "older version" in str(fault):
            yield Mend("database", "Bring the database up to date? Make a backup before.", bring_up_to_date)


def mends(config: Config, store: Store, lock: RunLock, found: Vitals, now: datetime) -> Iterator[Mend]:
    """What can be put right here; to be done with the run lock held."""
    torn = store.vault.torn()
    if torn:
        yield Mend("vault", f"Remove {torn} half-written files that dead runs left?", lambda: _swept(store))
    if found.facts.interrupted:
        question = f"Mark {found.facts.interrupted} interrupted letters as unknown, for a person to decide?"
        yield Mend("interrupted", question, lambda: _settled(store, lock, now))
    if found.facts.unfinished:
        question = f"Remove the last traces of {found.facts.unfinished} replies that were erased?"
        yield Mend("erasure", question, lambda: _ended(store, now))
    if _of_the_index(store):
        yield Mend("search", "Make the search index anew from what was read?", lambda: _indexed(store))
    for path in found.facts.loose:
        yield Mend("permissions", f"Take {path} away from others on this machine?", lambda at=path: _closed(Path(at)))  # type: ignore[misc]


def _of_the_index(store: Store) -> list[str]:
    return [one.sentence for one in readings.compare(store) if one.what == "search"]


def _indexed(store: Store) -> str:
    with store.begin() as tx:
        return f"{index_anew(tx)} replies can be found again"


def _swept(store: Store) -> str:
    return f"{store.vault.sweep()} removed"


def _settled(store: Store, lock: RunLock, now: datetime) -> str:
    with store.begin() as tx:
        return f"{acks.settle_interrupted(tx, now, lock.run_is_going)} are unknown now"


def _ended(store: Store, now: datetime) -> str:
    erasure.may_begin(store)
    return erasure.finish(store, now) or "no trace is left of them"


def _closed(path: Path) -> str:
    path.chmod(path.stat().st_mode & 0o700)
    return f"{path} is ours alone"
