"""No storm: an old mailbox, an outage, and somebody who writes a thousand times (R14)."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from harvester.model import Disposition, Headers, Message, Sender, Understanding, Verdict
from offices import NOW, Office
from scripted_smtp import ScriptedSmtp

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office(store) -> Iterator[Office]:
    with ScriptedSmtp() as server:
        yield Office(store, server)


def fetched(office: Office, ages: Sequence[timedelta], address: str | None = None, now: datetime = NOW) -> Counter[str]:
    """So many mails, so old, found at once; the first reason of each, or ``answered``."""
    office.file_away([mail(number, now - age, address) for number, age in enumerate(ages)], now)
    return Counter(row.objections[0][0] if row.objections else "answered" for row in office.rows())


def mail(number: int, at: datetime, address: str | None) -> tuple[bytes, datetime, Understanding]:
    raw = f"Number {number}.\r\n".encode()
    message = Message(
        hashlib.sha256(raw).hexdigest(), len(raw), Headers((("to", "replies@lga.example"),)),
        message_id=f"<{number}@town.example>", sender=Sender(address or f"officer{number}@town.example"),
        own_text=raw.decode(),
    )  # fmt: skip
    return raw, at, Understanding(message, Verdict(Disposition.EVIDENCE, "tells an example"))


@pytest.mark.parametrize("begun", [NOW, NOW - 1000 * DAY])
def test_of_5000_old_mails_on_the_first_run_none_is_answered(office: Office, begun: datetime) -> None:
    """Whether the request's folder was made today, or long ago and nothing ever ran."""
    office.settings = [f"acknowledge.since={begun.isoformat()}"]
    youngest = HOUR if begun == NOW else 3 * DAY + HOUR
    assert fetched(office, [youngest + n * HOUR for n in range(5000)]) == {"too-old": 5000}
    office.run()
    assert office.server.connections == 0


def test_who_writes_a_thousand_times_in_an_hour_gets_one_letter(office: Office) -> None:
    office.settings = [f"acknowledge.since={(NOW - DAY).isoformat()}"]
    ages = [n * HOUR / 1000 for n in range(1000)]
    assert fetched(office, ages, "officer@town.example") == {"answered": 1, "rate-sender": 999}
    office.run()
    office.run(NOW + DAY)
    assert len(office.server.letters) == 1


def test_after_an_outage_of_two_days_letters_go_out_little_by_little_and_to_everybody(office: Office) -> None:
    office.settings = [
        f"acknowledge.since={(NOW - 10 * DAY).isoformat()}", "acknowledge.per_hour=20",
        "acknowledge.per_domain_per_hour=100",
    ]  # fmt: skip
    assert fetched(office, [n * HOUR for n in range(48)]) == {"answered": 48}
    sent = []
    for quarter in range(12):
        office.run(NOW + quarter * HOUR / 4)
        sent.append(len(office.server.letters))
    assert sent == sorted(sent) and sent[0] == 20 and sent[-1] == 48
    assert max(later - earlier for earlier, later in zip(sent, sent[4:], strict=False)) <= 20
