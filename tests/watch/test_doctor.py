"""The doctor explains what status and check find, and mends only what is safe."""

import inspect
import json
import re

import pytest

from harvester.doctor import MEANS
from harvester.watch import health
from world import World, reply


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        yield made


def test_every_finding_has_its_meaning():
    source = inspect.getsource(health)
    codes = set(re.findall(r'Finding\(\s*"([\w-]+)"', source))
    assert codes == set(MEANS) and "no-run" in codes


def test_the_doctor_explains_and_mends_what_a_killed_run_left(world):
    world.serve([reply(1)])
    world.call("run", env={"HARVESTER_FAULT": "after-claim"})
    torn = world.home / "data" / "vault" / "tmp" / "1-torn"
    torn.parent.mkdir(exist_ok=True)
    torn.write_bytes(b"half")
    key = world.home / "data" / "answers.key"
    key.chmod(0o644)
    told = [json.loads(line) for line in world.call("doctor", "--json").stdout.splitlines()]
    codes = {one["code"] for one in told}
    assert {"run-died", "interrupted", "permissions"} <= codes and all(one["means"] for one in told[:3])
    asked = world.call("doctor", "--mend")  # nobody is there to say yes
    assert asked.returncode == 1 and torn.exists() and key.stat().st_mode & 0o077
    done = world.call("doctor", "--mend", "--yes")
    assert not torn.exists() and not key.stat().st_mode & 0o077
    assert "vault: 1 removed" in done.stdout and "interrupted: 1 are unknown now" in done.stdout
    assert done.returncode == 1 and "It is never sent again by itself" in done.stdout
    assert world.json("status")["waiting"]["unknown"] == 1
