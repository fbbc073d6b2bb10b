"""Hostile mail costs a moment, never the run: the right code or none, safe names, and the next mail is fine.

All of it goes through real workers, who have 512 MB and five seconds for a mail; nothing of it may cost one its life.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.model import Disposition, Limits, Message
from harvester.workers import Done, Job, Workers
from hostile import Hostile, Patient, bombs, mutations
from rulebooks import SHIPPED, compiled_rules
from world import reply

MAILS = sorted((Path(__file__).parent / "mail").glob("*.eml"))
LIMITS = replace(Limits(), mail_seconds=5.0, worker_bytes=512_000_000)
HARMFUL = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]|^\.|[. ]$')
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d) *(\..*)?", re.IGNORECASE)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    request = "Please tell us your examples of shared services, and what they saved."
    recipe = Patient((request,), SHIPPED, compiled_rules(), None, LIMITS, documents=False)
    with Workers(recipe, 2) as crew:
        yield crew


def faults(mails: Iterable[Hostile], workers: Workers) -> list[str]:
    """What is wrong with how these mails were read, and with how an ordinary one was that came after each."""
    mails = list(mails)
    jobs = (Job(key, "", mails[key // 2].raw if key % 2 == 0 else reply(key)) for key in range(2 * len(mails)))
    found = []
    for done in workers.understand(jobs):
        hostile = mails[done.key // 2]
        wrong = fault_of(hostile, done) if done.key % 2 == 0 else fault_of_ordinary(done)
        if wrong:
            found.append(f"{hostile.name}: {wrong}")
    return found


def fault_of(hostile: Hostile, done: Done) -> str | None:
    if (done.code or None) not in hostile.codes:
        return f"{done.code or 'no code'}, not one of {sorted(map(str, hostile.codes))} {done.detail}"
    assert done.understanding is not None
    return fault_in(done.understanding.message)


def fault_in(message: Message) -> str | None:
    for file in message.attachments:
        if not file.name or len(file.name.encode()) > 200 or HARMFUL.search(file.name) or DEVICE.fullmatch(file.name):
            return f"the name {file.name!r}"
    if len(message.own_text) > LIMITS.classified_chars or len(message.links) > LIMITS.links:
        return "more text or links than the limits allow"
    return None


def fault_of_ordinary(done: Done) -> str | None:
    if done.code or done.understanding is None:
        return f"the next mail: {done.code} {done.detail}"
    verdict = done.understanding.verdict
    if verdict.disposition is Disposition.EVIDENCE and [one.id for one in verdict.categories] == ["shared"]:
        return None
    return f"the next mail: {verdict.disposition}, {verdict.categories}"


def test_bombs_are_read_in_time_with_the_right_code(workers: Workers) -> None:
    assert faults(bombs(), workers) == []


def test_mutated_mails_are_read_in_time_with_a_known_code(workers: Workers) -> None:
    assert faults(mutations(MAILS, 240), workers) == []
