"""A week of runs as cron starts them, with every fault at random; then peace, and the books are opened."""

import pytest

from scenarios import weeks


@pytest.mark.parametrize("seed", [1, 2])
def test_half_a_day_of_runs_with_random_faults(make_world, seed):
    assert weeks(make_world(), 70, seed) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_week_of_runs_with_random_faults(make_world, seed):
    assert weeks(make_world(), 7 * 24 * 6, seed) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_week_of_runs_on_postgresql(make_on_postgres):
    assert weeks(make_on_postgres(), 7 * 24 * 6, 21) == []
