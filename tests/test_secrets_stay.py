"""S21 for whole commands: a login goes wrong, and neither what is said nor a file that is left holds the secret."""

import base64
import os
import subprocess

import pytest

from scripted_imap import ScriptedImap
from scripted_smtp import ScriptedSmtp
from world import World, reply

SECRETS = {"mail": "pale-Otter/7", "post": "grey Heron=9", "database": "blueFinch55"}
FORMS = [
    form
    for one in SECRETS.values()
    for form in (
        one.encode(),
        base64.b64encode(one.encode()),
        base64.b64encode(f"\0replies\0{one}".encode()),
        ascii(one).encode(),
    )
]
COMMANDS = (["run", "-v"], ["--log", "json", "check"])


def repeats(talk, line):
    """A server that repeats what it was sent, as some do."""
    return b"%T NO [AUTHENTICATIONFAILED] cannot log in: " + line.strip() + b"\r\n"


def hangs_up_after(talk, line):
    talk.say(b"* BYE " + line.strip() + b"\r\n")


@pytest.fixture
def place(tmp_path):
    with World(tmp_path) as world:
        world.serve([reply(1)])
        assert world.server
        (world.home / "password").write_text(SECRETS["mail"])
        (world.home / "post").write_text(SECRETS["post"])
        (world.home / "post").chmod(0o600)
        yield world


def said(world: World, *settings: str) -> bytes:
    """All that every command says, with tracebacks and in both kinds of logs."""
    options = [word for one in settings for word in ("--set", one)]
    env = {**os.environ, "HARVESTER_TRACEBACK": "1", "PYTHONWARNINGS": "default"}
    heard = b""
    for command in COMMANDS:
        done = subprocess.run(world.command(*options, *command), capture_output=True, env=env, timeout=120)
        assert done.returncode in (0, 1, 2, 75), done.stderr
        heard += done.stdout + done.stderr
    return heard


def left(world: World) -> bytes:
    """All files of the request but those that hold the secrets by right, and the rules."""
    files = [path for path in (world.home / "data").rglob("*") if path.is_file() and "cache" not in path.parts]
    assert any(path.name == "harvester.db" for path in files)
    return b"".join(path.read_bytes() for path in files)


def found(what: bytes) -> list[bytes]:
    return [form for form in FORMS if form in what]


@pytest.mark.parametrize("answer", [repeats, hangs_up_after], ids=["repeats", "hangs up"])
def test_a_mailbox_that_refuses_and_repeats_our_password_makes_us_say_it_nowhere(place, answer):
    with ScriptedImap({"LOGIN": answer, "AUTHENTICATE": answer}) as server:
        heard = said(place, f"mailbox.0.port={server.port}")
        assert any(SECRETS["mail"].encode() in line for line in server.lines)  # it was sent, or nothing is shown here
    assert b"mailbox" in heard
    assert found(heard + left(place)) == []


def test_nor_does_a_mail_server_that_does_so(place):
    assert place.server
    (place.home / "password").write_text(place.server.password)
    words = {"EHLO": "250-mx.example\n250 AUTH LOGIN PLAIN", "AUTH": f"535 5.7.8 no: {SECRETS['post']}"}
    with ScriptedSmtp(words) as server:
        heard = said(
            place, f"outbox.port={server.port}", "outbox.user=replies", "outbox.password_file=post",
            "mailbox.0.timeout=5", "outbox.timeout=5",
        )  # fmt: skip
        assert server.heard("AUTH")
    assert b"refused the login" in heard
    assert found(heard + left(place)) == []


def test_nor_does_a_database_that_is_out_of_reach(place):
    url = f"postgresql+psycopg://desk:{SECRETS['database']}@127.0.0.1:1/replies"
    heard = said(place, f'store.url="{url}"')
    assert b"127.0.0.1" in heard
    assert found(heard) == []
