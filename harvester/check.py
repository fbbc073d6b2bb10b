"""``harvester check``: everything that can be tried without changing anything."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from harvester.config import Config
from harvester.errors import OK, OUT_OF_REACH, WRONG_SETUP, HarvesterError, Unusable
from harvester.mailbox import Mailbox, open_mailbox

if TYPE_CHECKING:
    from sqlalchemy import Connection

LITTLE_DISK = 1_000_000_000  # bytes
CLOCK_TOLERANCE = timedelta(minutes=5)
TRIED = 1_000  # newest replies on which authserv_id is tried
SAMPLED = 20  # newest mails of a folder whose Authentication-Results are looked at


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    sentence: str
    mark: str = "ok"  # ok | warn | FAIL
    exit_code: int = OK


def check(config: Config, now: datetime, leave_out: Sequence[str] = ()) -> Iterator[Finding]:
    """One finding a thing, in the order in which a run would need them, each told as soon as it is known."""
    for what, try_it in (
        ("settings", _settings),
        ("rules", _rules),
        ("templates", _templates),
        ("data folder", _data),
        ("database", _database),
        ("clock", _clock),
        ("documents", _jail),
        ("mailbox", _mailboxes),
        ("outbox", _outbox),
        ("acknowledging", _acknowledging),
    ):
        if what not in leave_out:
            yield from _tried(what, try_it, config, now)


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

    book = load(config.classify.rules, config.cache_folder())
    yield Finding("rules", f"{len(book.categories)} categories, hash {book.hash[:12]}")
    for problem in book.run_tests():
        yield Finding("rules", problem, "FAIL", WRONG_SETUP)


def _templates(config: Config, now: datetime) -> Iterator[Finding]:
    from harvester.acknowledge.compose import Composer

    problems = Composer(config.acknowledge.templates, config, b"check").check()
    for problem in problems:
        yield Finding("templates", problem, "FAIL", WRONG_SETUP)
    if not problems:
        yield Finding("templates", f"{config.acknowledge.templates} renders in every language and variant")
    if config.digest.to:
        from harvester.digest import check as digest_faults

        for problem in digest_faults(config, now):
            yield Finding("templates", problem, "FAIL", WRONG_SETUP)


def _data(config: Config, _now: datetime) -> Iterator[Finding]:
    folder = config.store.data
    there = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(there).free
    if not os.access(there, os.W_OK | os.X_OK):
        raise Unusable(f"{there}: cannot be written; the run needs it: change its owner or store.data")
    mark = "warn" if free < LITTLE_DISK else "ok"
    yield Finding("data folder", f"{folder}: {free / 1e9:.1f} GB free", mark)
    if days := config.retention.keep_days:
        who = "each run erases them by itself" if config.retention.by_run else "`harvester erase --due` erases them"
        yield Finding("data folder", f"replies are due to be erased {days} days after they arrived; {who}")


def _database(config: Config, _now: datetime) -> Iterator[Finding]:
    from harvester.store.engine import Store
    from harvester.store.migrate import NotThereYet

    try:
        store = Store.open(config.store.url, config.store.data, create=False)
    except NotThereYet as yet:
        yield Finding("database", str(yet))
    else:
        yield Finding("database", f"{store.where} opens")
        store.close()


def _clock(config: Config, now: datetime) -> Iterator[Finding]:
    """A clock that jumped back would take yesterday's answers for tomorrow's."""
    from harvester.store import runs

    with _stored(config) as tx:
        latest = runs.latest_start(tx)
    if latest is not None and latest > now + CLOCK_TOLERANCE:
        advice = f"a run began {latest:%Y-%m-%d %H:%M}; set this machine's clock"
        yield Finding("clock", f"it is {now:%Y-%m-%d %H:%M} UTC here, but {advice}", "FAIL", WRONG_SETUP)
    else:
        yield Finding("clock", f"it is {now:%Y-%m-%d %H:%M} UTC")


@contextmanager
def _stored(config: Config) -> "Iterator[Connection]":
    from harvester.store.engine import Store

    store = Store.for_reading(config.store.url, config.store.data)
    try:
        with store.read() as tx:
            yield tx
    finally:
        store.close()


def _jail(config: Config, _now: datetime) -> Iterator[Finding]:
    if config.classify.documents:
        from harvester.message.documents import jail

        kind = jail()
        mark = "ok" if kind == "full" else "warn"
        note = "no network, little memory and time" if kind == "full" else "this kernel refuses the network jail"
        yield Finding("documents", f"text of attachments is read in a child process; jail: {kind} ({note})", mark)


def _mailboxes(config: Config, _now: datetime) -> Iterator[Finding]:
    witnesses: Counter[str] = Counter()
    looked = False
    for box in config.mailbox:
        try:
            with open_mailbox(box, config.limits) as mailbox:
                for folder in box.folders:
                    state = mailbox.open(folder.name)
                    yield Finding("mailbox", f"{box.name}/{folder.name}: {state.exists} mails, opened read-only")
                    looked = True
                    if not config.acknowledge.authserv_id:
                        witnesses.update(_witnesses(mailbox, folder.name))
                for name, count in mailbox.junk():
                    if count:
                        advice = f'add {{ name = "{name}", acknowledge = false }} to folders to read them unanswered'
                        yield Finding("mailbox", f"{box.name}/{name}: {count} mails are not read; {advice}", "warn")
        except HarvesterError as fault:
            for problem in fault.problems:
                yield Finding("mailbox", problem, "FAIL", fault.exit_code)
    if looked and not config.acknowledge.authserv_id:
        seen = ", ".join(name for name, _ in witnesses.most_common()) or "none"
        yield Finding(
            "mailbox",
            "acknowledge.authserv_id is not set, so forged senders are not recognised; "
            f"servers that vouch for senders in the newest mails: {seen}",
            "warn",
        )


def _witnesses(mailbox: Mailbox, folder: str) -> Iterator[str]:
    """The authserv-ids (RFC 8601) in the newest mails; one of them is the operator's own server."""
    from harvester.acknowledge.authentication import HEADER, read
    from harvester.message.headers import scan

    newest = sorted(mailbox.uids(folder), key=lambda uid: (len(uid), uid))[-SAMPLED:]
    for batch in mailbox.batches(folder, newest):
        for mail in batch:
            for value in scan(mail.raw or mail.header_block).all(HEADER):
                if testimony := read(value):
                    yield testimony.authserv_id


def _outbox(config: Config, _now: datetime) -> Iterator[Finding]:
    from harvester.acknowledge.transport import transport_of

    if not config.acknowledge.enabled:
        yield Finding("outbox", "not tried: acknowledge.enabled is false, nothing is sent", "warn")
        return
    with transport_of(config.outbox) as outbox:
        problem = outbox.knock()
    if problem:
        yield Finding("outbox", problem, "FAIL", OUT_OF_REACH)
    else:
        yield Finding("outbox", f"{outbox.where.removeprefix('outbox ')} takes mail from us")
    if config.outbox.sent_folder and config.sent_mailbox:
        from harvester.mailbox.sent import SentFolder

        with SentFolder(config.sent_mailbox, config.outbox.sent_folder) as sent:
            there = sent.open(sent.folder).exists
        yield Finding("outbox", f"{sent.folder}: {there} mails that staff sent; whom they answered gets no letter")


def _acknowledging(config: Config, now: datetime) -> Iterator[Finding]:
    if config.acknowledge.since is None:
        yield Finding("acknowledging", "acknowledge.since is not set: nothing is answered", "warn")
    if config.acknowledge.authserv_id:
        yield from _silenced(config)
    if now > config.request.deadline:
        yield Finding("acknowledging", "the deadline has passed: answers use the wording for late replies", "warn")


def _silenced(config: Config) -> Iterator[Finding]:
    """A wrong ``authserv_id`` would silence everybody: tried on the replies that are stored."""
    from harvester.acknowledge.authentication import Trust, trust
    from harvester.store import acks

    name = config.acknowledge.authserv_id
    with _stored(config) as tx:
        answered = acks.heads_of_answered(tx, TRIED)
    silenced = sum(trust(headers, name, to) is not Trust.PASSED for to, headers in answered)
    if not answered:
        return
    told = f"acknowledge.authserv_id = {name!r} would silence {silenced} of the newest {len(answered)} answered replies"
    mark = "warn" if 2 * silenced > len(answered) else "ok"
    yield Finding("acknowledging", told + (": is it the name your server writes?" if mark == "warn" else ""), mark)
