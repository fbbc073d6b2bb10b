"""Hostile mail costs a moment, never the run: the right code or none, safe names, and the next mail is fine.

All of them, some 500, run with ``HOSTILE=all``; otherwise every sixth.
"""

import hashlib
import os
import re
import time
from pathlib import Path

import pytest

from harvester.classify import Classifier
from harvester.classify.rulebook import load
from harvester.message.reader import Reader
from harvester.model import Limits
from harvester.understand import understand
from hostile import Hostile, bombs, mutations

RULES = Path(__file__).parent.parent / "rules"
MAILS = sorted((Path(__file__).parent / "mail").glob("*.eml"))
EVERY = 1 if os.environ.get("HOSTILE") == "all" else 6
SECONDS = 5
HARMFUL = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]|^\.|[. ]$')
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d) *(\..*)?", re.IGNORECASE)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(["Please tell us your examples of shared services, and what they saved."], Limits())


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return Classifier(load(RULES, tmp_path_factory.getbasetemp()))  # compiled once for all files of tests


def outcome(hostile: Hostile, reader: Reader, classifier: Classifier) -> str | None:
    """What is wrong with how this mail was read and judged; None if nothing is."""
    began = time.process_time()
    message = understand(hostile.raw, reader, classifier, lambda data: hashlib.sha256(data).hexdigest()).message
    took = time.process_time() - began
    if took > SECONDS:
        return f"{hostile.name}: took {took:.1f} s"
    if message.quarantine not in hostile.codes:
        return f"{hostile.name}: {message.quarantine}, not one of {hostile.codes}"
    for file in message.attachments:
        if not file.name or len(file.name.encode()) > 200 or HARMFUL.search(file.name) or DEVICE.fullmatch(file.name):
            return f"{hostile.name}: the name {file.name!r}"
    if len(message.own_text) > Limits().classified_chars or len(message.links) > Limits().links:
        return f"{hostile.name}: more text or links than the limits allow"
    return None


def test_bombs_are_read_in_time_with_the_right_code(reader: Reader, classifier: Classifier) -> None:
    wrong = [outcome(one, reader, classifier) for one in list(bombs())[::EVERY]]
    assert [one for one in wrong if one] == []


def test_mutated_mails_are_read_in_time_with_a_known_code(reader: Reader, classifier: Classifier) -> None:
    wrong = [outcome(one, reader, classifier) for one in mutations(MAILS, 240 // EVERY)]
    assert [one for one in wrong if one] == []
