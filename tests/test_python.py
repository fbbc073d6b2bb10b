"""An old Python says in one sentence what it lacks."""

import ast
import sys
from collections import namedtuple
from pathlib import Path

import pytest

import harvester

SOURCE = Path(str(harvester.__file__)).read_text(encoding="utf-8")
Version = namedtuple("Version", "major minor micro")


@pytest.mark.parametrize("minor", [4, 8, 10])
def test_an_older_python_reads_the_guard_and_stops_with_a_sentence(minor, monkeypatch):
    ast.parse(SOURCE, feature_version=(3, minor))
    monkeypatch.setattr(sys, "version_info", Version(3, minor, 0))
    with pytest.raises(SystemExit, match=rf"needs Python 3\.11 or newer, and this is 3\.{minor} "):
        exec(compile(SOURCE, "harvester/__init__.py", "exec"), {})


def test_this_python_is_new_enough():
    exec(compile(SOURCE, "harvester/__init__.py", "exec"), {})
