"""Whole runs, and what the operator can know of them afterwards."""

import json
import re

import pytest

from world import World, reply


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        yield made


def findings(world, *options: str) -> dict[str, str]:
    found = json.loads(world.call(*options, "status", "--json").stdout)["findings"]
    return {one["code"]: one["level"] for one in found}


def test_the_ledger_tells_of_every_run_how_it_ended_and_status_of_what_is_not_well(world, tmp_path):
    world.serve([reply(1)])
    world.run()
    assert findings(world) == {}
    (tmp_path / "2.eml").write_bytes(reply(2))
    world.call("import", str(tmp_path / "2.eml"))
    world.call("classify", "--all")
    beside = ("--set", 'mailbox.0.folders=["INBOX", "Gone"]')  # fmt: skip
    assert world.call(*beside, "run").returncode != 0
    assert findings(world)["mailbox"] == "red"
    world.call("import", str(tmp_path / "2.eml"), env={"HARVESTER_FAULT": "none"})
    told = [json.loads(line) for line in world.call("runs", "--json").stdout.splitlines()]
    assert [(one["kind"], one["ended"]) for one in told] == [
        ("import", "ok"), ("run", "trouble"), ("classify", "ok"), ("import", "ok"), ("run", "ok"),
    ]  # fmt: skip
    assert told[-1]["counts"] == {"fetched": 1, "understood": 1, "sent": 1}
    assert [(one["folder"], one["on_server"], one["new"]) for one in told[-1]["seen"]] == [("INBOX", 1, 1)]
    assert told[1]["problems"] and told[1]["seen"][-1]["fault"]
    assert "trouble" in world.call("runs").stdout
    world.run()
    assert findings(world) == {}


def test_a_killed_run_is_one_that_never_ended(world, tmp_path):
    world.serve([reply(1)])
    world.call("run", env={"HARVESTER_FAULT": "after-claim"})
    assert json.loads(world.call("runs", "--json").stdout)["ended"] == "never"
    assert "never ended" in world.call("runs").stdout
    file = tmp_path / "harvester.prom"
    assert world.call("status", "--metrics", str(file)).returncode == 0
    assert {"run-died": "yellow", "interrupted": "yellow"}.items() <= findings(world).items()
    text = file.read_text()
    assert text.endswith("\n") and 'harvester_runs_total{kind="run",outcome="none"} 1\n' in text
    sample = re.compile(r'harvester_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in text.splitlines())
    assert "@" not in text and [one.name for one in tmp_path.glob(".harvester.prom*")] == []
    assert world.call("run").returncode == 1  # of unknown fate now
    assert findings(world) == {"unknown": "red"}


CANARY = "Zauberwort"


def test_json_lines_hold_neither_words_nor_subjects_nor_addresses(world):
    canary = reply(7, f"Dear {CANARY},\n\nthe {CANARY} shares a chief executive.\n", Subject=f"About {CANARY}")
    broken = reply(8).replace(b"\r\n\r\n", b"\r\n" + b"X-Many: Zauberwort@town8.example\r\n" * 2_000 + b"\r\n", 1)
    world.serve([canary, broken])
    asked = ("--set", 'mailbox.0.folders=["INBOX", "Zauberwort@gone"]', "--set", f"outbox.port={9}")
    done = world.call("--log", "json", *asked, "run")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    names = [one["event"] for one in events]
    assert names[0] == "run-began" and names[-1] == "run-ended" and names.count("fault") == 2
    assert events[-1]["outcome"] == "trouble" and events[-1]["seconds"] > 0 and events[-1]["fetched"] == 2
    assert {one["run"] for one in events} == {1}
    assert CANARY not in done.stderr and "@" not in done.stderr and "town" not in done.stderr
    wrong = world.call("--log", "json", "--set", "outbox.from=x@lga.example", "--set", "store.url=mysql://", "run")
    (told,) = map(json.loads, wrong.stderr.splitlines())
    assert told["event"] == "stopped" and "store.url" in told["sentence"] and "@" not in wrong.stderr
