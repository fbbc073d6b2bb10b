"""A small world for whole runs: a mailbox server, an SMTP sink and a request folder, all on loopback."""

import json
import os
import socket
import subprocess
import sys
from email.message import EmailMessage
from email.utils import format_datetime
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from servers import start_dovecot, start_pymap
import shutil

REPO = Path(__file__).parent.parent
OWN = "replies@lga.example"


def reply(number: int, text: str = "", **headers: str) -> bytes:
    """An ordinary reply of one officer, CRLF line ends."""
    mail = EmailMessage()
    mail["Return-Path"] = f"<officer{number}@town{number}.example>"
    mail["From"] = f"Officer {number} <officer{number}@town{number}.example>"
    mail["To"] = f"International Desk <{OWN}>"
    mail["Subject"] = "Re: Innovative models of local service delivery"
    mail["Date"] = format_datetime(datetime(2027, 8, 10, 10, 0, number % 60, tzinfo=UTC))
    mail["Message-ID"] = f"<reply{number}@town{number}.example>"
    for name, value in headers.items():
        del mail[name]
        mail[name] = value
    mail.set_content(
        text
        or f"Dear colleagues,\n\nOur council and its neighbour, number {number}, have shared a single chief "
        "executive since last year.\n\nKind regards\nAn Officer\n"
    )
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


class _Sink:
    """Keeps what it is given: (recipient, bytes)."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []

    async def handle_DATA(self, _server, _session, envelope):
        for to in envelope.rcpt_tos:
            self.got.append((to, envelope.content))
        return "250 taken"


class World:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "request" / "harvester.toml"
        self._server = None

    def __enter__(self):
        self.sink = _Sink()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._controller = Controller(self.sink, hostname="127.0.0.1", port=port)
        self._controller.start()
        self.smtp_port = port
        return self

    def __exit__(self, *_):
        self._controller.stop()
        if self._server is not None:
            self._server.stop()

    def serve(self, mails) -> None:
        """Start a mailbox with these mails (Dovecot where there is one, else pymap) and write the settings."""
        start = (
            start_dovecot if shutil.which("dovecot", path=os.environ["PATH"] + ":/usr/sbin") else start_pymap
        )
        self._server = server = start(self.folder / "imap", mails)
        base = self.config.parent
        base.mkdir()
        for name in ("rules", "templates"):
            (base / name).symlink_to(REPO / name)
        (base / "request.txt").write_text(
            (REPO / "data/request.txt").read_text(encoding="utf-8"), encoding="utf-8"
        )
        (base / "password").write_text(server.password)
        (base / "password").chmod(0o600)
        from harvester.acknowledge.journal import make_key

        (base / "data").mkdir()
        make_key(base / "data" / "answers.key")
        self.config.write_text(
            f'''
[request]
id = "lga-2027"
title = "Innovative and cost-saving models of local service delivery"
texts = ["request.txt"]
deadline = 2027-08-16T23:59:59+01:00
reply_language = "en"
contact = "{OWN}"
reference_prefix = "LGA-2027"

[[mailbox]]
name = "replies"
type = "imap"
host = "127.0.0.1"
port = {server.port}
tls = "none"
user = "{server.user}"
password_file = "password"
folders = ["INBOX"]

[outbox]
host = "127.0.0.1"
port = {self.smtp_port}
tls = "none"
from = "{OWN}"

[acknowledge]
enabled = true
own_addresses = ["{OWN}"]
since = "2000-01-01T00:00:00Z"
per_hour = 100000
per_domain_per_hour = 100000
max_per_run = 100000
'''
        )

    def call(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "harvester.cli", "--config", str(self.config), *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, **(env or {})},
            timeout=120,
        )

    def json(self, *arguments: str):
        done = self.call(*arguments, "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def json_lines(self, *arguments: str):
        return [json.loads(line) for line in self.call(*arguments).stdout.splitlines()]

    def run(self, *options: str):
        done = self.call(*options, "run", "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def letters(self) -> list[str]:
        """Who was sent a letter, once for each letter."""
        return [to for to, _ in self.sink.got]
