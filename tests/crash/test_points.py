"""R1, R17: die at each outside effect of a run, at pairs of them, by SIGKILL and by a power cut."""

import itertools
import random

import pytest

from scenarios import (
    THREE,
    TWO,
    a_folder_made_anew,
    a_mail_that_cannot_be_had_at_first,
    dies,
    dies_anywhere,
    points_of,
    silence_after_the_dot,
    yesterdays_database,
)

ENDS = ("kill", "power")
WRITTEN = (
    "after-mkdir", "after-temp-write", "after-sync", "after-rename", "after-folder-sync", "committed",
    "after-journal-write", "after-journal",
)  # fmt: skip


def test_every_kind_of_effect_is_a_point(make_world):
    world = make_world()
    world.post.deliver(*THREE)
    ended = world.run()
    assert (ended.value["sent"], ended.value["withheld"], world.books()) == (2, 1, [])
    names = ended.points
    assert {
        "after-lock", "after-mkdir", "after-temp-write", "after-sync", "after-rename", "after-folder-sync",
        "before-commit", "committed", "imap-command", "smtp-say", "smtp-heard", "after-journal-write", "after-journal",
    } <= set(names)  # fmt: skip
    assert len(names) > 80


def test_a_run_that_dies_at_any_point_loses_nothing_and_answers_nobody_twice(make_world):
    assert list(dies_anywhere(make_world, "kill")) == []


def test_a_power_cut_wherever_something_was_written_loses_nothing_and_answers_nobody_twice(make_world):
    assert list(dies_anywhere(make_world, "power", WRITTEN)) == []


@pytest.mark.long
def test_a_power_cut_at_any_point_loses_nothing_and_answers_nobody_twice(make_world):
    assert list(dies_anywhere(make_world, "power")) == []


@pytest.mark.parametrize(
    "scenario",
    [a_mail_that_cannot_be_had_at_first, a_folder_made_anew, yesterdays_database, silence_after_the_dot],
)
def test_whatever_befalls_a_mailbox_a_database_or_a_letter(make_world, scenario):
    assert scenario(make_world) == []


def test_two_runs_that_die_one_after_the_other_anywhere(make_world):
    """Pairs drawn by lot; all of them under the marker long."""
    count, dice = len(points_of(make_world)), random.Random(7)
    for n in range(30):
        pair = [dice.randint(1, count), dice.randint(1, count)]
        assert dies(make_world, pair, ENDS[n % 2]) == [], pair


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("how", ENDS)
def test_all_pairs_of_points(make_world, how):
    count = len(points_of(make_world, TWO))
    wrong, pairs = {}, 0
    for first in range(1, count + 1):
        world = make_world()
        world.post.deliver(*TWO)
        world.run(first, how)
        as_it_was = world.kept()
        for second in itertools.count(1):
            world.go_back(as_it_was)
            if not world.run(second, how).died:
                break  # it had less left to do than that
            world.run()
            pairs += 1
            if found := world.books():
                wrong[first, second] = found
    print(f"{pairs} pairs of {count} points")
    assert wrong == {}


@pytest.mark.parametrize("kind", ["make_world", "make_on_postgres"])
def test_mails_that_another_host_took_in_and_did_not_read_are_fetched_once_more(request, kind):
    """It died after its commit; its vault is not ours, and ours is empty."""
    make = request.getfixturevalue(kind)
    at = points_of(make).index("after-commit") + 1
    world = make()
    world.post.deliver(*THREE)
    assert world.run(at, "kill").died
    (world.data / "vault").rename(world.home / "vault of the other")
    world.run()
    assert world.books() == []
    assert len(world.smtp.letters) == 2


def test_a_mail_whose_bytes_are_lost_for_good_is_set_aside_and_holds_up_no_other(make_world):
    at = points_of(make_world).index("after-commit") + 1
    world = make_world()
    world.post.deliver(*TWO)
    assert world.run(at, "kill").died
    (world.data / "vault").rename(world.home / "lost")
    del world.post.mails[1]
    ended = world.run()
    assert (ended.value["quarantined"], ended.value["understood"], ended.value["sent"]) == (1, 1, 1)
