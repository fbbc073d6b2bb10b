"""Ours beside others, in one run: ``python benchmarks/peers.py [--count 2000] [--rounds 3] [--mails FOLDER]``.

A real Dovecot on loopback holds the mails (made by replies.py, or all files below FOLDER). Everybody reads them in
turn, round after round; the median counts. Peers of Python get an environment of their own in a temporary folder;
one that is not there, or does not install, is named and left out. CPU seconds are those of a contestant's whole
process tree (sampled ten times a second), memory is its PSS; the server's own work is not counted. Start-up is what
the same costs on a folder with one mail, and is taken off.
"""

import argparse
import getpass
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

import replies
import rulebook
from servers import Server, deliver, start_dovecot
from watch import Watch

ONE = "One"  # the folder with one mail
PACKAGES = {  # Django of two ages, so environments of two kinds
    "peers": ("getmail6", "imap-tools", "django<5", "django-mailbox", "six"),
    "helpdesk": ("django-helpdesk",),
}
COMPILE = """
import sys
from pathlib import Path
from harvester.classify.rulebook import load
load(*map(Path, sys.argv[1:]))
"""
IMAP_TOOLS = """
import sqlite3, sys
from imap_tools import MailBoxUnencrypted
host, port, user, password, folder, place = sys.argv[1:]
base = sqlite3.connect(place + "/mails.db")
base.execute("CREATE TABLE mail (uid, sender, subject, date, text, html, files)")
number = 0
with MailBoxUnencrypted(host, int(port)).login(user, password, folder) as box:
    for mail in box.fetch(mark_seen=False, bulk=200):
        files = ", ".join(one.filename for one in mail.attachments)
        base.execute("INSERT INTO mail VALUES (?,?,?,?,?,?,?)",
                     (mail.uid, mail.from_, mail.subject, str(mail.date), mail.text, mail.html, files))
        base.commit()
        number += 1
print(number)
"""
DJANGO = """
import sys
from urllib.parse import quote
import django
from django.conf import settings
host, port, user, password, folder, place = sys.argv[1:]
settings.configure(
    INSTALLED_APPS=["django_mailbox"], DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": place + "/django.db"}}, MEDIA_ROOT=place)
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django_mailbox.models import Mailbox
uri = f"imap://{quote(user)}:{quote(password, safe='')}@{host}:{port}?folder={folder}"
print(sum(1 for _ in Mailbox.objects.create(name="x", uri=uri).get_new_mail()))
"""
HELPDESK = """
import sys, types
import django
from django.conf import settings
host, port, user, password, folder, place = sys.argv[1:]
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sites",
                    "django.contrib.humanize", "django.contrib.admin", "django.contrib.messages", "helpdesk"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}], SITE_ID=1,
    ROOT_URLCONF="our_urls", DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True, SECRET_KEY="x",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend", HELPDESK_TEAMS_MODE_ENABLED=False, MEDIA_ROOT=place,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": place + "/django.db"}})
django.setup()
from django.urls import include, path
sys.modules["our_urls"] = types.ModuleType("our_urls")
sys.modules["our_urls"].urlpatterns = [path("", include("helpdesk.urls"))]
from django.core.management import call_command
call_command("migrate", verbosity=0)
from helpdesk.email import process_email
from helpdesk.models import FollowUp, Queue
Queue.objects.create(title="x", slug="x", email_address="desk@lga.example", allow_email_submission=True,
                     email_box_type="imap", email_box_host=host, email_box_port=int(port), email_box_user=user,
                     email_box_pass=password, email_box_imap_folder=folder, email_box_interval=0)
process_email(quiet=True)
print(FollowUp.objects.count())
"""


@dataclass(frozen=True)
class Cost:
    cpu: float
    wall: float
    memory: float  # MB
    mails: int


@dataclass(frozen=True)
class Contestant:
    name: str
    command: Callable[[str, Path], list[str]]  # folder to read, empty folder to work in
    count: Callable[[Path, str], int]  # how many mails it has got: where it worked, what it printed
    takes_away: bool = False  # empties the folder, so it must be filled again


def run(one: Contestant, folder: str, scratch: Path) -> Cost:
    """In a folder of its own, which stays: where files were deleted just now, ext4 takes ten times as long
    to make new ones."""
    place = Path(tempfile.mkdtemp(dir=scratch))
    place.chmod(0o755)
    command = one.command(folder, place)
    begun = time.monotonic()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    with Watch(process.pid) as seen:
        said, complaints = process.communicate()
    wall = time.monotonic() - begun
    if process.returncode:
        raise RuntimeError(f"{one.name}: {complaints.strip()[-500:]}")
    return Cost(seen.cpu_seconds, wall, seen.bytes / 1e6, one.count(place, said))


def settings_for(server: Server, home: Path, place: Path, folder: str) -> list[str]:
    """What to set so that the request's folder ``home`` reads this folder of the mailbox, with its data below
    ``place``."""
    data, password = place / "data", place / "password"
    if not data.exists():
        shutil.copytree(home / "cache", data / "cache")
        password.write_text(server.password)
        password.chmod(0o600)
    return [
        f"mailbox.0.host={server.host}", f"mailbox.0.port={server.port}", "mailbox.0.tls=none",
        f"mailbox.0.user={server.user}", f"mailbox.0.password_file={password}",
        f'mailbox.0.folders=["{folder}"]', f"store.data={data}",
    ]  # fmt: skip


def harvester(server: Server, home: Path, place: Path, folder: str, settings: Sequence[str], *words: str) -> list[str]:
    """A command of ours on this folder of the mailbox, with the rules of ``home`` and its data below ``place``."""
    said = [*settings_for(server, home, place, folder), *settings]
    options = [word for one in said for word in ("--set", one)]
    return [sys.executable, "-m", "harvester.cli", "--config", str(home / "harvester.toml"), *options, *words, "--json"]


def ours(name: str, server: Server, home: Path, *settings: str) -> Contestant:
    return Contestant(
        name,
        lambda folder, place: harvester(server, home, place, folder, settings, "run"),
        lambda _, said: int(json.loads(said)["understood"]),
    )


def request(home: Path, made_rules: bool) -> Path:
    """A request's folder, its rules compiled."""
    subprocess.run([sys.executable, "-m", "harvester.cli", "init", str(home)], check=True, stdout=subprocess.DEVNULL)
    if made_rules:
        shutil.rmtree(home / "rules")
        rulebook.make(home / "rules")
    subprocess.run([sys.executable, "-c", COMPILE, str(home / "rules"), str(home / "cache")], check=True)
    return home


def others(server: Server, scratch: Path) -> list[Contestant]:
    """Whoever can be had."""
    where = (server.host, str(server.port), server.user, server.password)
    found = [
        Contestant(
            "the least that the ingredients cost",
            lambda folder, place: [sys.executable, str(HERE / "least.py"), *where, folder, str(place)],
            lambda _, said: int(json.loads(said)["mails"]),
        )
    ]
    if program := shutil.which("mbsync"):
        found.append(Contestant("mbsync (C; to Maildir, no parsing)", _mbsync(program, server), _files))
    else:
        print("mbsync: not installed (Debian: isync), left out")
    pythons = {name: _installed(scratch / name, packages) for name, packages in PACKAGES.items()}
    if (getmail := pythons["peers"].parent / "getmail").exists():
        found.append(
            Contestant("getmail6 (to Maildir, no parsing)", _getmail(pythons["peers"], getmail, server), _files)
        )
    for name, where_from, module, program, takes in (
        ("imap_tools + sqlite, no rules", "peers", "imap_tools", IMAP_TOOLS, False),
        ("django-mailbox", "peers", "django_mailbox", DJANGO, True),
        ("django-helpdesk", "helpdesk", "helpdesk", HELPDESK, True),
    ):
        python = pythons[where_from]
        if subprocess.run([str(python), "-c", f"import {module}"], capture_output=True).returncode == 0:
            found.append(
                Contestant(
                    name,
                    lambda folder, place, python=python, program=program: [
                        str(python), "-c", program, *where, folder, str(place)
                    ],
                    lambda _, said: int(said.split()[-1]),
                    takes,
                )
            )  # fmt: skip
    return found


def _installed(place: Path, packages: tuple[str, ...]) -> Path:
    """The Python of a new environment with these packages, as far as they can be had."""
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / "bin" / "python"
    for package in packages:
        done = subprocess.run([str(python), "-m", "pip", "install", "-q", package], capture_output=True, text=True)
        if done.returncode:
            print(f"{package}: does not install, left out: {done.stderr.strip()[-200:]}")
    return python


def _files(place: Path, _: str) -> int:
    return sum(1 for path in place.rglob("*") if path.is_file() and path.parent.name in ("new", "cur"))


def _mbsync(program: str, server: Server) -> Callable[[str, Path], list[str]]:
    def command(folder: str, place: Path) -> list[str]:
        (place / "box").mkdir()
        word = server.password.replace("\\", "\\\\").replace('"', '\\"')
        (place / "rc").write_text(
            f'IMAPStore far\nHost {server.host}\nPort {server.port}\nUser {server.user}\nPass "{word}"\nSSLType None\n'
            f"AuthMechs LOGIN\n\nMaildirStore near\nPath {place}/box/\nInbox {place}/box/INBOX\nSubFolders Verbatim\n\n"
            f"Channel all\nFar :far:\nNear :near:\nPatterns {folder}\nSync Pull\nCreate Near\nSyncState *\n"
        )
        return [program, "-q", "-c", str(place / "rc"), "all"]

    return command


def _getmail(python: Path, program: Path, server: Server) -> Callable[[str, Path], list[str]]:
    def command(folder: str, place: Path) -> list[str]:
        owner = "mail" if os.geteuid() == 0 else getpass.getuser()
        for sub in ("", "new", "cur", "tmp"):
            (place / "box" / sub).mkdir()
            if os.geteuid() == 0:  # getmail delivers nothing as root
                shutil.chown(place / "box" / sub, "mail", "mail")
        (place / "rc").write_text(
            f"[retriever]\ntype = SimpleIMAPRetriever\nserver = {server.host}\nport = {server.port}\n"
            f"username = {server.user}\npassword = {server.password}\nmailboxes = ('{folder}',)\n"
            f"[destination]\ntype = Maildir\npath = {place}/box/\nuser = {owner}\n"
            "[options]\nread_all = true\ndelete = false\nverbose = 0\n"
        )
        return [str(python), str(program), "--getmaildir", str(place), "--rcfile", "rc"]

    return command


def fill(server: Server, mails: list[bytes]) -> None:
    """INBOX and the folder with one mail as at the beginning."""
    for place, some in ((server.maildir, mails), (server.maildir / f".{ONE}", mails[:1])):
        for sub in ("new", "cur"):
            for file in (place / sub).glob("*"):
                file.unlink()
        for sub in ("new", "cur", "tmp"):
            (place / sub).mkdir(parents=True, exist_ok=True)
            owner = server.maildir.stat()
            if os.geteuid() == 0:
                os.chown(place, owner.st_uid, owner.st_gid)
                os.chown(place / sub, owner.st_uid, owner.st_gid)
        for raw in some:
            deliver(place, raw)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mails", type=Path)
    parser.add_argument("--ours-only", action="store_true", help="only ours and the yardstick")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        scratch.chmod(0o711)  # for what peers do as another user
        source = options.mails or scratch / "mails"
        if options.mails is None:
            replies.make(source, options.count, 1)
        files = sorted(path for path in source.rglob("*") if path.is_file() and path.suffix != ".jsonl")
        mails = [path.read_bytes() for path in files[: options.count]]
        server = start_dovecot(scratch / "imap", [])
        try:
            compete(server, mails, scratch, options.rounds, options.ours_only)
        finally:
            server.stop()


def compete(server: Server, mails: list[bytes], scratch: Path, rounds: int, ours_only: bool) -> None:
    made, shipped = request(scratch / "made", True), request(scratch / "shipped", False)
    off = "classify.documents=false"
    contestants = [
        ours("ours, 2,000 phrases + 300 gap rules, no documents, 2 workers", server, made, off),
        ours("the same, 1 worker", server, made, off, "classify.workers=1"),
        ours("ours as shipped, everything on, 2 workers", server, shipped),
    ]
    rest = others(server, scratch)
    contestants += rest[:1] if ours_only else rest
    print(
        f"{len(mails)} mails, {sum(map(len, mails)) / 1e6:.1f} MB, {rounds} rounds, {os.cpu_count()} cores", flush=True
    )
    costs: dict[str, list[tuple[Cost, Cost]]] = {}
    fill(server, mails)
    for _ in range(rounds):
        for one in list(contestants):
            try:
                small, large = run(one, ONE, scratch), run(one, "INBOX", scratch)
            except RuntimeError as fault:
                print(f"left out: {fault}", flush=True)
                contestants.remove(one)
                continue
            costs.setdefault(one.name, []).append((small, large))
            if one.takes_away:
                fill(server, mails)
    yardstick = _each(costs[rest[0].name])
    print("| who | mails | ms CPU a mail | of the least | mails a CPU s | wall, mails/s | start-up, CPU s | PSS, MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, rows in costs.items():
        each = _each(rows)
        wall = statistics.median((large.mails - 1) / max(0.01, large.wall - small.wall) for small, large in rows)
        start = statistics.median(small.cpu for small, _ in rows)
        memory = statistics.median(large.memory for _, large in rows)
        print(
            f"| {name} | {rows[0][1].mails} | {each * 1000:.2f} | {each / yardstick:.1f} | {1 / max(each, 1e-6):,.0f} "
            f"| {wall:,.0f} | {start:.2f} | {memory:.0f} |"
        )


def _each(rows: list[tuple[Cost, Cost]]) -> float:
    """CPU seconds a mail, start-up taken off; the median of the rounds."""
    return statistics.median((large.cpu - small.cpu) / max(1, large.mails - 1) for small, large in rows)


if __name__ == "__main__":
    main()
