"""The rulebook that ships with the project, compiled once for all tests of this room."""

from pathlib import Path

import pytest

from harvester.classify.rulebook import Rulebook, load

RULES = Path(__file__).parents[2] / "rules"


@pytest.fixture(scope="session")
def shipped() -> Rulebook:
    return load(RULES, None)
