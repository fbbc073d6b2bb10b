"""Whole runs in a fraction of a second: a mailbox and a mail server of our own making, real store, real letters.

The mails are read by the real reader; only the rulebook is left out, since what a reply is about changes nothing here.
"""

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

import harvester.answer  # noqa: F401 (and all it loads: a forked run need not)
from harvester import workers
from harvester.acknowledge import our_words
from harvester.acknowledge.compose import Composer
from harvester.acknowledge.journal import Journal, load_key, make_key
from harvester.config import load
from harvester.harvest import harvest
from harvester.message.reader import Reader
from harvester.model import Disposition, Limits, Understanding, Verdict
from harvester.report.reconcile import reconcile
from harvester.store.engine import Store
from harvester.store.lock import RunLock
from harvester.store.schema import acknowledgement, attachment, reply, run
from harvester.store.vault import Vault
from harvester.worker import Done, Job, Recipe
from harvester.workshop import Workshop
from plugs import Ended, Run
from scripted_imap import Conversation, ScriptedImap
from scripted_smtp import DEFAULTS, ScriptedSmtp
from world import OWN, REPO
from world import reply as letter_of

START = datetime(2027, 8, 10, 12, 0, tzinfo=UTC)
A_RUN = timedelta(minutes=10)
LETTERS = REPO / "templates" / "acknowledge"


@cache  # a boundary is made up each time
def mail(number: int, with_file: bool = False) -> bytes:
    """A reply of its own officer; with a file where the vault shall have more to do."""
    if not with_file:
        return letter_of(number)
    made = message_from_bytes(letter_of(number), policy=policy.default)
    assert isinstance(made, EmailMessage)
    del made["Content-Type"], made["Content-Transfer-Encoding"], made["MIME-Version"]
    made.set_content(f"Dear colleagues, our table is attached. Officer {number}\n")
    made.add_attachment(f"council;saved\nTown {number};1000\n".encode(), "text", "csv", filename="table.csv")
    return made.as_bytes(policy=made.policy.clone(linesep="\r\n"))


def again(raw: bytes, hop: int = 1) -> bytes:
    """The same mail by another way: other bytes, the same Message-ID."""
    return b"Received: from relay%d.example by mx.example; Tue, 10 Aug 2027 10:00:00 +0000\r\n" % hop + raw


class PostOffice(ScriptedImap):
    """One INBOX on an IMAP server: mails by UID under a UIDVALIDITY, and what may go wrong with them."""

    def __init__(self) -> None:
        super().__init__(
            {"EXAMINE": self._examine, "UID SEARCH": self._search, "UID FETCH": self._fetch}  # type: ignore[dict-item]
        )
        self.forget()

    def forget(self) -> None:
        self.validity, self.next_uid = 7, 1
        self.mails: dict[int, bytes] = {}
        self.arrived: dict[int, datetime] = {}
        self.withheld: set[int] = set()  # mails that the server cannot give out now
        self.hang_up_after: int | None = None  # commands
        self.lines.clear()

    def deliver(self, *mails: bytes, at: datetime = START - timedelta(hours=1)) -> None:
        for raw in mails:
            self.mails[self.next_uid], self.arrived[self.next_uid] = raw, at
            self.next_uid += 1

    def make_anew(self) -> None:
        """The folder is removed and made again: UIDs begin at 1, and mean other mails."""
        self.validity += 1
        self.next_uid, self.mails, self.arrived = 1, {}, {}

    def _cut(self) -> bool:
        if self.hang_up_after is None:
            return False
        self.hang_up_after -= 1
        return self.hang_up_after < 0

    def _examine(self, _talk: Conversation, _line: bytes) -> bytes:
        if self._cut():
            return b""
        return (
            f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] x\r\n"
            f"* OK [UIDNEXT {self.next_uid}] x\r\n%T OK [READ-ONLY] done\r\n"
        ).encode()

    def _search(self, _talk: Conversation, _line: bytes) -> bytes:
        if self._cut():
            return b""
        return f"* SEARCH {' '.join(map(str, sorted(self.mails)))}\r\n%T OK done\r\n".encode()

    def _fetch(self, _talk: Conversation, line: bytes) -> bytes:
        if self._cut():
            return b""
        numbers = re.match(rb"\S+ UID FETCH (\S+)", line)
        assert numbers
        asked = {uid for part in numbers[1].decode().split(",") for uid in _span(part)}
        if b"BODY.PEEK[]" in line and asked & self.withheld:
            return b"%T NO [SERVERBUG] cannot read it now\r\n"
        answer = b""
        for n, uid in enumerate(sorted(self.mails), 1):
            if uid not in asked:
                continue
            raw = self.mails[uid]
            when = self.arrived[uid].strftime("%d-%b-%Y %H:%M:%S +0000").encode()
            what = b'RFC822.SIZE %d INTERNALDATE "%s"' % (len(raw), when)
            if b"BODY.PEEK[]" in line:
                what = b"BODY[] {%d}\r\n%s" % (len(raw), raw)
            answer += b"* %d FETCH (UID %d %s)\r\n" % (n, uid, what)
        return answer + b"%T OK done\r\n"


def _span(part: str) -> range:
    first, _, last = part.partition(":")
    return range(int(first), int(last or first) + 1)


class Bench:
    """Stands where the worker processes stand: reads each mail at once, in this process."""

    def __init__(self, recipe: Recipe, _count: int) -> None:
        self._vault = Vault(recipe.vault)
        self._reader = Reader(recipe.known_texts, Limits())

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def understand(self, jobs: Sequence[Job], _ahead: Sequence[Job] = ()) -> Iterator[Done]:
        for job in jobs:
            try:
                message = self._reader.read(self._vault.get(job.sha256), self._vault.put)
            except Exception as fault:  # as a worker does
                yield Done(job.key, None, "malformed-mime", f"{type(fault).__name__}: {fault}")
                continue
            yield Done(job.key, Understanding(message, Verdict(Disposition.UNCLEAR, "")), message.quarantine or "")


class SmallWorld:
    """``run`` is one run as cron starts it, ``books`` says what is wrong after the last."""

    def __init__(self, folder: Path, post: PostOffice, smtp: ScriptedSmtp, tables: Path, url: str = "") -> None:
        self.home, self.post, self.smtp = folder, post, smtp
        self.data = folder / "data"
        self.now = START
        self.deaths = 0
        self.silences = 0
        self.ever: set[bytes] = set()  # what ever lay in the mailbox and was seen by a whole run
        post.forget()
        smtp.letters.clear()
        for step, said in DEFAULTS.items():
            smtp.says(step, said)
        templates = folder / "templates" / "acknowledge"
        templates.mkdir(parents=True)
        for name in ("en.txt.j2", "layout.txt.j2"):  # one language: the program learns its own letters from them
            shutil.copy(LETTERS / name, templates)
        self.data.mkdir(mode=0o700)
        if not url:
            shutil.copy(tables, self.data / "harvester.db")
        make_key(self.data / "answers.key")
        (folder / "request.txt").write_text("Tell us of innovative models of service delivery in your council.\n")
        (folder / "password").write_text("secret")
        (folder / "password").chmod(0o600)
        (folder / "harvester.toml").write_text(
            f"""
[request]
id = "r"
title = "Models"
texts = ["request.txt"]
deadline = 2027-08-16T23:59:59+01:00
reply_language = "en"
contact = "{OWN}"
reference_prefix = "R"

[[mailbox]]
name = "replies"
type = "imap"
host = "127.0.0.1"
port = {post.port}
tls = "none"
user = "replies"
password_file = "password"
folders = ["INBOX"]

[outbox]
host = "127.0.0.1"
port = {smtp.port}
tls = "none"
from = "{OWN}"
timeout = 5

[acknowledge]
enabled = true
own_addresses = ["{OWN}"]
since = "2000-01-01T00:00:00Z"
per_address_per_day = 100  # so that only the look for duplicates keeps a second letter back

[store]
url = "{url}"
""".replace('[store]\nurl = ""\n', "")
        )
        self.config = load(folder / "harvester.toml")

    # ---------------------------------------------------------------- runs

    def begin(self, at: int = 0, how: Any = "") -> Run:
        """A run in a process of its own; see ``plugs.Run``."""
        return Run(self._work(self.now), at, how, self.data)

    def run(self, at: int = 0, how: Any = "") -> Ended:
        ended = self.begin(at, how).end()
        self.now += A_RUN
        self.deaths += ended.died
        return ended

    def _work(self, now: datetime) -> Callable[[], Any]:
        def work() -> Any:
            _without_what_is_slow()
            store = Store.open(self.config.store.url, self.config.store.data)
            with RunLock(store) as lock:
                if not lock.held:
                    return None
                shop = Workshop(self.config, store, lock, now)
                harvest(shop)
            store.close()
            return asdict(shop.tally)

        return work

    def warm_up(self) -> None:
        """A run in this very process: what is learned once in a process, the forked ones have then."""
        before = Composer.check, workers.Workers, our_words.our_words
        try:
            self._work(self.now)()
        finally:
            Composer.check, workers.Workers, our_words.our_words = before  # type: ignore[method-assign, misc]

    # ---------------------------------------------------------------- again from here

    def kept(self) -> tuple[Path, datetime, int, list[bytes]]:
        """All that a run changes, as it is now."""
        copy = self.home / "data as it was"
        shutil.copytree(self.data, copy)
        return copy, self.now, self.deaths, list(self.smtp.letters)

    def go_back(self, kept: tuple[Path, datetime, int, list[bytes]]) -> None:
        copy, self.now, self.deaths, letters = kept
        shutil.rmtree(self.data)
        shutil.copytree(copy, self.data)
        self.smtp.letters[:] = letters

    # ---------------------------------------------------------------- the books

    def books(self) -> list[str]:
        """Every sentence is something that must never be."""
        return [*Run(self._look).end().value, *self._vault_wrong()]

    def _look(self) -> list[str]:
        store = Store.open(self.config.store.url, self.config.store.data)
        with store.read() as tx:
            rows = tx.execute(
                select(reply, acknowledgement.c.state.label("answer")).outerjoin(
                    acknowledgement, acknowledgement.c.reply_id == reply.c.id
                )
            ).all()
            files = set(tx.scalars(select(attachment.c.sha256)))
            ended = tx.scalars(select(run.c.finished_at).order_by(run.c.id.desc()).limit(1)).first()
        (self.home / "named").write_text("\n".join(sorted({row.sha256 for row in rows} | files)))
        totals = reconcile(self.config, store)["totals"]
        store.close()
        key = load_key(self.data / "answers.key")
        journal = Journal(self.data / "answers.jsonl", key)
        wrong = []
        if ended is None:
            wrong.append("the last run did not come to its end")
        if totals["missing"] or totals["quarantined"] or totals["on_server"] != len(self.post.mails):
            wrong.append(f"reconcile does not balance: {totals}")
        letters = Counter(message_from_bytes(one)["In-Reply-To"] for one in self.smtp.letters)
        wrong += [f"{count} letters in answer to {whose}" for whose, count in letters.items() if count > 1]
        unknown = 0
        for row in rows:
            sent = letters[row.message_id]
            told = f"{row.message_id}: {row.state}, {row.answer}, {sent} letters"
            first = row.duplicate_of is None
            fine = row.state == "understood" and (
                (row.answer == "withheld" and not first)
                or (row.answer == "sent" and first and sent == 1 and journal.knows(row.sha256))
                or (row.answer == "unknown" and first)
            )
            unknown += row.answer == "unknown"
            if not fine:
                wrong.append(told)
        if unknown > self.deaths + self.silences:
            wrong.append(f"{unknown} answers of unknown fate after {self.deaths} deaths and {self.silences} silences")
        stored = {row.sha256 for row in rows}
        wanted = {hashlib.sha256(raw).hexdigest() for raw in self.post.mails.values()} | {
            hashlib.sha256(raw).hexdigest() for raw in self.ever
        }
        if stored != wanted:
            wrong.append(f"{len(wanted - stored)} mails lost, {len(stored - wanted)} that nobody sent")
        return wrong

    def _vault_wrong(self) -> list[str]:
        """Every byte that a row names, and nothing else; no lock of a run that is over."""
        named = set((self.home / "named").read_text().split())
        found = [path for path in (self.data / "vault").rglob("*") if path.is_file()]
        wrong = [f"{path.name}: damaged" for path in found if _hash(path) != path.name]
        lost, more = named - {path.name for path in found}, {path.name for path in found} - named
        if lost or more:
            wrong.append(f"the vault lacks {len(lost)} files and has {len(more)} that no row names")
        left = [path.name for path in self.data.glob("run-*.lock")]
        return wrong + ([f"left behind: {', '.join(left)}"] if left else [])


def _without_what_is_slow() -> None:
    """Workers, a trial of every letter, and the words of all letters: none of them touches anything outside."""
    workers.Workers = Bench  # type: ignore[assignment, misc]
    Composer.check = lambda *_: []  # type: ignore[assignment, method-assign]
    our_words.our_words = lambda *_: ""  # type: ignore[assignment]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def servers() -> Iterator[tuple[PostOffice, ScriptedSmtp]]:
    with PostOffice() as post, ScriptedSmtp() as smtp:
        yield post, smtp
