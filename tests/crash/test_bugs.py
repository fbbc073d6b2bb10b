"""The tests of pulled plugs can fail: every deliberate bug is found by the scenario that is there for it."""

import pytest

from bugs import BUGS


@pytest.mark.parametrize("name", BUGS)
def test_a_deliberate_bug_is_caught(make_world, monkeypatch, name):
    bug = BUGS[name]
    bug.plant(monkeypatch)
    found = next(iter(bug.found_by(make_world)), None)
    assert found is not None
    print(f"{name}: {found}")
