"""OAuth 2.0 instead of a password: tokens, and logins by XOAUTH2 over IMAP and SMTP, with servers on loopback."""

import base64
import json
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from harvester.access_token import TokenSource
from harvester.acknowledge.outbox import Outbox
from harvester.config.mailbox import MailboxConfig
from harvester.config.outbox import OutboxConfig
from harvester.config.warnings import warnings_of
from harvester.errors import ConfigError, LoginRefused, OutOfReach, Unusable
from harvester.mailbox.imap import ImapMailbox
from harvester.model import Limits
from letter_samples import shipped
from scripted_imap import ScriptedImap
from scripted_smtp import ScriptedSmtp
from servers import make_certificate

SECRET, REFRESH = "very-secret", "refresh-me"


class TokenServer:
    """Answers as told, one after the other, the last for ever: (status, headers, body). Keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.delay = 0.0
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                mine.asked.append({name: values[0] for name, values in parse_qs(body).items()})
                time.sleep(mine.delay)
                status, headers, said = mine.answers.pop(0) if len(mine.answers) > 1 else mine.answers[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

            def do_GET(self) -> None:
                mine.asked.append({"GET": self.path})

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/token"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "TokenServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def encrypt(self, context: ssl.SSLContext) -> None:
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def gives(self, *tokens: str, lasts: object = 3600) -> None:
        self.answers = [
            (200, {}, json.dumps({"access_token": token, "expires_in": lasts}).encode()) for token in tokens
        ]


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with TokenServer() as running:
        running.gives("first", "second", "third")
        yield running


@pytest.fixture
def oauth(server, tmp_path) -> dict[str, object]:
    for name, text in (("secret", SECRET), ("refresh", REFRESH)):
        (tmp_path / name).write_text(text)
    return {"user": "replies@lga.example", "oauth_token_url": server.url, "oauth_client_id": "client-7",
            "oauth_secret_file": str(tmp_path / "secret"), "oauth_timeout": 1}  # fmt: skip


def outbox(**table: object) -> OutboxConfig:
    table = {"host": "127.0.0.1", "tls": "none", "from": "replies@lga.example", "timeout": 2, **table}
    return OutboxConfig.model_validate(table, context={"folder": Path("/")})


# ------------------------------------------------------------------ tokens


def test_client_credentials_bring_a_token_that_is_used_until_shortly_before_it_ends(server, oauth):
    source = TokenSource(outbox(**oauth, oauth_scope="https://mail.example/.default"))
    assert [source.token(), source.token(), source.token(fresh=True), source.token()] == ["first"] * 2 + ["second"] * 2
    assert server.asked[0] == {
        "grant_type": "client_credentials", "client_id": "client-7", "client_secret": SECRET,
        "scope": "https://mail.example/.default",
    }  # fmt: skip
    assert len(server.asked) == 2


def test_a_token_that_ends_within_five_minutes_is_asked_for_anew(server, oauth):
    server.gives("first", "second", lasts=299)
    source = TokenSource(outbox(**oauth))
    assert (source.token(), source.token()) == ("first", "second")


def test_a_refresh_token_brings_a_token(server, oauth, tmp_path):
    source = TokenSource(outbox(**oauth, oauth_refresh_token_file=str(tmp_path / "refresh")))
    assert source.token() == "first"
    assert (server.asked[0]["grant_type"], server.asked[0]["refresh_token"]) == ("refresh_token", REFRESH)


def test_a_command_may_print_the_token():
    source = TokenSource(outbox(user="u@lga.example", token_command=[sys.executable, "-c", "print('from-a-command')"]))
    assert source.token() == "from-a-command"


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        ((401, {}, b'{"error": "invalid_client", "why": "very-secret is wrong"}'), LoginRefused, "invalid_client"),
        ((400, {}, b'{"error": "invalid_grant"}'), LoginRefused, "invalid_grant"),
        ((400, {}, b'{"error": "<script>"}'), OutOfReach, "HTTP 400"),
        ((503, {}, b"later"), OutOfReach, "HTTP 503"),
        ((200, {}, b"<html>"), OutOfReach, "no JSON"),
        ((200, {}, b"[]"), OutOfReach, "holds no token"),
        ((200, {}, b'{"access_token": "a\\r\\nb"}'), OutOfReach, "holds no token"),
        ((200, {}, b'{"access_token": 7}'), OutOfReach, "holds no token"),
        ((302, {"Location": "http://127.0.0.1:1/x"}, b""), Unusable, "sends us elsewhere"),
    ],
)  # fmt: skip
def test_what_a_token_server_may_do_ends_in_a_sentence_without_secrets(server, oauth, answer, kind, says):
    server.answers = [answer]
    with pytest.raises(kind, match=says) as caught:
        TokenSource(outbox(**oauth)).token()
    assert SECRET not in str(caught.value) and len(server.asked) == 1


def test_a_silent_or_missing_token_server_is_out_of_reach(server, oauth):
    server.delay = 1.5
    with pytest.raises(OutOfReach, match="the next run tries again"):
        TokenSource(outbox(**oauth)).token()
    with pytest.raises(OutOfReach, match="the next run tries again"):
        TokenSource(outbox(**{**oauth, "oauth_token_url": "http://127.0.0.1:1/token"})).token()


def test_a_token_server_must_show_a_certificate_that_we_trust(server, oauth, tmp_path):
    cert, key = make_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    server.encrypt(context)
    oauth["oauth_token_url"] = server.url.replace("http:", "https:")
    with pytest.raises(OutOfReach, match=r"certificate was refused .*, so no secret was sent"):
        TokenSource(outbox(**oauth)).token()
    assert server.asked == []
    assert TokenSource(outbox(**oauth, oauth_ca_file=str(cert))).token() == "first"


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (["oauth_token_url=http://login.example/token"], "must begin with https://"),
        (["oauth_token_url=https://login.example/token"], "oauth_client_id is missing"),
        (["oauth_token_url=https://login.example/token", "oauth_client_id=x"], "write oauth_secret_file"),
        (["token_command=print-token", "password_file=secrets/x"], "keep one of them"),
    ],
)
def test_settings_that_do_not_fit_are_told(overrides, says):
    unset = ["outbox.password_file="] if "password_file" not in str(overrides) else []
    with pytest.raises(ConfigError, match=says):
        shipped(*unset, *(f"outbox.{one}" for one in overrides))


def test_a_client_secret_that_others_can_read_is_warned_of(tmp_path):
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o644)
    table = {"user": "u@lga.example", "oauth_token_url": "https://login.example/token", "oauth_client_id": "x"}
    ours = outbox(**table, oauth_secret_file=str(tmp_path / "secret"))
    warned = list(warnings_of(shipped().model_copy(update={"outbox": ours})))
    assert any(f"{tmp_path / 'secret'}: holds a password" in one for one in warned)


# ------------------------------------------------------------------ logins


def said_by(talk) -> bytes:
    """The client's next line; imaplib sends it in two pieces."""
    said = b""
    while not said.endswith(b"\r\n"):
        said += talk.sock.recv(10_000)
    return said.strip()


def asks_for(*good: str):
    """An IMAP server's AUTHENTICATE that lets in whoever shows one of these tokens."""

    def authenticate(talk, line):
        assert line.split()[2].upper() == b"XOAUTH2"
        talk.say(b"+ \r\n")
        shown = base64.b64decode(said_by(talk)).decode()
        user, bearer = shown.removesuffix("\x01\x01").split("\x01")
        assert user == "user=replies@lga.example"
        if bearer.removeprefix("auth=Bearer ") in good:
            return b"%T OK welcome\r\n"
        talk.say(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n")
        assert said_by(talk) == b""
        return b"%T NO AUTHENTICATE failed first second\r\n"

    return authenticate


def mailbox(imap: ScriptedImap, oauth: dict[str, object]) -> ImapMailbox:
    table = {"host": "127.0.0.1", "port": imap.port, "tls": "none", "timeout": 2, **oauth}
    return ImapMailbox(MailboxConfig.model_validate(table, context={"folder": Path("/")}), Limits())


def capable(*good: str) -> dict[str, object]:
    return {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-X LOGINDISABLED\r\n%T OK done\r\n",
        "AUTHENTICATE": asks_for(*good),
    }


def test_imap_lets_us_in_with_a_token_even_where_passwords_are_switched_off(server, oauth):
    with ScriptedImap(capable("first")) as imap, mailbox(imap, oauth) as box:
        assert box.open("INBOX").exists == 3
    assert len(server.asked) == 1


def test_imap_a_token_that_is_refused_is_asked_for_anew_once(server, oauth):
    with ScriptedImap(capable("second")) as imap, mailbox(imap, oauth) as box:
        assert box.open("INBOX").exists == 3
    assert len(server.asked) == 2


def test_imap_a_token_that_ends_in_mid_run_is_asked_for_anew_once(server, oauth):
    """The server drops us after a refused command; on the way back in it wants another token."""
    script = capable("first")
    with ScriptedImap(script) as imap, mailbox(imap, oauth) as box:

        def ended(_talk: object, _line: bytes) -> bytes:
            imap.answers["AUTHENTICATE"] = asks_for("second")
            return b"%T NO [EXPIRED] AccessTokenExpired\r\n"

        box.open("INBOX")
        imap.answers["UID SEARCH"] = ended
        with pytest.raises(OutOfReach):
            box.uids("INBOX")
        imap.answers["UID SEARCH"] = b"* SEARCH 1 2 3\r\n%T OK done\r\n"
        assert box.uids("INBOX") == {"1", "2", "3"}
    assert len(server.asked) == 2
    assert sum(b"AUTHENTICATE" in line for line in imap.lines) == 3


def test_imap_two_tokens_that_are_refused_are_the_end_and_no_token_is_told(server, oauth):
    with ScriptedImap(capable("other")) as imap, pytest.raises(LoginRefused) as caught, mailbox(imap, oauth):
        pass
    assert sum(b"AUTHENTICATE" in line for line in imap.lines) == 2 and len(server.asked) == 2
    assert "may this account read mail by IMAP?" in str(caught.value)
    assert "first" not in str(caught.value) and "second" not in str(caught.value)


def test_without_a_token_no_connection_is_made(server, oauth):
    server.answers = [(503, {}, b"")]
    with ScriptedImap(capable()) as imap, pytest.raises(OutOfReach, match=r"mailbox .*no token"), mailbox(imap, oauth):
        pass
    assert imap.lines == []
    with ScriptedSmtp() as smtp:
        assert "no token" in (Outbox(outbox(**oauth, port=smtp.port)).ensure() or "")
        assert smtp.connections == 0


EHLO = "250-mx.example\n250-AUTH LOGIN PLAIN XOAUTH2\n250 8BITMIME"


@pytest.mark.parametrize(
    ("answers", "asked", "trouble"),
    [
        (["235 welcome"], 1, None),
        (["535 5.7.3 expired", "235 welcome"], 2, None),
        (["334 eyJzdGF0dXMiOiI0MDEifQ==", "235 welcome"], 2, None),  # then an empty line, and 500
        (["535 no first"], 2, "refused the access token of 'replies@lga.example'"),
        (["454 later"], 1, "takes no logins now"),
    ],
)
def test_smtp_asks_for_a_new_token_once(server, oauth, answers, asked, trouble):
    with ScriptedSmtp({"EHLO": EHLO, "AUTH": answers}) as smtp:
        with Outbox(outbox(**oauth, port=smtp.port)) as box:
            said = box.ensure()
        shown = [line.split()[2] for line in smtp.lines if line.startswith("AUTH XOAUTH2 ")]
    assert len(shown) == len(server.asked) == asked
    assert base64.b64decode(shown[0]).decode() == "user=replies@lga.example\x01auth=Bearer first\x01\x01"
    assert said is None if trouble is None else trouble in (said or "") and "first" not in (said or "")


def test_smtp_without_xoauth2_is_never_shown_a_token(server, oauth):
    with ScriptedSmtp({"EHLO": "250-mx.example\n250 AUTH PLAIN"}) as smtp:
        assert "takes no access tokens" in (Outbox(outbox(**oauth, port=smtp.port)).ensure() or "")
        assert not any(line.startswith("AUTH") for line in smtp.lines)
