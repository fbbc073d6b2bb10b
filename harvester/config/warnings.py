"""Settings that work but are probably not meant so."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harvester.config import Config

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAY_NAMED = re.compile(
    rf"\b({'|'.join(WEEKDAYS)}),?\s+(?:the\s+)?"
    rf"(?:({'|'.join(MONTHS)})\s+(\d{{1,2}})|(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(MONTHS)}))\b",
    re.IGNORECASE,
)


def warnings_of(config: "Config") -> Iterator[str]:
    """What works but is probably not meant. Printed on every call, so nothing that is meant so."""
    yield from _weekdays(config)
    if config.acknowledge.enabled and not config.acknowledge.own_addresses:
        yield (
            f"{config.path.name}: acknowledge.own_addresses is empty, so no reply counts as ours and none is "
            "answered; list every address under which replies reach you"
        )
    logins = (*config.mailbox, config.outbox)
    files = {login.secret.file for login in logins if login.secret}
    files |= {file for login in logins for file in (login.oauth_secret_file, login.oauth_refresh_token_file)}
    if re.match(r"[^/]+://[^/@]*:[^/@]*@", config.store.url):
        files.add(config.path)
    for file in sorted(f for f in files if f and f.exists()):
        mode = file.stat().st_mode & 0o777
        if mode & 0o044:
            yield f"{file}: holds a password and others on this machine can read it; chmod 600 (now {mode:o})"


def _weekdays(config: "Config") -> Iterator[str]:
    """The request says "Monday, August 16": is the deadline such a day?"""
    deadline: datetime = config.request.deadline
    for path, text in zip(config.request.texts, config.request_texts(), strict=True):
        days = [_named_day(found) for found in _DAY_NAMED.finditer(text)]
        for named, weekday, month, day in days:
            if (deadline.month, deadline.day) != (month, day):
                if len(days) == 1:  # of several dates only one can be the deadline
                    yield f"{path.name} names {named!r}, but request.deadline is {deadline:%A, %B %d %Y}"
            elif WEEKDAYS[deadline.weekday()] != weekday:
                around = range(deadline.year - 6, deadline.year + 12)
                years = [str(year) for year in around if _is(weekday, year, month, day)]
                yield (
                    f"{path.name} names {named!r}, but request.deadline is {deadline:%A, %Y-%m-%d}; "
                    f"{named} is in {', '.join(years)}"
                )


def _named_day(found: re.Match[str]) -> tuple[str, str, int, int]:
    """("Monday, August 16", "monday", 8, 16)"""
    weekday, month_a, day_a, day_b, month_b = found.groups()
    month = MONTHS.index((month_a or month_b).lower()) + 1
    return " ".join(found.group().split()), weekday.lower(), month, int(day_a or day_b)


def _is(weekday: str, year: int, month: int, day: int) -> bool:
    try:
        return WEEKDAYS[datetime(year, month, day).weekday()] == weekday
    except ValueError:
        return False
