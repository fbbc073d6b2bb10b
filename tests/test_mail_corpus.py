"""Traps of real mail, one a file: ``tests/mail/<trap>.eml`` and, in ``<trap>.toml``, what must come out of it.

Any field of ``harvester explain --json`` may stand there, and ``texts``: the words of each attachment. Every field
named must be equal; of an attachment or a link those keys that are named; of ``flags`` and ``acknowledgement.reasons``
at least those named. ``none`` lists fields that must be null. With ``documents = true`` the text of files is read too,
by the process in jail.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harvester.acknowledge.policy import Settings, decide
from harvester.classify import Classifier
from harvester.classify.rulebook import load
from harvester.message.documents import Extractor
from harvester.message.reader import Reader
from harvester.model import Circumstances, Limits
from harvester.report.shape import explained
from harvester.understand import understand
from rulebooks import SHIPPED, compiled_rules

REPO = Path(__file__).parent.parent
REQUEST = (REPO / "data" / "request.txt").read_text(encoding="utf-8")
CORPUS = sorted((Path(__file__).parent / "mail").glob("*.eml"))
NOW = datetime(2027, 8, 10, 12, 0, tzinfo=UTC)
SETTINGS = Settings(frozenset({"replies@lga.example"}), since=datetime(2027, 8, 1, tzinfo=UTC))
HERE = Circumstances(now=NOW, received_at=NOW)
AT_LEAST = ("flags", "reasons")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(load(SHIPPED, compiled_rules()))


@pytest.fixture(scope="module")
def readers() -> Iterator[dict[bool, Reader]]:
    """One that leaves files alone, and one that reads them."""
    with Extractor(Limits()) as extractor:  # its process starts with the first file
        yield {False: Reader([REQUEST], Limits()), True: Reader([REQUEST], Limits(), extractor)}


def told(raw: bytes, reader: Reader, classifier: Classifier) -> dict[str, Any]:
    """What ``explain`` says of these bytes."""
    found = understand(raw, reader, classifier, lambda data: hashlib.sha256(data).hexdigest())
    decision = decide(found.message, found.verdict, HERE, SETTINGS)
    said = explained("", found.message, found.verdict, decision)
    return {**said, "texts": [file.text for file in found.message.files]}


def differences(wanted: dict[str, Any], found: dict[str, Any], where: str = "") -> list[str]:
    """One line for every wanted field that came out otherwise."""
    wrong = []
    for name, value in wanted.items():
        got = found[name]
        if name in AT_LEAST:
            wrong += [f"{where}{name}: {one} is missing in {got}" for one in value if one not in got]
        elif isinstance(value, dict):
            wrong += differences(value, got, f"{where}{name}.")
        elif isinstance(value, list) and len(value) == len(got) and value and isinstance(value[0], dict):
            for number, (one, other) in enumerate(zip(value, got, strict=True)):
                wrong += differences(one, other, f"{where}{name}[{number}].")
        elif value != got:
            wrong.append(f"{where}{name}: {got!r}, not {value!r}")
    return wrong


def test_there_are_enough_traps_and_each_says_what_must_come_out() -> None:
    assert len(CORPUS) >= 120
    assert {mail.with_suffix(".toml") for mail in CORPUS} == set((Path(__file__).parent / "mail").glob("*.toml"))


@pytest.mark.parametrize("mail", CORPUS, ids=[mail.stem for mail in CORPUS])
def test_a_trap_is_read_right(mail: Path, readers: dict[bool, Reader], classifier: Classifier) -> None:
    wanted = tomllib.loads(mail.with_suffix(".toml").read_text(encoding="utf-8"))
    absent = wanted.pop("none", [])
    assert wanted or absent
    found = told(mail.read_bytes(), readers[wanted.pop("documents", False)], classifier)
    assert differences(wanted, found) == []
    assert [name for name in absent if found[name] is not None] == []
