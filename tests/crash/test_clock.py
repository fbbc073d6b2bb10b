"""R18: clocks that were wrong, the night in which they are put back, a deadline beyond it, and 29 February."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from letter_samples import composer, due
from small_world import START, mail

DAY, YEAR = timedelta(days=1), timedelta(days=365)


@pytest.mark.parametrize("wrong", [-2 * YEAR, -DAY, timedelta(hours=-1), timedelta(hours=1), DAY, 2 * DAY], ids=str)
def test_a_clock_that_was_wrong_for_a_run_makes_neither_a_storm_nor_silence(make_world, wrong):
    world = make_world()
    world.post.deliver(mail(1))
    world.run()
    world.post.deliver(mail(2, True), mail(3))
    world.now += wrong
    world.run()
    world.now -= wrong
    world.run()
    assert world.books() == []
    world.post.deliver(mail(4))
    world.run()
    assert world.books() == []
    assert len(world.smtp.letters) == 4


def test_a_letter_that_was_put_off_by_a_clock_that_was_ahead_is_not_put_off_for_long(make_world):
    world = make_world()
    world.post.deliver(mail(1))
    world.smtp.says("RCPT", "450 not now", "250 recipient")
    world.now += 2 * DAY
    world.run()
    assert world.smtp.letters == []
    world.now -= 2 * DAY
    world.run()
    assert len(world.smtp.letters) == 1 and world.books() == []


def test_runs_through_the_night_in_which_clocks_are_put_back(make_world, monkeypatch):
    """London, 31 October 2027: 01:00 to 02:00 comes twice. Every moment is kept in UTC, so nothing does."""
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    try:
        world = make_world()
        world.now = datetime(2027, 10, 30, 23, 50, tzinfo=UTC)
        for number in range(18):  # three hours
            world.post.deliver(mail(number), at=world.now - timedelta(minutes=5))
            assert world.run().value["sent"] == 1
        assert world.books() == []
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_clock_that_is_put_back_for_good_hides_no_new_mail(make_world):
    """What was noted of the folder by the other clock is from the future, so the folder is read whole."""
    world = make_world()
    world.now = START + 2 * DAY
    world.post.deliver(mail(1), at=START + 2 * DAY)
    world.run()
    world.now = START
    for number in range(2, 5):
        world.post.deliver(mail(number), at=world.now)
        world.run()
    assert world.books() == [] and len(world.smtp.letters) == 4


@pytest.mark.parametrize(
    ("now", "days", "late"),
    [
        (datetime(2027, 10, 30, 22, 59, tzinfo=UTC), 2, False),  # 23:59 in London, summer time
        (datetime(2027, 10, 30, 23, 1, tzinfo=UTC), 1, False),  # 00:01 on the day that has 25 hours
        (datetime(2027, 10, 31, 23, 30, tzinfo=UTC), 1, False),  # still that day
        (datetime(2027, 11, 1, 0, 1, tzinfo=UTC), 0, False),
        (datetime(2027, 11, 1, 23, 59, 59, tzinfo=UTC), 0, False),  # by the offset of the day before: an hour late
        (datetime(2027, 11, 2, 0, 0, 1, tzinfo=UTC), -1, True),
    ],
)
def test_a_deadline_beyond_the_night_in_which_clocks_are_put_back(now, days, late):
    told = composer("request.deadline=2027-11-01T23:59:59").variables(due(received_at=now), now)
    assert (told["days_left"], told["late"]) == (days, late)


@pytest.mark.parametrize(
    ("now", "days", "late"),
    [
        (datetime(2028, 2, 28, 12, 0, tzinfo=UTC), 1, False),
        (datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC), 0, False),
        (datetime(2028, 3, 1, 0, 0, 1, tzinfo=UTC), -1, True),
    ],
)
def test_a_deadline_on_the_leap_day(now, days, late):
    told = composer("request.deadline=2028-02-29T23:59:59").variables(due(received_at=now), now)
    assert (told["days_left"], told["late"]) == (days, late)
    assert told["deadline"].replace("\N{NO-BREAK SPACE}", " ").endswith("29 February 2028")
