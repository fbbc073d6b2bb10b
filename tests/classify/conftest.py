"""The rulebook that ships with the project, compiled once for all tests of this room."""

import pytest

from harvester.classify.rulebook import Rulebook, load
from rulebooks import SHIPPED, compiled_rules


@pytest.fixture(scope="session")
def shipped() -> Rulebook:
    return load(SHIPPED, compiled_rules())
