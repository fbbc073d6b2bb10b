"""``harvester check``: everything that can be tried without changing anything."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harvester.config import Config
from harvester.errors import OK, OUT_OF_REACH, WRONG_SETUP, HarvesterError, Unusable

LITTLE_DISK = 1_000_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    sentence: str
    mark: str = "ok"  # ok | warn | FAIL
    exit_code: int = OK


def check(config: Config, now: datetime) -> list[Finding]:
    """One finding a thing, in the order in which a run would need them."""
    findings = [Finding("settings", f"{config.path} is understood; deadline {config.request.deadline.isoformat()}")]
    for what, try_it in (
        ("rules", _rules),
        ("templates", _templates),
        ("data folder", _data),
        ("database", _database),
        ("documents", _jail),
        ("mailbox", _mailboxes),
        ("outbox", _outbox),
        ("acknowledging", _acknowledging),
    ):
        findings.extend(_tried(what, try_it, config, now))
    return findings


def _tried(
    what: str, try_it: Callable[[Config, datetime], Iterator[Finding]], config: Config, now: datetime
) -> Iterator[Finding]:
    try:
        yield from try_it(config, now)
    except HarvesterError as fault:
        for problem in fault.problems:
            yield Finding(what, problem, "FAIL", fault.exit_code)


def _settings(config: Config, _now: datetime) -> Iterator[Finding]:
    deadline = config.request.deadline
    yield Finding("settings", f"{config.path} is understood; deadline {deadline:%A, %d %B %Y, %H:%M:%S %Z}")
    for warning in config.warnings:
        yield Finding("settings", warning, "warn")


def _rules(config: Config, _now: datetime) -> Iterator[Finding]:
    from harvester.classify.rulebook import load

    book = load(config.classify.rules, None)
    yield Finding("rules", f"{len(book.categories)} categories, hash {book.hash[:12]}")
    for problem in book.run_tests():
        yield Finding("rules", problem, "FAIL", WRONG_SETUP)


def _templates(config: Config, _now: datetime) -> Iterator[Finding]:
    from harvester.acknowledge.compose import Composer

    problems = Composer(config.acknowledge.templates, config, b"check").check()
    for problem in problems:
        yield Finding("templates", problem, "FAIL", WRONG_SETUP)
    if not problems:
        yield Finding("templates", f"{config.acknowledge.templates} renders in every language and variant")


def _data(config: Config, _now: datetime) -> Iterator[Finding]:
    folder = config.store.data
    there = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(there).free
    if not _writable(there):
        raise Unusable(f"{there}: cannot be written; the run needs it: change its owner or store.data")
    mark = "warn" if free < LITTLE_DISK else "ok"
    yield Finding("data folder", f"{folder}: {free / 1e9:.1f} GB free", mark)


def _writable(folder: Path) -> bool:
    import os

    return os.access(folder, os.W_OK | os.X_OK)


def _database(config: Config, _now: datetime) -> Iterator[Finding]:
    from harvester.store.engine import Store

    if config.store.url.startswith("sqlite") and not config.store.data.exists():
        yield Finding("database", "not there yet; the first run makes it")
        return
    store = Store.open(config.store.url, config.store.data, create=False)
    store.close()
    yield Finding("database", f"{config.store.url.partition('@')[2] or config.store.url} opens")


def _clock(config: Config, now: datetime) -> Iterator[Finding]:
    """A clock that jumped back would take yesterday's answers for tomorrow's."""
    latest = _latest_run(config)
    if latest is not None and latest > now + A_LITTLE:
        advice = f"a run began {latest:%Y-%m-%d %H:%M}; set this machine's clock"
        yield Finding("clock", f"it is {now:%Y-%m-%d %H:%M} UTC here, but {advice}", "FAIL", WRONG_SETUP)
    else:
        yield Finding("clock", f"it is {now:%Y-%m-%d %H:%M} UTC")


def _latest_run(config: Config) -> datetime | None:
    with _stored(config) as tx:
        if tx is None:
            return None
        from harvester.store import runs

        return runs.latest_start(tx)


def _jail(config: Config, _now: datetime) -> Iterator[Finding]:
    if config.classify.documents:
        from harvester.message.documents import jail

        kind = jail()
        mark = "ok" if kind == "full" else "warn"
        note = "no network, little memory and time" if kind == "full" else "this kernel refuses the network jail"
        yield Finding("documents", f"text of attachments is read in a child process; jail: {kind} ({note})", mark)


def _mailboxes(config: Config, now: datetime) -> Iterator[Finding]:
    from harvester.mailbox import open_mailbox

    for box in config.mailbox:
        try:
            with open_mailbox(box, config.limits) as mailbox:
                for folder in box.folders:
                    state = mailbox.open(folder.name)
                    yield Finding("mailbox", f"{box.name}/{folder.name}: {state.exists} mails, opened read-only")
        except HarvesterError as fault:
            for problem in fault.problems:
                yield Finding("mailbox", problem, "FAIL", fault.exit_code)


def _outbox(config: Config, _now: datetime) -> Iterator[Finding]:
    from harvester.acknowledge.outbox import Outbox

    if not config.acknowledge.enabled:
        yield Finding("outbox", "not tried: acknowledge.enabled is false, nothing is sent", "warn")
        return
    with Outbox(config.outbox) as outbox:
        problem = outbox.knock()
    if problem:
        yield Finding("outbox", problem, "FAIL", OUT_OF_REACH)
    else:
        yield Finding("outbox", f"{config.outbox.host}:{config.outbox.port} takes mail from us")


def _acknowledging(config: Config, now: datetime) -> Iterator[Finding]:
    ours = config.acknowledge
    if ours.since is None:
        yield Finding("acknowledging", "acknowledge.since is not set: nothing is answered", "warn")
    if not ours.authserv_id:
        seen = ", ".join(_authserv_ids(config)) or "none seen in the stored mail"
        yield Finding(
            "acknowledging",
            f"acknowledge.authserv_id is not set, so forged senders are not recognised; ids seen: {seen}",
            "warn",
        )
    if now > config.request.deadline:
        yield Finding("acknowledging", "the deadline has passed: answers use the wording for late replies", "warn")


def _authserv_ids(config: Config) -> list[str]:
    """Names of the servers whose Authentication-Results stand in the stored mail."""
    if not config.store.data.exists():
        return []
    from harvester.store import replies
    from harvester.store.engine import Store

    store = Store.open(config.store.url, config.store.data, create=False)
    try:
        with store.read() as tx:
            return replies.authserv_ids(tx)
    finally:
        store.close()
