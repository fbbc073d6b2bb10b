"""A login that is refused run after run: servers lock out who insists."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from harvester.errors import LoginRefused, OutOfReach
from harvester.model import Seen
from harvester.refusals import RUNS, WAIT, of_mailbox, wait_until
from world import World, reply

NOW = datetime(2027, 8, 10, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)
OFTEN = Seen("box", refused=RUNS, refused_at=NOW.isoformat())


def test_after_the_third_refusal_the_next_try_is_an_hour_later():
    assert wait_until(OFTEN, LONG_AGO, NOW + timedelta(minutes=59)) == NOW + WAIT
    assert wait_until(OFTEN, LONG_AGO, NOW + WAIT) is None


@pytest.mark.parametrize(
    ("last", "changed", "now"),
    [
        (Seen("box", refused=RUNS - 1, refused_at=NOW.isoformat()), LONG_AGO, NOW),
        (OFTEN, NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)),
        (OFTEN, LONG_AGO, NOW - timedelta(minutes=5)),
    ],
    ids=["twice is not often", "the password was changed since", "the clock was put back"],
)
def test_otherwise_it_is_tried_at_once(last, changed, now):
    assert wait_until(last, changed, now) is None


def test_refusals_are_counted_and_other_faults_are_not():
    seen = None
    for n in range(1, 4):
        seen = of_mailbox("box", LoginRefused("no"), seen, NOW + timedelta(minutes=5 * n))
        assert seen.refused == n
    later = of_mailbox("box", OutOfReach("no line"), seen, NOW + timedelta(days=1))
    assert (later.refused, later.refused_at, later.fault) == (3, seen.refused_at, "no line")


def test_three_runs_are_refused_the_fourth_waits_and_a_new_password_is_tried_at_once(tmp_path):
    with World(tmp_path) as world:
        world.serve([reply(1)])
        password = world.home / "password"
        right = password.read_text()
        password.write_text("wrong")
        for path in (password, world.config):
            os.utime(path, (time.time() - 3600,) * 2)
        for _ in range(3):
            refused = world.call("run")
            assert refused.returncode == 75
            assert "refused the login" in refused.stderr
        waits = world.call("run")
        assert waits.returncode == 75
        assert "3 times in a row" in waits.stderr
        assert "not tried again before" in waits.stderr
        assert "3 times in a row" in world.call("status").stdout
        password.write_text(right)
        assert world.run()["fetched"] == 1
        assert world.json_lines("runs", "--json")[0]["seen"][0]["refused"] == 0
