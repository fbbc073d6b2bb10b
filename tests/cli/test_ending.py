"""However a command ends, there is a sentence and an exit code, and no traceback."""

import json
import os
import subprocess

import pytest

from harvester import log
from harvester.cli.ending import SHOW, ended
from harvester.errors import OutOfReach
from world import World, reply


def a_bug() -> None:
    raise KeyError("anna@town.example wrote this")


def broken() -> None:
    raise OutOfReach("the server is down; the next run tries again")


def full() -> None:
    raise OSError(28, "No space left on device", "/data/vault")


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (a_bug, 1, "a fault of the program itself (KeyError at "),
        (broken, 75, "the server is down"),
        (full, 75, "/data/vault: the disk is full; free some space there"),
    ],
)
def test_whatever_goes_wrong_is_one_sentence_without_a_traceback(capfd, monkeypatch, command, code, says):
    monkeypatch.delenv(SHOW, raising=False)
    monkeypatch.setattr("harvester.cli.ending._give_up_stdout", lambda: None)  # pytest wants it
    with pytest.raises(SystemExit) as end:
        ended(command)
    said = capfd.readouterr().err
    assert end.value.code == code
    assert says in said and len(said.splitlines()) == 1
    assert "anna@" not in said


def test_who_looks_for_a_bug_gets_the_traceback(capfd, monkeypatch):
    monkeypatch.setenv(SHOW, "1")
    with pytest.raises(SystemExit):
        ended(a_bug)
    assert "Traceback" in capfd.readouterr().err


def test_a_bug_is_told_in_a_json_log_too_and_without_anybodys_words(capfd, monkeypatch):
    monkeypatch.setattr(log._ours, "level", 20)
    monkeypatch.setattr(log, "speaks_json", lambda: True)
    told = []
    monkeypatch.setattr(log, "tell_fault", lambda event, _fault, **facts: told.append((event, facts)))
    with pytest.raises(SystemExit):
        ended(a_bug)
    assert told[0][0] == "bug" and "the program itself" in told[0][1]["sentence"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this machine has no /dev/full")
def test_a_full_disk_behind_a_redirection_is_told(tmp_path):
    with World(tmp_path) as world:
        world.serve([reply(1)])
        world.run()
        for words in (["list", "--json"], ["--log", "json", "list", "--json"]):
            with open("/dev/full", "w") as nowhere:
                done = subprocess.run(world.command(*words), stdout=nowhere, stderr=subprocess.PIPE, text=True)
            assert done.returncode == 75, done.stderr
            assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr
            lines = done.stderr.splitlines()
            assert len(lines) == 1
            if "json" in words[1:2]:
                assert json.loads(lines[0])["event"] == "stopped"
            else:
                assert "the disk is full" in lines[0]
