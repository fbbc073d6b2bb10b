"""A login that was refused run after run is left alone for an hour: servers lock out who insists."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harvester.config import Config, MailboxConfig
from harvester.errors import HarvesterError, LoginRefused, OutOfReach
from harvester.model import Seen

RUNS = 3
WAIT = timedelta(hours=1)


def look_before(config: MailboxConfig, before: Mapping[str, Seen], changed: datetime, now: datetime) -> None:
    """Raises OutOfReach where this run had better not log in. ``before``: of each mailbox that was refused last."""
    last = before.get(config.name)
    until = wait_until(last, changed, now) if last else None
    if last and until:
        raise OutOfReach(
            f"{config.name}: the server refused the login of {config.user!r} {last.refused} times in a row; so that it "
            f"locks nobody out, it is not tried again before {until:%H:%M} UTC. Once the password or the settings are "
            "corrected the next run tries at once"
        )


def wait_until(last: Seen, changed: datetime, now: datetime) -> datetime | None:
    """None: it may be tried. A password or settings that were changed meanwhile deserve a try, and so does a clock."""
    if last.refused < RUNS or not last.refused_at:
        return None
    refused_at = datetime.fromisoformat(last.refused_at)
    until = refused_at + WAIT
    return until if refused_at <= now < until and changed <= refused_at else None


def of_mailbox(account: str, fault: HarvesterError, last: Seen | None, now: datetime) -> Seen:
    """What is remembered of a mailbox that could not be entered: one more refusal, or as many as before."""
    count, when = (last.refused, last.refused_at) if last else (0, "")
    if isinstance(fault, LoginRefused):
        count, when = count + 1, now.isoformat()
    return Seen(account, fault="; ".join(fault.problems), refused=count, refused_at=when)


def changed_at(config: Config, mailbox: MailboxConfig) -> datetime:
    """When a person last changed what the login is made of, as far as it lies in files."""
    secret = mailbox.secret
    files = [config.path, secret.file if secret else None, mailbox.oauth_secret_file]
    return max(map(_changed, filter(None, files)), default=datetime.min.replace(tzinfo=UTC))


def _changed(path: Path) -> datetime:
    with contextlib.suppress(OSError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return datetime.min.replace(tzinfo=UTC)
