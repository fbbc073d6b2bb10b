"""When all is well, when it is not, and that each finding says what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from harvester.watch.health import Bounds, Ending, Facts, is_red, judge

NOW = datetime(2027, 8, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WELL = Facts(
    NOW, first_run=NOW - 30 * DAY, last_success=NOW - HOUR, latest_start=NOW - HOUR, working=2,
    disk_free=50_000_000_000, disk_total=100_000_000_000, endings=(Ending("a secret", NOW + 90 * DAY),),
)  # fmt: skip


def told(**changes) -> list[tuple[str, str]]:
    return [(one.code, one.level) for one in judge(replace(WELL, **changes), Bounds())]


def test_all_is_well():
    assert told() == []


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"first_run": None, "last_success": None}, [("never-run", "yellow")]),
        ({"last_success": NOW - 2 * HOUR}, []),
        ({"last_success": NOW - 2 * HOUR - timedelta(seconds=1)}, [("no-run", "red")]),
        ({"last_success": None}, [("no-run", "red")]),
        ({"last_success": None, "first_run": NOW - HOUR}, []),
        ({"latest_start": NOW + 2 * DAY}, [("clock", "red")]),
        ({"latest_start": NOW + timedelta(minutes=4)}, []),
        ({"died": NOW - HOUR}, [("run-died", "yellow")]),
        ({"problems": ("silent",)}, [("last-run", "yellow")]),
        ({"failing": {"a/INBOX": "silent"}}, [("mailbox", "red")]),
        ({"failing": {"a/INBOX": "silent"}, "working": 0}, []),
        ({"quarantined": 1}, [("quarantine", "red")]),
        ({"unknown": 1}, [("unknown", "red")]),
        ({"failed": 1}, [("failed", "yellow")]),
        ({"interrupted": 1}, [("interrupted", "yellow")]),
        ({"to_approve": 3, "approval_since": NOW - DAY}, [("approval", "yellow")]),
        ({"to_approve": 3, "approval_since": NOW - DAY - HOUR}, [("approval", "red")]),
        ({"silenced": "STOP is there"}, [("silenced", "yellow")]),
        ({"endings": (Ending("a secret", NOW + 14 * DAY),)}, [("expires", "red")]),
        ({"endings": (Ending("a secret", NOW + 15 * DAY),)}, []),
        ({"endings": (Ending("theirs", NOW + 14 * DAY, theirs=True),)}, [("expires", "yellow")]),
        ({"endings": (Ending("theirs", NOW + 2 * DAY, theirs=True),)}, [("expires", "red")]),
        ({"endings": (Ending("theirs", NOW - DAY, theirs=True),)}, [("expires", "red")]),
        ({"disk_free": 499_000_000}, [("disk", "red")]),
        ({"disk_free": 1_900_000, "disk_total": 4_000_000}, []),  # a small disk, half empty
        ({"disk_free": 100_000, "disk_total": 4_000_000}, [("disk", "red")]),
        ({"database": "of a newer version"}, [("database", "red")]),
        ({"vault": "cannot be read"}, [("vault", "red")]),
        ({"loose": ("data/answers.key",)}, [("permissions", "yellow")]),
    ],
)  # fmt: skip
def test_what_is_not_well_is_found(changes, wanted):
    assert told(**changes) == wanted


def test_red_comes_first_and_each_finding_says_what_to_do():
    found = judge(replace(WELL, quarantined=2, died=NOW, loose=("x",), unknown=1), Bounds())
    assert [one.level for one in found] == ["red", "red", "yellow", "yellow"]
    assert is_red(found) and not is_red(found[2:])
    assert all(one.sentence and one.todo for one in found)


def test_bounds_are_the_settings():
    late = replace(WELL, last_success=NOW - 3 * HOUR)
    assert judge(late, Bounds(no_run=4 * HOUR)) == ()
