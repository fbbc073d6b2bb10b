"""The folder of what staff sent: its newest headers are read, copies of our letters are put there."""

import imaplib
from datetime import UTC, datetime, timedelta

import pytest

from harvester.config import MailboxConfig
from harvester.errors import OutOfReach, Unusable
from harvester.mailbox import sent as sent_module
from harvester.mailbox.sent import HEAD_BYTES, SentFolder
from scripted_imap import ScriptedImap
from servers import Server, dovecot, start_dovecot

NOW = datetime(2024, 8, 10, 12, 0, tzinfo=UTC)  # a server dates nothing later than its own clock
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if dovecot() is None:
        pytest.skip("no dovecot on this machine")
    running = start_dovecot(tmp_path_factory.mktemp("dovecot"), [])
    yield running
    running.stop()


@pytest.fixture
def folder(server, request):
    """A new, empty folder; its name."""
    name = f"Sent {request.node.name[:40]}"
    with line(server) as imap:
        assert imap.create(f'"{name}"')[0] == "OK"
    return name


def line(server: Server) -> imaplib.IMAP4:
    imap = imaplib.IMAP4(server.host, server.port, 20)
    imap.login(server.user, server.password)
    return imap


def put(server: Server, folder: str, text: str, at: datetime = NOW, flags: str = "") -> None:
    stamp = at.strftime('"%d-%b-%Y %H:%M:%S +0000"')
    with line(server) as imap:
        assert imap.append(f'"{folder}"', flags, stamp, text.replace("\n", "\r\n").encode())[0] == "OK"


def account(server: Server | ScriptedImap, tmp_path, **changes) -> MailboxConfig:
    password = tmp_path / "password"
    password.write_text(getattr(server, "password", "secret"))
    table = {"name": "replies", "host": "127.0.0.1", "port": server.port, "tls": "none", "timeout": 2,
             "user": getattr(server, "user", "replies"), "password_file": str(password), **changes}  # fmt: skip
    return MailboxConfig.model_validate(table)


def test_only_a_few_header_fields_of_what_is_new_enough_are_read(server, folder, tmp_path):
    put(server, folder, "Subject: old\n\nbody\n", NOW - 9 * DAY)
    put(server, folder, "Subject: new\nX-Secret: x\nIn-Reply-To: <1@town.example>\nBcc: b@x.example\n\nbody\n")
    with SentFolder(account(server, tmp_path), folder) as sent:
        (head,) = sent.heads(NOW - 3 * DAY)
    assert head.raw is None and head.received_at == NOW
    names = {field.partition(b":")[0].lower() for field in head.header_block.strip().split(b"\r\n")}
    assert names == {b"subject", b"in-reply-to"}


def test_a_day_is_looked_back_further_because_servers_have_other_midnights(server, folder, tmp_path):
    put(server, folder, "Subject: the evening before\n\nbody\n", NOW - timedelta(hours=20))
    with SentFolder(account(server, tmp_path), folder) as sent:
        assert len(list(sent.heads(NOW))) == 1


def test_reading_changes_nothing_there(server, folder, tmp_path):
    put(server, folder, "Subject: unread\n\nbody\n")
    with SentFolder(account(server, tmp_path), folder) as sent:
        assert len(list(sent.heads(NOW))) == 1
    with line(server) as imap:
        imap.select(f'"{folder}"', readonly=True)
        assert imap.search(None, "UNSEEN")[1] == [b"1"]


def test_many_and_long_heads_are_bounded(server, folder, tmp_path, monkeypatch):
    put(server, folder, "To: " + ",\n ".join(f"n{n}@town.example" for n in range(3000)) + "\nSubject: all\n\nbody\n")
    for n in range(4):
        put(server, folder, f"Subject: {n}\n\nbody\n", NOW + timedelta(minutes=n))
    with SentFolder(account(server, tmp_path), folder) as sent:
        assert max(len(head.header_block) for head in sent.heads(NOW)) == HEAD_BYTES
        monkeypatch.setattr(sent_module, "HEADS_AT_ONCE", 2)
        assert len(list(sent.heads(NOW))) == 5
        monkeypatch.setattr(sent_module, "MOST", 3)
        assert [head.uid for head in sent.heads(NOW)] == ["3", "4", "5"]  # the newest


def test_a_copy_lies_there_as_it_was_sent_and_is_marked_as_read(server, folder, tmp_path):
    raw = b"Subject: Auto: x\r\nMessage-ID: <ack.1.2@lga.example>\r\n\r\nDear\r\n.\r\n"
    with SentFolder(account(server, tmp_path), folder) as sent:
        assert list(sent.heads(NOW)) == []
        sent.keep(raw, NOW)
    with line(server) as imap:
        imap.select(f'"{folder}"', readonly=True)
        ((_, kept), *_) = imap.fetch("1", "(BODY.PEEK[])")[1]
        (told,) = imap.fetch("1", "(FLAGS INTERNALDATE)")[1]
    assert kept == raw
    assert b"\\Seen" in told and b"10-Aug-2024 12:00:00" in told


def test_a_folder_that_is_not_there_is_told_with_those_that_are(server, folder, tmp_path):
    with (
        SentFolder(account(server, tmp_path), "Snet") as sent,
        pytest.raises(Unusable, match=r"no folder 'Snet'.*INBOX"),
    ):
        list(sent.heads(NOW))


def test_a_line_that_was_closed_while_letters_went_out_is_opened_again(tmp_path):
    def hang_up(talk, _line):
        talk.say(b"* BYE idle too long\r\n")

    with ScriptedImap({"NOOP": hang_up, "APPEND": append_taken}) as server:
        with SentFolder(account(server, tmp_path), "Sent") as sent:
            sent.keep(b"Subject: x\r\n\r\ny\r\n", NOW)
        assert sum(b" LOGIN " in said for said in server.lines) == 2


def append_taken(talk, told):
    size = int(told.rstrip().rpartition(b"{")[2].rstrip(b"}")) + len("\r\n")
    talk.say(b"+ go on\r\n")
    while size > 0:
        size -= len(talk.sock.recv(size))
    return b"%T OK done\r\n"


@pytest.mark.parametrize(
    "answer", [b"%T NO [OVERQUOTA] full\r\n", b"%T NO [TRYCREATE] none\r\n", b"%T BAD what\r\n", b""]
)
def test_a_copy_that_is_refused_is_out_of_reach_and_not_tried_again(tmp_path, answer):
    with ScriptedImap({"APPEND": answer}) as server, SentFolder(account(server, tmp_path), "Sent") as sent:
        with pytest.raises(OutOfReach, match="could not keep a copy in 'Sent'"):
            sent.keep(b"Subject: x\r\n\r\ny\r\n", NOW)
        assert sum(b"APPEND" in said for said in server.lines) == 1
