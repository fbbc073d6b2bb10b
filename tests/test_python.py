"""What is installed is pinned with hashes; an old Python says in one sentence what it lacks."""

import ast
import re
import sys
import tomllib
from collections import namedtuple
from pathlib import Path

import pytest

import harvester

SOURCE = Path(str(harvester.__file__)).read_text(encoding="utf-8")
HOME = Path(__file__).parents[1]
Version = namedtuple("Version", "major minor micro")


@pytest.mark.parametrize("minor", [4, 8, 10])
def test_an_older_python_reads_the_guard_and_stops_with_a_sentence(minor, monkeypatch):
    ast.parse(SOURCE, feature_version=(3, minor))
    monkeypatch.setattr(sys, "version_info", Version(3, minor, 0))
    with pytest.raises(SystemExit, match=rf"needs Python 3\.11 or newer, and this is 3\.{minor} "):
        exec(compile(SOURCE, "harvester/__init__.py", "exec"), {})


def test_this_python_is_new_enough():
    exec(compile(SOURCE, "harvester/__init__.py", "exec"), {})


def test_all_that_is_installed_is_pinned_with_hashes():
    locked = re.split(r"\n(?=[a-z0-9])", (HOME / "requirements.lock").read_text(encoding="utf-8"))[1:]
    names = {re.match(r"([a-z0-9-]+)(?:\[[a-z0-9, -]+\])?==[0-9][^ ]*", one) for one in locked}
    assert len(locked) > 50
    assert None not in names
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", one) for one in locked)
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    assert {re.split(r"[\[><=~!; ]", one)[0].lower() for one in wanted} <= {name[1] for name in names if name}
    make = (HOME / "Makefile").read_text(encoding="utf-8")
    assert all("--require-hashes" in line for line in make.splitlines() if "-r requirements.lock" in line)
    assert "pip compile --generate-hashes" in make
