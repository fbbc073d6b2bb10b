"""600 hostile and tricky mails through the whole house: the decision, the one recipient, the headers on the wire."""

import email
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import pytest

import tricky_mails as kinds
from letter_samples import faults_of_form, read
from offices import Office
from scripted_smtp import ScriptedSmtp
from tricky_mails import Tricky

HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Loop",
    "In-Reply-To", "References", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
]  # fmt: skip


@pytest.fixture
def office(store) -> Iterator[Office]:
    with ScriptedSmtp() as server:
        office = Office(store, server)
        office.settings = [
            "acknowledge.own_addresses=['replies@lga.example', 'desk@lga.example']",
            "acknowledge.since=2027-01-01T00:00:00Z", "acknowledge.per_hour=10000",
            "acknowledge.per_domain_per_hour=10000", "acknowledge.max_per_run=10000",
        ]  # fmt: skip
        yield office


def faults(office: Office, mails: Iterable[Tricky]) -> list[str]:
    """What was decided otherwise, went elsewhere, or went with other headers."""
    zoo = [one.of_town(number) for number, one in enumerate(mails)]
    numbers = office.take_in([one.raw for one in zoo])
    office.run()
    rows = {row.reply_id: row for row in office.rows()}
    letters = defaultdict(list)
    for raw in office.server.letters:
        letters[str(email.message_from_bytes(raw)["To"])].append(raw)
    asked = Counter(line.removeprefix("RCPT TO:<").partition(">")[0] for line in office.server.heard("RCPT"))
    found = []
    for number, one in zip(numbers, zoo, strict=True):
        quarantined = number not in rows  # kept, listed, and there is no answer to decide on
        reasons = ["malformed"] if quarantined else [code for code, _, _ in rows[number].objections]
        if one.reasons:
            found += [] if reasons and reasons[0] in one.reasons else [f"{one.name}: {reasons}"]
        elif reasons or asked.pop(one.to, 0) != 1 or len(letters[one.to]) != 1:
            found.append(f"{one.name}: {reasons}, {len(letters[one.to])} letters")
        else:
            found += [f"{one.name}: {fault}" for fault in faults_of_letter(letters[one.to][0], one)]
    return found + [f"nobody asked for a letter to {to}" for to in asked]


def faults_of_letter(raw: bytes, one: Tricky) -> list[str]:
    wanted = HEADERS if one.thread else [name for name in HEADERS if name not in ("In-Reply-To", "References")]
    names = email.message_from_bytes(raw).keys()
    found = [] if names == wanted else [f"the headers {names}"]
    named = [line for line in read(raw).text.split("\n") if "evil" in line and not line.startswith("  - ")]
    return found + [f"words of the sender's: {line}" for line in named] + faults_of_form(raw)


KINDS = [kinds.injections, kinds.senders, kinds.machines, kinds.people, kinds.rounds, kinds.witnesses]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
def test_each_has_the_right_decision_the_one_recipient_and_the_fixed_headers(office, kind) -> None:
    if kind is kinds.witnesses:
        office.settings.append(f"acknowledge.authserv_id={kinds.AUTHSERV_ID}")
    assert faults(office, kind()) == []


def test_there_are_hundreds_of_them_and_each_is_another() -> None:
    zoo = [one for kind in KINDS for one in kind()]
    assert len({one.name for one in zoo}) == len(zoo) > 500
    assert len({one.raw for one in zoo}) > 500
