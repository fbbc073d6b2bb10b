"""The demo's folder: a request like any other, made once, and never somebody else's files."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harvester.demo.whereabouts import Servers
from harvester.errors import OutOfReach, Unusable

MARKER = ".harvester-demo"
WHAT_IT_IS = "The harvester's demo lives in this folder. You may delete it at any time.\n"
OWN = "replies@lga.example"


def claim(folder: Path) -> Path:
    """Make ``folder`` the demo's and return it absolute.

    Raises Unusable, touching nothing, if it holds files that are not a demo's.
    """
    folder = Path(os.path.abspath(folder.expanduser()))
    with sentences(folder):
        if folder.exists() and not folder.is_dir():
            raise Unusable(f"{folder}: is a file; name a folder for the demo: harvester demo --folder DIR")
        if not (folder / MARKER).is_file():
            if folder.is_dir() and any(folder.iterdir()):
                raise Unusable(
                    f"{folder}: holds files that no demo has written, so nothing was touched; "
                    "name another folder: harvester demo --folder DIR"
                )
            folder.mkdir(parents=True, exist_ok=True)
            (folder / MARKER).write_text(WHAT_IT_IS, encoding="utf-8")
        (folder / "sent").mkdir(exist_ok=True)
    return folder


@contextlib.contextmanager
def sentences(folder: Path) -> Iterator[None]:
    """What the disk says, as a sentence."""
    try:
        yield
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "free some space" if full else "name another folder: harvester demo --folder DIR"
        kind = OutOfReach if full else Unusable
        raise kind(f"{fault.filename or folder}: cannot be written: {fault.strerror}; {advice}") from fault


def password(folder: Path) -> str:
    """The demo mailbox's password, made up once."""
    file = folder / "password"
    with sentences(folder):
        if not file.exists():
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as out:
                out.write(secrets.token_urlsafe(12) + "\n")
        return file.read_text(encoding="ascii").strip()


def write_demo_config(folder: Path, servers: Servers, shipped: Path) -> Path:
    """harvester.toml with its own rules, templates and request, so that they may be played with.

    Written once and last: a later demo keeps what somebody changed, one that was cut short begins anew.
    """
    config = folder / "harvester.toml"
    if config.exists():
        return config
    from harvester.acknowledge.journal import make_key

    with sentences(folder):
        for name in ("rules", "templates"):
            shutil.copytree(shipped / name, folder / name, dirs_exist_ok=True)
        (folder / "data").mkdir(exist_ok=True)
        shutil.copyfile(shipped / "data" / "request.txt", folder / "data" / "request.txt")
        if not (folder / "data" / "answers.key").exists():
            make_key(folder / "data" / "answers.key")
        half = config.with_suffix(".part")
        half.write_text(settings(servers, datetime.now(UTC)), encoding="utf-8")
        half.rename(config)
    return config


def settings(servers: Servers, now: datetime) -> str:
    """The least that a request needs; every key is explained in the harvester.toml of ``harvester init``."""
    since = (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"""\
# Settings of the demo. They stay as you change them; delete this folder to begin anew.
# `harvester init DIR` writes a harvester.toml for a real mailbox, with every key explained.

[request]
id = "lga-2027"
title = "Innovative and cost-saving models of local service delivery"
# What we sent: whatever a reply quotes of it is not the respondent's own.
texts = ["data/request.txt"]
deadline = 2027-08-16T23:59:59
time_zone = "Europe/London"
reply_language = "en"
contact = "International Desk, {OWN}"
organisation = "Local Government Association (England)"
reference_prefix = "LGA-2027"

# A private mailbox with the sample replies. It is there only while `harvester demo` runs, each time on
# another port; the demo puts the right one in its place.
[[mailbox]]
name = "demo"
host = "{servers.host}"
port = {servers.imap_port}
tls = "none"
user = "{servers.user}"
password_file = "password"

# Takes our letters and puts them into sent/: nothing leaves this machine.
[outbox]
host = "{servers.host}"
port = {servers.smtp_port}
tls = "none"
from = "{OWN}"
from_name = "LGA International Desk"

[acknowledge]
enabled = true
own_addresses = ["{OWN}"]
# Only what arrives after this instant is answered.
since = "{since}"
# The mail server whose word on forged senders we believe.
authserv_id = "mx.lga.example"
"""
