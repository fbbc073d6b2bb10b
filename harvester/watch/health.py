"""Is all well? Facts in, findings out: pure, so that every page, mail and number that tells of it says the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Level = Literal["red", "yellow"]

CLOCK_TOLERANCE = timedelta(minutes=5)
SMALL_SHARE = 0.05  # a small disk may have less room and still be far from full
AT_THE_LAST = timedelta(days=3)  # certificates of servers are often renewed late, and by themselves


@dataclass(frozen=True, slots=True)
class Bounds:
    """From when on it is too long, too little, too late (``[watch]``)."""

    no_run: timedelta = timedelta(hours=2)
    approval: timedelta = timedelta(hours=24)
    expires: timedelta = timedelta(days=14)
    disk_free: int = 500_000_000


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends by itself. ``theirs``: the certificate of a server, which others renew."""

    what: str
    at: datetime
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides whether all is well. Defaults: nothing is wrong, nothing was ever done."""

    now: datetime
    database: str = ""  # why it cannot be used
    vault: str = ""  # why what is stored cannot be read
    first_run: datetime | None = None
    last_success: datetime | None = None
    latest_start: datetime | None = None
    died: datetime | None = None  # the last run began then, and never ended
    problems: tuple[str, ...] = ()  # of the last run that ended
    failing: Mapping[str, str] = field(default_factory=dict)  # place -> why the last run could not read it
    working: int = 0  # how many places it could read
    quarantined: int = 0
    unknown: int = 0
    failed: int = 0
    interrupted: int = 0
    to_approve: int = 0
    approval_since: datetime | None = None
    unfinished: int = 0  # erasures
    due: int = 0  # replies that are older than retention.keep_days
    silenced: str = ""  # why no letter goes, though some wait
    endings: tuple[Ending, ...] = ()
    disk_free: int | None = None
    disk_total: int | None = None
    loose: tuple[str, ...] = ()  # files that others on this machine can read


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    level: Level
    sentence: str
    todo: str


def judge(facts: Facts, bounds: Bounds) -> tuple[Finding, ...]:
    """Everything that is not well, the worst first."""
    found = [one for look in LOOKS for one in look(facts, bounds)]
    return tuple(sorted(found, key=lambda one: one.level != "red"))


def is_red(findings: tuple[Finding, ...]) -> bool:
    return any(one.level == "red" for one in findings)


def _database(facts: Facts, _bounds: Bounds) -> Iterator[Finding]:
    if facts.database:
        yield Finding("database", "red", facts.database, "`harvester doctor` says what can be done about it")


def _vault(facts: Facts, _bounds: Bounds) -> Iterator[Finding]:
    if facts.vault:
        yield Finding("vault", "red", facts.vault, "give the folder back its owner and mode, or restore a backup")


def _clock(facts: Facts, _bounds: Bounds) -> Iterator[Finding]:
    if facts.latest_start and facts.latest_start > facts.now + CLOCK_TOLERANCE:
        told = f"a run began {_at(facts.latest_start)}, but it is {_at(facts.now)} here: the clock jumped backwards"
        yield Finding("clock", "red", told, "set this machine's clock, and let it be set from the network")


def _no_run(facts: Facts, bounds: Bounds) -> Iterator[Finding]:
    if facts.first_run is None:
        if not facts.database:
            yield Finding("never-run", "yellow", "nothing was read yet", "`harvester run` does; then let cron do it")
        return
    since = facts.last_success or facts.first_run
    if facts.now - since > bounds.no_run:
        told = f"no run succeeded since {_at(since)}" if facts.last_success else "no run ever succeeded"
        yield Finding("no-run", "red", told, "`harvester runs` shows how they ended; does cron start them?")


def _runs(facts: Facts, _bounds: Bounds) -> Iterator[Finding]:
    if facts.died:
        told = f"the last run began {_at(facts.died)} and never ended: it was killed, or the machine went down"
        yield Finding("run-died", "yellow", told, "the next run does what it left; if it comes again, is memory short?")
    for problem in facts.problems:
        yield Finding("last-run", "yellow", problem, "the next run tries again; `harvester check` tries it now")


def _mailboxes(facts: Facts, _bounds: Bounds) -> Iterator[Finding]:
    """If all fail, no run succeeds, and that turns red by itself; one among others would go unseen."""
    for place, why in facts.failing.items() if facts.working else ():
        yield Finding("mailbox", "red", f"{place} could not be read, others could: {why}", "`harvester check` tries it")


def _mails(facts: Facts, bounds: Bounds) -> Iterator[Finding]:
    if n := facts.quarantined:
        told = f"{n} in quarantine, kept but not read"
        yield Finding("quarantine", "red", told, "`harvester list --state quarantined`, then `harvester retry`")
    if n := facts.unknown:
        told = f"{n} acknowledgements of unknown fate: sent, or not"
        yield Finding("unknown", "red", told, "`harvester list --ack unknown`; `harvester ack resend ID` sends again")
    if n := facts.failed:
        told = f"{n} acknowledgements that the mail server refused for good"
        yield Finding("failed", "yellow", told, "`harvester list --ack failed`; answer by hand where it matters")
    if n := facts.interrupted:
        told = f"{n} letters were being sent when a run died"
        yield Finding("interrupted", "yellow", told, "the next run marks them unknown, and nobody gets them twice")
    if n := facts.to_approve:
        since = facts.approval_since
        late = since is not None and facts.now - since > bounds.approval
        told = f"{n} letters wait for an approval" + (f" since {_at(since)}" if since else "")
        yield Finding(
            "approval", "red" if late else "yellow", told, "`harvester ack plan`, then `harvester ack approve`"
        )
    if facts.silenced:
        yield Finding("silenced", "yellow", facts.silenced, "remove what silences us when letters may go again")


def _custody(facts: Facts, _bounds: Bounds) -> Iterator[Finding]:
    if n := facts.unfinished:
        told = f"{n} replies are erased, but their last traces are not gone"
        yield Finding("erasure", "red", told, "the next run removes them, or `harvester erase --finish`")
    if n := facts.due:
        told = f"{n} replies are older than retention.keep_days"
        yield Finding("retention", "red", told, "`harvester erase --due --dry-run` shows them, without it they go")


def _endings(facts: Facts, bounds: Bounds) -> Iterator[Finding]:
    for one in facts.endings:
        left = one.at - facts.now
        if left > bounds.expires:
            continue
        level: Level = "yellow" if one.theirs and left > AT_THE_LAST else "red"
        told = f"{one.what} {'ended' if left <= timedelta(0) else 'ends'} {_at(one.at)}"
        yield Finding("expires", level, told, "renew it in time; without it no mail is read or sent")


def _disk(facts: Facts, bounds: Bounds) -> Iterator[Finding]:
    free, total = facts.disk_free, facts.disk_total
    if free is not None and total and free < bounds.disk_free and free < total * SMALL_SHARE:
        told = f"only {free / 1e6:.0f} MB are free for the data folder ({free / total:.1%} of the disk)"
        yield Finding("disk", "red", told, "free some space, or move store.data; a run stops cleanly when it is full")


def _permissions(facts: Facts, _bounds: Bounds) -> Iterator[Finding]:
    for path in facts.loose:
        told = f"{path}: others on this machine can read it, and names and addresses are in it"
        yield Finding("permissions", "yellow", told, "`harvester doctor --mend` takes it away from them")


LOOKS = (_database, _vault, _clock, _no_run, _mailboxes, _mails, _custody, _endings, _disk, _runs, _permissions)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
