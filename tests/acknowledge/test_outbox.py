"""SMTP servers that cut, stall, refuse and lie at every step: each end has one meaning, and no password leaks."""

import logging
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge.outbox import Outbox, stuffed
from harvester.config import OutboxConfig
from harvester.errors import ConfigError, Unusable
from scripted_smtp import ScriptedSmtp, Trick
from servers import expired_certificate, free_port, make_certificate

PASSWORD = "correct horse battery"
TO = "officer@town.example"
LETTER = b"From: replies@lga.example\r\nSubject: Auto\r\n\r\nThank you.\r\n.\r\n..two dots\r\n"
TIMEOUT = 0.5


def outbox(port: int, **settings_: object) -> Outbox:
    table = {"host": "127.0.0.1", "port": port, "tls": "none", "from": "replies@lga.example", "timeout": TIMEOUT}
    return Outbox(OutboxConfig.model_validate({**table, **settings_}, context={"folder": Path("/")}))


def handed_over(server: ScriptedSmtp, letters: int = 1, **settings_: object) -> list[str]:
    with outbox(server.port, **settings_) as box:
        return [box.hand_over(LETTER, TO).kind for _ in range(letters)]


# ---------------------------------------------------------------------- one outcome a letter


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("dot", "250 taken", "sent"),
        ("dot", Trick.CUT, "unknown"),
        ("dot", Trick.SILENCE, "unknown"),
        ("dot", Trick.DRIP, "unknown"),
        ("dot", Trick.NONSENSE, "unknown"),
        ("dot", Trick.FLOOD, "unknown"),
        ("dot", "421 going down", "retry"),
        ("dot", "451 later", "retry"),
        ("dot", "552 too large", "failed"),
        ("dot", "554 no", "failed"),
        ("DATA", "451 later", "retry"),
        ("DATA", "554 no valid recipients", "failed"),
        ("DATA", Trick.CUT, "retry"),
        ("DATA", Trick.SILENCE, "retry"),
        ("DATA", "250 what?", "retry"),
        ("RCPT", "450 greylisted", "retry"),
        ("RCPT", "452 too many", "retry"),
        ("RCPT", "421 going down", "retry"),
        ("RCPT", "550 no such user", "failed"),
        ("RCPT", Trick.CUT, "retry"),
        ("RCPT", Trick.SILENCE, "retry"),
        ("RCPT", "530 log in first", "out_of_reach"),
        ("MAIL", "451 later", "out_of_reach"),
        ("MAIL", "550 no null sender", "out_of_reach"),
        ("MAIL", "530 log in first", "out_of_reach"),
        ("MAIL", Trick.CUT, "out_of_reach"),
        ("MAIL", Trick.SILENCE, "out_of_reach"),
        ("EHLO", Trick.CUT, "out_of_reach"),
        ("EHLO", Trick.SILENCE, "out_of_reach"),
        ("greeting", "554 not you", "out_of_reach"),
        ("greeting", "421 busy", "out_of_reach"),
        ("greeting", Trick.CUT, "out_of_reach"),
        ("greeting", Trick.SILENCE, "out_of_reach"),
        ("greeting", Trick.DRIP, "out_of_reach"),
        ("greeting", Trick.FLOOD, "out_of_reach"),
        ("greeting", Trick.NONSENSE, "out_of_reach"),
        ("QUIT", Trick.CUT, "sent"),
        ("QUIT", Trick.SILENCE, "sent"),
        ("QUIT", "500 what?", "sent"),
    ],
)
def test_each_end_has_one_meaning(step: str, answer: str | Trick, outcome: str) -> None:
    begun = time.monotonic()
    with ScriptedSmtp({step: answer}) as server:
        assert handed_over(server) == [outcome]
    assert time.monotonic() - begun < 6 * TIMEOUT + 5


def test_a_server_that_closes_in_the_middle_of_the_text_was_sent_nothing() -> None:
    class Impatient(ScriptedSmtp):
        def _text(self, client: object) -> bytes:
            raise OSError("enough")

    with Impatient() as server, outbox(server.port) as box:
        assert box.hand_over(LETTER + b"x" * 30_000_000, TO).kind == "retry"


def test_every_note_is_a_sentence_with_the_servers_own_words() -> None:
    with ScriptedSmtp({"RCPT": "550 5.1.1 \x1b[31mNo such\x07 user"}) as server, outbox(server.port) as box:
        note = box.hand_over(LETTER, TO).note
    assert note == "the server refused the recipient: 550 5.1.1 [31mNo such user"


def test_a_relay_that_refuses_the_empty_return_path_is_told_of_the_setting() -> None:
    with ScriptedSmtp({"MAIL": "550 5.7.1 no"}) as server, outbox(server.port) as box:
        assert "set outbox.bounce_address" in box.hand_over(LETTER, TO).note


# ---------------------------------------------------------------------- what is said


def test_the_return_path_is_empty_and_the_recipient_is_the_one_given() -> None:
    with ScriptedSmtp() as server:
        handed_over(server)
    assert server.heard("MAIL") == ["MAIL FROM:<> BODY=8BITMIME"]
    assert server.heard("RCPT") == [f"RCPT TO:<{TO}>"]
    assert server.letters == [b"From: replies@lga.example\r\nSubject: Auto\r\n\r\nThank you.\r\n..\r\n...two dots\r\n"]


def test_a_bounce_address_is_the_return_path_where_one_is_set() -> None:
    with ScriptedSmtp() as server:
        handed_over(server, bounce_address="bounces@lga.example")
    assert server.heard("MAIL") == ["MAIL FROM:<bounces@lga.example> BODY=8BITMIME"]


def test_we_greet_with_the_domain_we_write_from_and_not_with_this_machines_name() -> None:
    with ScriptedSmtp() as server:
        handed_over(server)
    assert [line.upper() for line in server.heard("EHLO")] == ["EHLO LGA.EXAMPLE"]


def test_a_domain_beyond_ascii_is_written_in_punycode() -> None:
    with ScriptedSmtp() as server, outbox(server.port) as box:
        assert box.hand_over(LETTER, "amt@gemeinde-köln.example").kind == "sent"
    assert server.heard("RCPT") == ["RCPT TO:<amt@xn--gemeinde-kln-ejb.example>"]


def test_a_local_part_beyond_ascii_needs_a_server_that_can() -> None:
    with ScriptedSmtp() as server, outbox(server.port) as box:
        assert box.hand_over(LETTER, "bürger@town.example").kind == "failed"
        assert server.heard("MAIL") == []
    able = "250-mx.example\n250-8BITMIME\n250 SMTPUTF8"
    with ScriptedSmtp({"EHLO": able}) as server, outbox(server.port) as box:
        assert box.hand_over(LETTER, "bürger@town.example").kind == "sent"
    assert server.heard("MAIL") == ["MAIL FROM:<> BODY=8BITMIME SMTPUTF8"]
    assert server.heard("RCPT") == ["RCPT TO:<bürger@town.example>"]


@pytest.mark.parametrize(
    "to", ["", "a@b.example>\r\nRCPT TO:<evil@x.example", "a@b.example> NOTIFY=NEVER", "a@b.example\n", "a b@c.example"]
)
def test_an_address_that_would_change_the_command_is_never_said(to: str) -> None:
    with ScriptedSmtp() as server, outbox(server.port) as box:
        assert box.hand_over(LETTER, to).kind == "failed"
    assert server.heard("RCPT") == []


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_text_can_hold_the_final_dot_or_a_lone_line_end(raw: bytes) -> None:
    """RFC 5321, section 4.5.2; lone line ends are read as the end by some servers (SMTP smuggling)."""
    sent = stuffed(raw)
    assert sent.endswith(b"\r\n") and b"\r\n.\r\n" not in b"\r\n" + sent
    assert sent.replace(b"\r\n", b"").count(b"\r") == 0 == sent.replace(b"\r\n", b"").count(b"\n")
    meant = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    assert [line[line.startswith(b".") :] for line in sent.removesuffix(b"\r\n").split(b"\r\n")] == meant


# ---------------------------------------------------------------------- one connection a run


def test_many_letters_go_over_one_connection() -> None:
    with ScriptedSmtp() as server:
        assert handed_over(server, letters=5) == ["sent"] * 5
    assert (server.connections, len(server.letters), len(server.heard("QUIT"))) == (1, 5, 1)


def test_a_letter_that_was_refused_does_not_hinder_the_next() -> None:
    with ScriptedSmtp({"RCPT": ["550 no such user", "450 later", "250 ok"]}) as server:
        assert handed_over(server, letters=3) == ["failed", "retry", "sent"]
    assert server.connections == 1


@pytest.mark.parametrize("how", [Trick.CUT, "421 idle too long"])
def test_a_connection_closed_between_two_letters_is_made_again(how: str | Trick) -> None:
    with ScriptedSmtp({"RSET": [how, "250 again"]}) as server:
        assert handed_over(server, letters=3) == ["sent"] * 3
    assert server.connections == 2 and len(server.letters) == 3


def test_a_server_that_is_out_of_step_gets_a_new_connection() -> None:
    with ScriptedSmtp({"DATA": ["250 what?", "354 go on"]}) as server:
        assert handed_over(server, letters=2) == ["retry", "sent"]
    assert server.connections == 2


def test_nothing_is_begun_before_we_are_asked_to() -> None:
    with ScriptedSmtp() as server, outbox(server.port) as box:
        assert server.connections == 0
        assert box.ensure() is None
        assert server.connections == 1 and server.heard("MAIL") == []


def test_out_of_reach_is_known_before_a_letter_is_begun() -> None:
    with outbox(free_port()) as box:
        trouble = box.ensure()
    assert trouble and "nothing answers at this port" in trouble and "127.0.0.1" in trouble


def test_knocking_hands_over_nothing() -> None:
    with ScriptedSmtp() as server, outbox(server.port) as box:
        assert box.knock() is None
    assert server.heard("MAIL") == [] and server.heard("NOOP")
    with ScriptedSmtp({"NOOP": "451 no disk"}) as server, outbox(server.port) as box:
        assert "451 no disk" in str(box.knock())


def test_an_unknown_host_is_named() -> None:
    with outbox(25, host="no-such-host.invalid", tls="starttls") as box:
        assert "there is no host of this name" in str(box.ensure())


# ---------------------------------------------------------------------- login

PLAIN = "250-mx.example\n250 AUTH LOGIN PLAIN"
LOGIN = "250-mx.example\n250 AUTH LOGIN"


@pytest.fixture
def login(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "password").write_text(PASSWORD + "\n")
    return {"user": "replies", "password_file": str(tmp_path / "password")}


def test_we_log_in_with_plain_or_login(login: dict[str, str]) -> None:
    with ScriptedSmtp({"EHLO": PLAIN}) as server:
        assert handed_over(server, **login) == ["sent"]
    assert len(server.heard("AUTH PLAIN ")) == 1
    words = {"AUTH": "334 VXNlcm5hbWU6", "CMVWBGLLCW==": "334 UGFzc3dvcmQ6"}
    words["Y29YCMVJDCBOB3JZZSBIYXR0ZXJ5"] = "235 welcome"
    with ScriptedSmtp({"EHLO": LOGIN, **words}) as server:
        assert handed_over(server, **login) == ["sent"]


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"EHLO": PLAIN, "AUTH": f"535 5.7.8 wrong password {PASSWORD}"}, "refused the login of 'replies'"),
        ({"EHLO": PLAIN, "AUTH": "454 temporary"}, "takes no logins now"),
        ({"EHLO": PLAIN, "AUTH": Trick.CUT}, "broke off when we logged in"),
        ({"EHLO": "250-mx.example\n250 AUTH GSSAPI"}, "offers no login that we know"),
        ({}, "offers no login that we know"),
    ],
)
def test_a_login_that_fails_is_a_sentence_without_the_password(
    answers: dict[str, str | Trick], says: str, login: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedSmtp(answers) as server, outbox(server.port, **login) as box:
        outcome = box.hand_over(LETTER, TO)
    assert outcome.kind == "out_of_reach" and says in outcome.note
    assert PASSWORD not in outcome.note + caplog.text and len(server.heard("AUTH")) <= 1
    assert PASSWORD not in repr(box.config)


def test_a_missing_password_file_is_found_before_connecting(tmp_path: Path) -> None:
    with ScriptedSmtp() as server, outbox(server.port, user="u", password_file=str(tmp_path / "none")) as box:
        with pytest.raises(ConfigError, match="none"):
            box.ensure()
        assert server.connections == 0


# ---------------------------------------------------------------------- encryption


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*certificate)
    return made


STARTTLS = ["250-mx.example\n250 STARTTLS", PLAIN]


@pytest.fixture(params=["implicit", "starttls"])
def server(request: pytest.FixtureRequest, context: ssl.SSLContext) -> Iterator[ScriptedSmtp]:
    implicit = request.param == "implicit"
    with ScriptedSmtp({"EHLO": PLAIN if implicit else STARTTLS}, context=context, implicit=implicit) as made:
        made.tls = request.param  # type: ignore[attr-defined]
        yield made


def test_a_trusted_certificate_is_accepted(
    server: ScriptedSmtp, certificate: tuple[Path, Path], login: dict[str, str]
) -> None:
    assert handed_over(server, tls=server.tls, ca_file=str(certificate[0]), timeout=5, **login) == ["sent"]  # type: ignore[attr-defined]
    assert b"AUTH" not in server.plain and b"MAIL" not in server.plain


def test_a_self_signed_certificate_is_refused_before_the_password(server: ScriptedSmtp, login: dict[str, str]) -> None:
    with outbox(server.port, tls=server.tls, timeout=5, **login) as box:  # type: ignore[attr-defined]
        trouble = str(box.ensure())
    assert "certificate was refused" in trouble and "no password was sent" in trouble and "outbox.ca_file" in trouble
    assert server.heard("AUTH") == []


def test_a_certificate_of_another_host_is_refused(context: ssl.SSLContext, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    cert, key = make_certificate(folder, host="127.0.0.9")
    context.load_cert_chain(cert, key)
    with (
        ScriptedSmtp(context=context, implicit=True) as server,
        outbox(server.port, tls="implicit", ca_file=str(cert), timeout=5) as box,
    ):
        assert "certificate was refused" in str(box.ensure())


def test_a_certificate_that_has_expired_is_refused_before_the_password(
    context: ssl.SSLContext, tmp_path: Path, login: dict[str, str]
) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    cert, key = expired_certificate(folder)
    context.load_cert_chain(cert, key)
    with (
        ScriptedSmtp({"EHLO": PLAIN}, context=context, implicit=True) as server,
        outbox(server.port, tls="implicit", ca_file=str(cert), timeout=5, **login) as box,
    ):
        assert "expired" in str(box.ensure())
    assert server.heard("AUTH") == []


def test_starttls_taken_out_of_the_offer_ends_the_conversation(login: dict[str, str]) -> None:
    with ScriptedSmtp({"EHLO": PLAIN}) as server, outbox(server.port, tls="starttls", **login) as box:
        assert "offers no STARTTLS, so neither password nor letter was sent" in str(box.ensure())
    assert server.heard("AUTH") == [] and server.heard("MAIL") == []


def test_starttls_that_is_refused_or_cut_ends_the_conversation(login: dict[str, str]) -> None:
    for answer in ("454 not now", Trick.CUT, "220 come"):  # the last: then no TLS follows
        with ScriptedSmtp({"EHLO": STARTTLS[0], "STARTTLS": answer}) as server:
            assert handed_over(server, tls="starttls", **login) == ["out_of_reach"]
        assert server.heard("AUTH") == []


def test_words_slipped_in_before_the_encryption_are_not_believed(
    context: ssl.SSLContext, certificate: tuple[Path, Path], login: dict[str, str]
) -> None:
    """CVE-2011-0411: an answer to a command that was not yet given."""
    answers = {"EHLO": STARTTLS, "STARTTLS": "220 go on\n250-mx.example\n250 AUTH GSSAPI"}
    with ScriptedSmtp(answers, context=context) as server:
        kinds = handed_over(server, tls="starttls", ca_file=str(certificate[0]), timeout=5, **login)
    assert kinds in (["sent"], ["out_of_reach"]) and b"AUTH PLAIN" not in server.plain


def test_encryption_where_the_server_speaks_none_is_a_sentence() -> None:
    with ScriptedSmtp() as server, outbox(server.port, tls="implicit") as box:
        assert "no encrypted connection" in str(box.ensure())


@pytest.mark.parametrize(("content", "says"), [(None, "No such file"), ("hello", "holds no certificates")])
def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None, says: str) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with ScriptedSmtp() as server, outbox(server.port, tls="implicit", ca_file=str(file)) as box:
        with pytest.raises(Unusable, match=says):
            box.ensure()
        assert server.connections == 0


def test_clear_text_is_for_this_machine_only() -> None:
    with pytest.raises(ValueError, match="loopback"):
        outbox(25, host="smtp.example")
