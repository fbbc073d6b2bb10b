"""The Date header as an instant in UTC."""

import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.dates import EARLIEST, LATEST, date, instant
from harvester.model import Headers

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 5 Jan 2026 12:00:00 +0000",
        "5 Jan 2026 12:00 GMT",
        "Mon, 05 Jan 2026 13:00:00 +0100 (CET)",
        "Mon (a day), 5 Jan 2026 12:00:00 Z",
        "Mon, 5 Jan 26 12:00:00 UT",
        "Mon, 5 Jan 126 12:00:00 UT",
        "Mon,  5  Jan\t2026 12:00:00 -0000",
        "Monday, 5-Jan-2026 12:00:00 GMT",
        "5 January 2026 12.00.00 GMT",
        "Mon, 5 Jan 2026 07:00:00 EST",
        "Mon, 5 Jan 2026 13:00:00 MEZ",
        "Mon, 5 Jan 2026 13:00:00 GMT+01:00",
        "Mon, 5 Jan 2026 12:00:00 X",
        "Mon, 5 Jan 2026 12:00:00",
        "Mon, 5 Jan 2026 17:30:00 +0530",
        "Mon Jan  5 12:00:00 2026",
        "Mon Jan 5 12:00:00 GMT 2026",
        "2026-01-05T12:00:00Z",
        "2026-01-05 13:00:00.123+01:00",
    ],
)
def test_one_instant_is_written_in_many_ways(value):
    assert instant(value) == NOON


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "Mon, 32 Jan 2026 12:00:00 +0000", "5 Foo 2026 12:00:00 +0000", "5 Jan 2026 25:00:00 +0000",
     "5 Jan 2026 12:61:00 +0000", "5 Jan 2026 12:00:00 +9900", "5 Jan 0001 12:00:00 +0000", "1 Jan 1969 12:00:00 +0000",
     "5 Jan 9999 12:00:00 +0000", "5 Jan 99999 12:00:00 +0000", "29 Feb 2025 12:00:00 +0000", "2026-13-05T12:00:00Z",
     "٥ Jan 2026"],
)  # fmt: skip
def test_nonsense_is_no_date(value):
    assert instant(value) is None


def test_a_leap_second_is_the_last_second():
    assert instant("Sat, 31 Dec 2016 23:59:60 +0000") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_two_digits_below_fifty_are_this_century():
    assert instant("5 Jan 49 12:00:00 GMT") == datetime(2049, 1, 5, 12, tzinfo=UTC)
    assert instant("5 Jan 99 12:00:00 GMT") == datetime(1999, 1, 5, 12, tzinfo=UTC)


def test_the_first_date_header_counts_and_none_is_none():
    assert date(Headers((("date", "5 Jan 2026 12:00 GMT"), ("date", "6 Jan 2026 12:00 GMT")))) == NOON
    assert date(Headers(())) is None


@settings(max_examples=80, deadline=None)
@given(
    st.datetimes(datetime(EARLIEST, 1, 2), datetime(LATEST, 12, 30)),
    st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
def test_every_date_the_standard_writes_is_read(local, zone):
    there = local.replace(microsecond=0, tzinfo=zone)
    assert instant(format_datetime(there)) == instant(there.isoformat()) == there


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*"0159 :-+.,TZ(", "Jan", "2026", "12:00", "GMT", "²", "٣"]), max_size=30).map("".join))
def test_any_text_is_an_instant_in_utc_or_none(value):
    found = instant(value)
    assert found is None or found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("unit", ["1", " ", "(", "1 ", "1 Jan ", "Jan ", "2026-01-", "+", "a", "\\"])
def test_hostile_values_take_linear_time(unit):
    begun = time.process_time()
    instant(unit * (200_000 // len(unit)))
    assert time.process_time() - begun < 5
