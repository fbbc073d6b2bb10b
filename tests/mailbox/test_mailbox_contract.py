"""What every mailbox promises: the same cases on pymap, a real Dovecot, Maildir, mbox and a folder."""

import imaplib
import itertools
import mailbox as stdlib_mailbox
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvester.config import MailboxConfig
from harvester.errors import Unusable
from harvester.mailbox import Mailbox, open_mailbox
from harvester.model import Limits
from servers import Server, append, deliver, dovecot, start_dovecot, start_pymap

NOW = datetime(2027, 8, 1, 12, tzinfo=UTC)


def mail(number: int, size: int = 0) -> bytes:
    head = b"From: a@council.example\r\nSubject: number %d\r\n\r\n" % number
    return head + b"Two councils share.\r\n" + b"x" * 70 * (size // 72) + b"\r\n"


@dataclass
class Place:
    """Mails somewhere: how to read them, put one more in, take one out."""

    config: dict[str, object]
    add: Callable[[bytes], object]
    remove: Callable[[bytes], None]
    server: Server | None = None

    def open(self, limits: Limits | None = None) -> Mailbox:
        config = MailboxConfig.model_validate(self.config, context={"folder": Path("/")})
        return open_mailbox(config, limits or Limits(), NOW)


Start = Callable[[Sequence[bytes]], Place]


@pytest.fixture(params=["pymap", "dovecot", "maildir", "mbox", "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    """A function that puts mails into a place of this kind."""
    running: list[Server] = []
    if request.param == "dovecot" and dovecot() is None:
        pytest.skip("no dovecot on this machine")

    def start(mails: Sequence[bytes]) -> Place:
        if request.param in ("pymap", "dovecot"):
            server = (start_pymap if request.param == "pymap" else start_dovecot)(tmp_path, mails)
            running.append(server)
            return on_server(server, tmp_path)
        return on_disk(request.param, tmp_path, mails)

    yield start
    for server in running:
        server.stop()


def on_server(server: Server, tmp: Path) -> Place:
    (tmp / "password").write_text(server.password + "\n")
    config = {
        "name": "here",
        "host": server.host,
        "port": server.port,
        "tls": "none",
        "user": server.user,
        "password_file": str(tmp / "password"),
    }

    def remove(raw: bytes) -> None:
        with imaplib.IMAP4(server.host, server.port, 10) as line:
            line.login(server.user, server.password)
            line.select()
            subject = raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode()
            found = line.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
            line.store(found[0].decode(), "+FLAGS", "\\Deleted")
            line.expunge()

    return Place(config, lambda raw: append(server, [raw]), remove, server)


def on_disk(kind: str, tmp: Path, mails: Sequence[bytes]) -> Place:
    path = tmp / kind
    config: dict[str, object] = {"name": "here", "type": kind, "path": str(path)}
    if kind == "maildir":
        for sub in ("new", "cur", "tmp"):
            (path / sub).mkdir(parents=True)

        def add(raw: bytes) -> None:
            deliver(path, raw)

        def remove(raw: bytes) -> None:
            next(f for f in (path / "new").iterdir() if f.read_bytes() == raw).unlink()

    elif kind == "mbox":
        path.write_bytes(b"")

        def add(raw: bytes) -> None:
            with path.open("ab") as file:
                file.write(b"From a@council.example Sun Aug  1 12:00:00 2027\n" + raw + b"\n")

        def remove(raw: bytes) -> None:
            envelope = b"From a@council.example Sun Aug  1 12:00:00 2027\n"
            path.write_bytes(path.read_bytes().replace(envelope + raw + b"\n", b""))

    else:
        (path / "below").mkdir(parents=True)
        numbers = itertools.count()

        def add(raw: bytes) -> None:
            number = next(numbers)
            (path / ("below" if number % 2 else "") / f"{number:04}.eml").write_bytes(raw)

        def remove(raw: bytes) -> None:
            next(f for f in path.rglob("*.eml") if f.read_bytes() == raw).unlink()

    for raw in mails:
        add(raw)
    return Place(config, add, remove)


def all_of(box: Mailbox) -> dict[str, bytes | None]:
    new = sorted(box.uids("INBOX"), key=lambda uid: (len(uid), uid))
    return {one.uid: one.raw for batch in box.batches("INBOX", new) for one in batch}


def test_every_mail_arrives_byte_for_byte(place: Start) -> None:
    mails = [mail(n) for n in range(5)]
    with place(mails).open() as box:
        assert box.open("INBOX").exists == 5
        assert sorted(raw or b"" for raw in all_of(box).values()) == mails


def test_the_same_state_means_that_nothing_is_new(place: Start) -> None:
    here = place([mail(1)])
    with here.open() as box:
        before = box.open("INBOX")
    with here.open() as box:
        assert box.open("INBOX") == before
    here.add(mail(2))
    with here.open() as box:
        assert box.open("INBOX") != before


def test_uids_stay_when_other_mails_come_and_go(place: Start) -> None:
    here = place([mail(n) for n in range(4)])
    with here.open() as box:
        box.open("INBOX")
        before = all_of(box)
    here.remove(mail(1))
    here.add(mail(9))
    with here.open() as box:
        box.open("INBOX")
        after = all_of(box)
    assert len(after) == 4
    assert [raw for uid, raw in after.items() if before.get(uid) != raw] == [mail(9)]


def test_an_empty_mailbox_has_nothing(place: Start) -> None:
    with place([]).open() as box:
        assert box.open("INBOX").exists == 0
        assert box.uids("INBOX") == set()
        assert list(box.batches("INBOX", [])) == []


def test_a_mail_that_went_between_listing_and_fetching_is_left_out(place: Start) -> None:
    here = place([mail(n) for n in range(3)])
    with here.open() as box:
        box.open("INBOX")
        listed = sorted(box.uids("INBOX"))
        here.remove(mail(1))
        got = [one for batch in box.batches("INBOX", listed) for one in batch]
    if here.config.get("type") == "mbox":  # a rewritten mbox moves all that follows
        assert len(got) <= 3
    else:
        assert sorted(one.raw or b"" for one in got) == [mail(0), mail(2)]


def test_a_batch_holds_at_most_a_hundred_mails_and_eight_megabytes(place: Start) -> None:
    mails = [mail(n) for n in range(130)] + [mail(n, 3_000_000) for n in range(200, 204)] + [mail(300, 9_000_000)]
    with place(mails).open() as box:
        box.open("INBOX")
        new = sorted(box.uids("INBOX"), key=lambda uid: (len(uid), uid))
        batches = list(box.batches("INBOX", new))
    assert sum(len(batch) for batch in batches) == 135
    for batch in batches:
        assert len(batch) <= 100
        assert sum(one.size for one in batch) <= 8_000_000 or len(batch) == 1


def test_a_large_mail_is_kept_unread_and_a_huge_one_only_its_headers(place: Start) -> None:
    limits = Limits(raw_bytes=5_000, stored_bytes=20_000)
    with place([mail(1), mail(2, 10_000), mail(3, 50_000)]).open(limits) as box:
        box.open("INBOX")
        new = box.uids("INBOX")
        got = sorted((one for batch in box.batches("INBOX", list(new)) for one in batch), key=lambda one: one.size)
    assert [one.quarantine for one in got] == [None, "too-large", "too-large"]
    assert got[1].raw == mail(2, 10_000)
    assert got[2].raw is None
    assert got[2].header_block == mail(3).partition(b"Two")[0]
    assert got[2].size == len(mail(3, 50_000))


def test_times_of_arrival_are_utc(place: Start) -> None:
    with place([mail(1)]).open() as box:
        box.open("INBOX")
        (one,) = next(box.batches("INBOX", list(box.uids("INBOX"))))
    assert one.received_at.utcoffset() == timedelta(0)
    if isinstance(box.name, str) and one.received_at != NOW:
        assert abs(datetime.now(UTC) - one.received_at) < timedelta(minutes=5)


def test_a_missing_folder_is_told_with_the_folders_that_are_there(place: Start) -> None:
    here = place([mail(1)])
    if here.config.get("type") == "mbox":
        pytest.skip("an mbox is one folder")
    with here.open() as box, pytest.raises(Unusable, match=r"no folder 'Inbux'.*: .*(INBOX|below)"):
        box.open("Inbux")


def test_nothing_is_changed_by_reading(place: Start) -> None:
    here = place([mail(n) for n in range(3)])
    before = traces(here)
    with here.open() as box:
        box.open("INBOX")
        assert len(all_of(box)) == 3
    assert traces(here) == before


def traces(here: Place) -> object:
    """Flags on a server; names, contents and times of files on disk."""
    if here.server is None:
        root = Path(str(here.config["path"]))
        files = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file())
        return [(str(f), f.read_bytes(), f.stat().st_mtime_ns) for f in files]
    with imaplib.IMAP4(here.server.host, here.server.port, 10) as line:
        line.login(here.server.user, here.server.password)
        line.select(readonly=True)
        answer = line.fetch("1:*", "(UID FLAGS)")[1]
    return [part.replace(b"\\Recent", b"").replace(b" )", b")") for part in answer if isinstance(part, bytes)]


def test_mailboxes_of_the_standard_library_are_read_alike(tmp_path: Path) -> None:
    box = stdlib_mailbox.mbox(tmp_path / "box")
    box.add(b"Subject: one\n\nFrom here on it is escaped.\n")
    box.add(b"Subject: two\n\nend\n")
    box.flush()
    keys = [box.get_bytes(key) for key in list(box.iterkeys())]
    box.close()
    config = MailboxConfig.model_validate({"type": "mbox", "path": str(tmp_path / "box")})
    with open_mailbox(config, Limits(), NOW) as ours:
        ours.open("INBOX")
        assert sorted(all_of(ours).values(), key=str) == sorted(keys, key=str)


def test_mail_in_a_junk_folder_that_is_not_read_is_told(place: Start) -> None:
    here = place([mail(1)])
    if here.server is None:
        with here.open() as box:
            assert box.junk() == []
        return
    with imaplib.IMAP4(here.server.host, here.server.port, 10) as line:
        line.login(here.server.user, here.server.password)
        line.create("Junk")
        line.append("Junk", "", "", mail(2))
    with here.open() as box:
        assert box.junk() == [("Junk", 1)]
    here.config["folders"] = ["INBOX", "junk"]
    with here.open() as box:
        assert box.junk() == []
