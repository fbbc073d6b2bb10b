"""The Date header (RFC 5322, sections 3.3 and 4.3) as an instant in UTC, or None."""

import re
from datetime import UTC, datetime, timedelta, timezone

from harvester.message.comments import without_comments
from harvester.model import Headers

EARLIEST, LATEST = 1970, 2099
"""Years in which mail can have been written; others are nonsense (a clock that was never set)."""

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip
_HOURS = {"ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7}
_HOURS |= {"mdt": -6, "pst": -8, "pdt": -7, "bst": 1, "wet": 0, "west": 1, "cet": 1, "cest": 2, "met": 1}
_HOURS |= {"mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9}

_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_ZONE = r"(?P<zone>(?:[A-Za-z]{1,6})?[+-]\d{1,2}:?(?:\d{2})?|[A-Za-z]{1,6})?"
_DAY, _MONTH = r"(?P<day>\d{1,2})", r"(?P<month>[A-Za-z]{3,9})"
_FORMS = (
    re.compile(_DAY + "[ -]+" + _MONTH + r"\.?,?[ -]+(?P<year>\d{2,5}),?[ ]+" + _CLOCK + " ?" + _ZONE),
    re.compile(_MONTH + "[ ]+" + _DAY + ",?[ ]+" + _CLOCK + " ?(?:" + _ZONE + r" )?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})[T ]" + _CLOCK + " ?" + _ZONE),
)  # RFC 5322; asctime; ISO 8601


def date(headers: Headers) -> datetime | None:
    """When the sender says it was written."""
    return instant(headers.first("date"))


def instant(value: str) -> datetime | None:
    """The instant a date text names, in UTC; without a known zone it is read as UTC (section 4.3)."""
    text = " ".join(without_comments(value[:500]).split())
    for form in _FORMS:
        if match := form.search(text):
            return _build(match)
    return None


def _build(match: re.Match[str]) -> datetime | None:
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower())
    year = _year(match["year"])
    if number is None or not EARLIEST <= year <= LATEST:
        return None
    second = min(int(match["second"] or 0), 59)  # a leap second
    try:
        local = datetime(year, number, int(match["day"]), int(match["hour"]), int(match["minute"]), second)
        return local.replace(tzinfo=timezone(_offset(match["zone"] or ""))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _year(digits: str) -> int:
    """Two digits: 00 to 49 is this century; three: since 1900 (section 4.3)."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


def _offset(zone: str) -> timedelta:
    numbers = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if numbers is None:
        return timedelta(hours=_HOURS.get(zone.lower(), 0))  # military letters and unknown names: UTC
    offset = timedelta(hours=int(numbers[2]), minutes=int(numbers[3] or 0))
    return -offset if numbers[1] == "-" else offset
