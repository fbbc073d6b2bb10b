"""IMAP servers that lie, leak, stall and break off (scripted), and certificates (a real Dovecot)."""

import contextlib
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.config import MailboxConfig
from harvester.errors import LoginRefused, OutOfReach, Unusable
from harvester.mailbox.imap import ImapMailbox
from harvester.model import Arrived, Limits
from scripted_imap import Conversation, ScriptedImap
from servers import Server, dovecot, expired_certificate, make_certificate, start_dovecot

PASSWORD = "correct horse"
SIZES = b"".join(
    b'* %d FETCH (UID %d RFC822.SIZE 12 INTERNALDATE "01-Aug-2027 12:00:00 +0200")\r\n' % (n, n) for n in (1, 2, 3)
)


def body(uid: int, raw: bytes) -> bytes:
    return b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (uid, uid, len(raw), raw)


def fetching(*bodies: bytes) -> dict[str, object]:
    """Answers to UID FETCH: the sizes when asked for sizes, else these bodies."""

    def answer(_: Conversation, line: bytes) -> bytes:
        return (SIZES if b"RFC822.SIZE" in line else b"".join(bodies)) + b"%T OK done\r\n"

    return {"UID FETCH": answer}


def box(port: int, tmp: Path, limits: Limits | None = None, **settings: object) -> ImapMailbox:
    (tmp / "password").write_text(PASSWORD)
    table = {
        "name": "replies",
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "user": "u",
        "password_file": str(tmp / "password"),
        "timeout": 5,
        **settings,
    }
    return ImapMailbox(MailboxConfig.model_validate(table), limits or Limits())


def fetched(mailbox: ImapMailbox) -> list[Arrived]:
    with mailbox:
        mailbox.open("INBOX")
        new = sorted(mailbox.uids("INBOX"))
        return [one for batch in mailbox.batches("INBOX", new) for one in batch]


def test_a_server_that_says_we_are_logged_in_already_is_refused(tmp_path: Path) -> None:
    with ScriptedImap(greeting=b"* PREAUTH hello\r\n") as server:
        with pytest.raises(OutOfReach, match="PREAUTH"), box(server.port, tmp_path):
            pass
        assert not any(b"LOGIN" in line for line in server.lines)


def test_no_password_is_sent_where_the_server_forbids_logins(tmp_path: Path) -> None:
    answers = {"CAPABILITY": b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n%T OK done\r\n"}
    with ScriptedImap(answers) as server:
        with pytest.raises(OutOfReach, match="LOGINDISABLED"), box(server.port, tmp_path):
            pass
        assert not any(PASSWORD.encode() in line for line in server.lines)


def test_no_password_is_sent_when_starttls_was_stripped(tmp_path: Path) -> None:
    with ScriptedImap() as server:
        with pytest.raises(OutOfReach, match="no STARTTLS"), box(server.port, tmp_path, tls="starttls"):
            pass
        assert not any(PASSWORD.encode() in line for line in server.lines)


def test_a_refused_login_never_repeats_the_password(tmp_path: Path) -> None:
    text = f"%T NO [AUTHENTICATIONFAILED] {PASSWORD} is wrong\r\n".encode()
    with ScriptedImap({"LOGIN": text}) as server:
        with pytest.raises(LoginRefused, match="user and password") as fault, box(server.port, tmp_path):
            pass
        assert sum(b"LOGIN" in line for line in server.lines) == 1
    seen: BaseException | None = fault.value
    while seen is not None:
        assert PASSWORD not in str(seen)
        seen = seen.__cause__ or seen.__context__


def test_a_server_that_is_busy_now_has_not_refused_the_password(tmp_path: Path) -> None:
    with (
        ScriptedImap({"LOGIN": b"%T NO [UNAVAILABLE] later\r\n"}) as server,
        pytest.raises(OutOfReach, match="no logins now") as fault,
    ):
        box(server.port, tmp_path).__enter__()
    assert not isinstance(fault.value, LoginRefused)


def test_a_server_that_hangs_up_at_login_has_not_refused_the_password(tmp_path: Path) -> None:
    with ScriptedImap({"LOGIN": b""}) as server, pytest.raises(OutOfReach, match="broke off") as fault:
        box(server.port, tmp_path).__enter__()
    assert not isinstance(fault.value, LoginRefused)


def test_a_server_that_never_greets_is_given_up(tmp_path: Path) -> None:
    with ScriptedImap(greeting=b"") as server, pytest.raises(OutOfReach, match=r"silent for 0\.3 s"):
        box(server.port, tmp_path, timeout=0.3).__enter__()


@pytest.mark.parametrize("settings", [{"timeout": 0.3}, {"max_seconds": 0.6}])
def test_a_server_that_drips_one_byte_at_a_time_is_given_up(tmp_path: Path, settings: dict[str, float]) -> None:
    begun = time.monotonic()
    with ScriptedImap(drip=0.1) as server, pytest.raises(OutOfReach, match="too slow"):
        box(server.port, tmp_path, **settings).__enter__()
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize("answer", [b"", b"* BYE going down\r\n", b"rubbish\r\n", b"%T BAD no\r\n"])
def test_whatever_breaks_off_is_told_in_one_sentence(tmp_path: Path, command: str, answer: bytes) -> None:
    with (
        ScriptedImap({command: answer}) as server,
        pytest.raises(OutOfReach, match="mailbox 'replies'") as fault,
    ):
        fetched(box(server.port, tmp_path, timeout=2))
    assert len(fault.value.problems) == 1
    assert "\n" not in fault.value.problems[0]


def test_what_came_before_the_connection_broke_is_handed_over(tmp_path: Path) -> None:
    def answer(_: Conversation, line: bytes) -> bytes:
        if b"RFC822.SIZE" in line:
            return SIZES.replace(b"SIZE 12", b"SIZE 7000000") + b"%T OK done\r\n"
        return body(1, b"Subject: one") + b"%T OK done\r\n" if b"FETCH 1 " in line else b""

    with ScriptedImap({"UID FETCH": answer}) as server, box(server.port, tmp_path) as mailbox:
        mailbox.open("INBOX")
        batches = mailbox.batches("INBOX", ["1", "2", "3"])
        assert [one.uid for one in next(batches)] == ["1"]
        with pytest.raises(OutOfReach, match="broke off"):
            next(batches)


@pytest.mark.parametrize("nothing", [b"* 2 FETCH (UID 2 BODY[] NIL)\r\n", b"* 2 FETCH (UID 2 BODY[] {0}\r\n)\r\n"])
def test_a_mail_that_stays_empty_is_quarantined(tmp_path: Path, nothing: bytes) -> None:
    with ScriptedImap(fetching(body(1, b"Subject: 1"), nothing, body(3, b"Subject: 3"))) as server:
        got = fetched(box(server.port, tmp_path))
    assert [(one.uid, one.quarantine) for one in got] == [("1", None), ("2", "empty"), ("3", None)]


def test_a_mail_that_is_empty_because_it_was_just_deleted_is_left_out(tmp_path: Path) -> None:
    def search(_: Conversation, line: bytes) -> bytes:
        return b"* SEARCH\r\n%T OK done\r\n" if b"UID 2\r\n" in line else b"* SEARCH 1 2 3\r\n%T OK done\r\n"

    answers = {**fetching(body(1, b"Subject: 1"), b"* 2 FETCH (UID 2 BODY[] NIL)\r\n"), "UID SEARCH": search}
    with ScriptedImap(answers) as server:
        assert [one.uid for one in fetched(box(server.port, tmp_path))] == ["1"]


def test_a_mail_announced_as_ninety_nine_gigabytes_harms_no_other(tmp_path: Path) -> None:
    def answer(_: Conversation, line: bytes) -> bytes:
        if b"RFC822.SIZE" in line:
            return SIZES + b"%T OK done\r\n"
        if b"HEADER" in line:
            return b"* 2 FETCH (UID 2 BODY[HEADER]<0> {14}\r\nSubject: two\r\n)\r\n%T OK done\r\n"
        wanted = line.split()[3].split(b",")
        giant = b"* 2 FETCH (UID 2 BODY[] {99000000000}\r\n"
        return b"".join(giant if uid == b"2" else body(int(uid), b"Subject: x") for uid in wanted) + b"%T OK done\r\n"

    with ScriptedImap({"UID FETCH": answer}) as server:
        got = fetched(box(server.port, tmp_path))
    assert [(one.uid, one.quarantine) for one in got] == [("1", None), ("2", "too-large"), ("3", None)]
    assert got[1].header_block == b"Subject: two\r\n"


def test_a_mail_that_the_server_cannot_give_out_holds_up_no_other(tmp_path: Path) -> None:
    def answer(_: Conversation, line: bytes) -> bytes:
        if b"RFC822.SIZE" in line:
            return SIZES + b"%T OK done\r\n"
        wanted = line.split()[3].split(b",")
        if b"2" in wanted:
            return b"%T NO [SERVERBUG] cannot read\r\n"
        return b"".join(body(int(uid), b"Subject: x") for uid in wanted) + b"%T OK done\r\n"

    with ScriptedImap({"UID FETCH": answer}) as server:
        assert [one.uid for one in fetched(box(server.port, tmp_path))] == ["1", "3"]


def test_fetch_lines_that_nobody_asked_for_do_no_harm(tmp_path: Path) -> None:
    unasked = b"* 2 FETCH (FLAGS (\\Seen))\r\n* 3 FETCH (UID 3 FLAGS () MODSEQ (5))\r\n* 4 EXISTS\r\n"
    with ScriptedImap(fetching(unasked, body(1, b"A: 1"), body(2, b"A: 2"), body(3, b"A: 3"), unasked)) as server:
        assert [one.raw for one in fetched(box(server.port, tmp_path))] == [b"A: 1", b"A: 2", b"A: 3"]


def test_arrival_is_converted_to_utc_and_bodies_are_only_peeked_at(tmp_path: Path) -> None:
    with ScriptedImap(fetching(body(1, b"A: 1"))) as server:
        got = fetched(box(server.port, tmp_path))
        said = b"".join(server.lines)
    assert got[0].received_at.isoformat() == "2027-08-01T10:00:00+00:00"
    assert b"EXAMINE" in said and b"SELECT" not in said and b"BODY[]" not in said.replace(b"BODY.PEEK[]", b"")


def test_uids_outside_the_window_asked_for_are_dropped(tmp_path: Path) -> None:
    examined = b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 12001] x\r\n%T OK done\r\n"
    searched: list[bytes] = []

    def search(_: Conversation, line: bytes) -> bytes:
        searched.append(line.split(b"SEARCH ")[1].strip())
        return b"* SEARCH 4 12000 99999\r\n%T OK done\r\n"

    with (
        ScriptedImap({"EXAMINE": examined, "UID SEARCH": search}) as server,
        box(server.port, tmp_path) as mailbox,
    ):
        mailbox.open("INBOX")
        assert mailbox.uids("INBOX") == {"4", "12000"}
    assert searched == [b"UID 1:5000", b"UID 5001:10000", b"UID 10001:12000"]


def test_uids_far_apart_are_listed_by_position(tmp_path: Path) -> None:
    examined = b"* 5001 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4000000000] x\r\n%T OK done\r\n"
    searched: list[bytes] = []

    def search(_: Conversation, line: bytes) -> bytes:
        searched.append(line.split(b"SEARCH ")[1].strip())
        return b"* SEARCH 3999999999\r\n%T OK done\r\n"

    with (
        ScriptedImap({"EXAMINE": examined, "UID SEARCH": search}) as server,
        box(server.port, tmp_path) as mailbox,
    ):
        mailbox.open("INBOX")
        assert mailbox.uids("INBOX") == {"3999999999"}
    assert searched == [b"2:5001", b"1:1"]


def test_a_folder_without_lasting_uids_is_not_read(tmp_path: Path) -> None:
    with (
        ScriptedImap({"EXAMINE": b"* 3 EXISTS\r\n%T OK done\r\n"}) as server,
        box(server.port, tmp_path) as mailbox,
        pytest.raises(Unusable, match="UIDVALIDITY"),
    ):
        mailbox.open("INBOX")


def test_a_quote_or_a_blank_in_the_user_name_stays_inside_the_user_name(tmp_path: Path) -> None:
    with ScriptedImap() as server, box(server.port, tmp_path, user='a b"c'):
        assert any(b'LOGIN "a b\\"c" "correct horse"' in line for line in server.lines)


def test_nothing_listens(tmp_path: Path) -> None:
    with ScriptedImap() as server:
        port = server.port
    with pytest.raises(OutOfReach, match="nothing answers"), box(port, tmp_path):
        pass


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if dovecot() is None:
        pytest.skip("no dovecot on this machine")
    server = start_dovecot(tmp_path_factory.mktemp("dovecot"), [b"Subject: one\r\n\r\nx\r\n"])
    yield server
    server.stop()


def secure(server: Server, tmp: Path, **settings: object) -> ImapMailbox:
    mailbox = box(server.tls_port or 0, tmp, user=server.user, tls="implicit", ca_file=str(server.ca_file))
    (tmp / "password").write_text(server.password)
    table = {**mailbox.config.model_dump(exclude_none=True), **settings}
    return ImapMailbox(MailboxConfig.model_validate(table), Limits())


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_trusted_certificate_is_accepted(real: Server, tmp_path: Path, tls: str) -> None:
    port = real.tls_port if tls == "implicit" else real.port
    with secure(real, tmp_path, tls=tls, port=port) as mailbox:
        assert mailbox.open("INBOX").exists == 1


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_an_unknown_certificate_is_refused(real: Server, tmp_path: Path, tls: str) -> None:
    port = real.tls_port if tls == "implicit" else real.port
    other, _ = make_certificate(tmp_path)
    with pytest.raises(OutOfReach, match=r"certificate was refused.*ca_file"):
        secure(real, tmp_path, ca_file=str(other), tls=tls, port=port).__enter__()


@pytest.mark.parametrize("what", ["another host", "expired"])
def test_a_certificate_for_another_host_or_of_another_time_is_refused(tmp_path: Path, what: str) -> None:
    cert, key = expired_certificate(tmp_path) if what == "expired" else make_certificate(tmp_path, host="127.0.0.9")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    heard = [b""]
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            client, _ = listening.accept()
            with client, contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as line:
                line.sendall(b"* OK\r\n")
                heard[0] = line.recv(1000)

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        why = "expired" if what == "expired" else "certificate was refused"
        with pytest.raises(OutOfReach, match=why):
            box(port, tmp_path, tls="implicit", ca_file=str(cert)).__enter__()
        thread.join(5)
    assert heard == [b""]


def test_a_ca_file_that_is_not_there_is_told(real: Server, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="ca_file"):
        secure(real, tmp_path, ca_file=str(tmp_path / "none.pem")).__enter__()


def test_tls_spoken_to_a_plain_port_is_told(real: Server, tmp_path: Path) -> None:
    with pytest.raises(OutOfReach, match="no encrypted connection"):
        secure(real, tmp_path, port=real.port).__enter__()


def test_a_wrong_password_is_told_without_it(real: Server, tmp_path: Path) -> None:
    mailbox = secure(real, tmp_path)
    (tmp_path / "password").write_text("wr0ng")
    with pytest.raises(LoginRefused) as fault:
        mailbox.__enter__()
    assert "wr0ng" not in str(fault.value)


def test_a_password_beyond_ascii_is_sent_and_never_told(real: Server, tmp_path: Path) -> None:
    mailbox = secure(real, tmp_path)
    (tmp_path / "password").write_text("schlüssel")
    with pytest.raises(LoginRefused) as fault:
        mailbox.__enter__()
    assert "schlüssel" not in str(fault.value)


def test_two_hundred_thousand_uids_are_listed_in_windows(tmp_path: Path) -> None:
    examined = b"* 200000 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 200001] x\r\n%T OK done\r\n"

    def search(_: Conversation, line: bytes) -> bytes:
        low, high = line.split()[-1].split(b":")
        found = b" ".join(b"%d" % uid for uid in range(int(low), int(high) + 1))
        return b"* SEARCH " + found + b"\r\n%T OK done\r\n"

    answers = {"EXAMINE": examined, "UID SEARCH": search}
    with ScriptedImap(answers) as server, box(server.port, tmp_path) as mailbox:
        mailbox.open("INBOX")
        tracemalloc.start()
        begun = time.process_time()
        assert len(mailbox.uids("INBOX")) == 200_000
        took, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert took < 5 and peak < 80_000_000  # seen: 0.13 s without the measuring, 35 MB
