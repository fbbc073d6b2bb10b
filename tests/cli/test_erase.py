"""The command as a person gives it: what it shows, what it refuses, when it asks."""

import json
import os
import signal
import subprocess
import sys

import pytest

from canaries import BODY, SENDER, canary_mail, found_in
from custody_samples import filled, mail, settings
from harvester.store import replies
from harvester.store.engine import Store
from harvester.store.lock import RunLock


@pytest.fixture
def house(tmp_path, sqlite_with_tables):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "harvester.db").write_bytes(sqlite_with_tables.read_bytes())
    config = settings(tmp_path, f"sqlite:///{tmp_path / 'data' / 'harvester.db'}")
    store = Store.open(config.store.url, config.store.data)
    filled(store, [canary_mail(1), mail(2, text=f"Ask {SENDER}.")])
    store.close()
    return config


def call(config, *words: str, fault: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "harvester.cli", "--config", str(config.path), *words]
    env = os.environ | ({"HARVESTER_FAULT": fault} if fault else {})
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=env)


def test_it_shows_what_would_go_and_what_stays_and_changes_nothing(house):
    done = call(house, "erase", SENDER, "--dry-run")
    assert done.returncode == 0
    assert "1 reply goes" in done.stdout and SENDER in done.stdout
    assert "reply 2 of officer2@town2.example quotes or names them, and STAYS" in done.stdout
    assert "in the mailbox replies/INBOX 1 mail of them STAY" in done.stdout
    assert done.stdout.endswith("dry run: nothing was erased\n")
    assert len(hashes(house)) == 2


def hashes(config) -> list[str]:
    """Of the replies that are here."""
    store = Store.open(config.store.url, config.store.data)
    with store.read() as tx:
        found = list(replies.hashes(tx))
    store.close()
    return found


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([SENDER], "--reason is missing"),
        ([SENDER, "--reason", f"they wrote {BODY}"], f"holds “{BODY}”"),
        ([SENDER, "--reason", "file 17"], "nobody is here to be asked"),
        (["anna", "--dry-run"], "neither an address nor the number of a reply"),
        ([SENDER, "--due"], "say one of"),
        ([SENDER, "--reason", "file 17", "--json"], "needs --yes"),
        (["--due"], "retention.keep_days is not set"),
        (["--older-than", "yesterday", "--dry-run"], "not a date"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_nothing_goes(house, words, told):
    done = call(house, "erase", *words)
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr
    assert len(hashes(house)) == 2


def test_while_a_run_is_going_it_says_so(house):
    store = Store.open(house.store.url, house.store.data)
    with RunLock(store) as lock:
        assert lock.held
        done = call(house, "erase", "1", "--reason", "file 17", "--yes")
    store.close()
    assert done.returncode == 75 and "a run is going" in done.stderr and "nothing was erased" in done.stderr


def test_what_was_erased_is_told_and_a_second_call_finds_nothing(house):
    done = call(house, "erase", SENDER, "99", "--reason", "file 17", "--yes", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1  # there is no reply 99
    assert ([one["id"] for one in told["replies"]], told["erased"], told["left"]) == ([1], 1, None)
    assert (told["left_replies"], told["unknown"]) == ([2], ["99"])
    gone = call(house, "show", "1")
    assert gone.returncode == 2 and "Reply 1 was erased on" in gone.stderr and "file 17" in gone.stderr
    listed = json.loads(call(house, "erased", "--json").stdout)
    assert [(one["reply"], one["because"], one["finished"]) for one in listed] == [(1, "file 17", True)]
    again = call(house, "erase", SENDER, "--reason", "file 17", "--yes")
    assert again.returncode == 1 and "nothing would be erased" in again.stdout
    assert json.loads(call(house, "status", "--json").stdout)["erased"] == 1


def test_the_same_command_again_ends_what_was_killed_half_way(house):
    words = ("erase", SENDER, "--reason", "file 17", "--yes")
    assert call(house, *words, fault="after-burial-commit").returncode == -signal.SIGKILL
    status = call(house, "status")
    assert status.returncode == 1 and "last traces are not gone" in status.stdout
    assert "not gone yet" in call(house, "erased").stdout
    again = call(house, *words)
    assert again.returncode == 0 and "no trace is left" in again.stdout
    assert "last traces" not in call(house, "status").stdout
    (other,) = hashes(house)  # reply 2 is another's, and names the sender
    where = ["harvester.db", f"vault/{other[:2]}/{other}"]
    assert found_in(house.store.data) == [f"quagbottom in {path}" for path in where]
