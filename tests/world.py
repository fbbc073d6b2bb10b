"""A small world for whole runs: a mailbox server, an SMTP sink and a request folder, all on loopback."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from harvester.acknowledge.journal import make_key
from rulebooks import SHIPPED, compiled_rules, two_languages
from servers import Server, dovecot, free_port, start_dovecot, start_pymap

REPO = Path(__file__).parent.parent
OWN = "replies@lga.example"
PATIENCE = 180  # seconds for one command


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


class Sink:
    """An SMTP server's conscience: keeps (recipient, bytes) of all it was given."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got.extend((to, envelope.content) for to in envelope.rcpt_tos)
        return "250 taken"


class World:
    """``folder/request`` is the request's folder; ``serve`` starts its mailbox and writes its settings.

    Its rules speak English and German; ``all_rules`` gives it those of every language, which takes each command longer.
    """

    def __init__(self, folder: Path, all_rules: bool = False) -> None:
        self.folder = folder
        self.all_rules = all_rules
        self.home = folder / "request"
        self.config = self.home / "harvester.toml"
        self.sink = Sink()
        self.server: Server | None = None
        self._controller = Controller(self.sink, hostname="127.0.0.1", port=free_port())

    def __enter__(self) -> "World":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
        if self.server is not None:
            self.server.stop()

    def serve(self, mails: Sequence[bytes], tls: bool = False) -> None:
        """Dovecot where there is one, else pymap; with ``tls`` IMAPS under a certificate of its own."""
        start = start_dovecot if dovecot() else start_pymap
        self.server = start(self.folder / "imap", mails)
        self.home.mkdir()
        rules, compiled = (SHIPPED, compiled_rules()) if self.all_rules else two_languages()
        (self.home / "rules").symlink_to(rules)
        (self.home / "templates").symlink_to(REPO / "templates")
        (self.home / "request.txt").write_bytes((REPO / "data" / "request.txt").read_bytes())
        (self.home / "password").write_text(self.server.password)
        (self.home / "password").chmod(0o600)
        (self.home / "data").mkdir()
        shutil.copytree(compiled, self.home / "data" / "cache")
        make_key(self.home / "data" / "answers.key")
        port = self.server.tls_port if tls else self.server.port
        how = f'tls = "implicit"\nca_file = "{self.server.ca_file}"' if tls else 'tls = "none"'
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
port = {port}
{how}
user = "{self.server.user}"
password_file = "password"
folders = ["INBOX"]

[outbox]
host = "127.0.0.1"
port = {self._controller.port}
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

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "harvester.cli", "--config", str(self.config), *arguments]

    def call(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            env={**os.environ, **(env or {})},
            timeout=PATIENCE,
        )

    def json(self, *arguments: str) -> Any:
        done = self.call(*arguments, "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def json_lines(self, *arguments: str) -> list[Any]:
        return [json.loads(line) for line in self.call(*arguments).stdout.splitlines()]

    def run(self, *options: str) -> Any:
        done = self.call(*options, "run", "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def letters(self) -> list[str]:
        """Who was sent a letter, once for each letter."""
        return [to for to, _ in self.sink.got]
