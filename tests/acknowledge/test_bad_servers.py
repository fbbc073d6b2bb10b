"""A server that fails at one step in every way, run after run: each letter has its one fate, and nobody gets two."""

import contextlib
import ssl
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from harvester.errors import HarvesterError
from harvester.store.engine import Store
from letter_samples import read
from offices import NOW, Office
from scripted_smtp import DEFAULTS, Answer, ScriptedSmtp, Trick
from servers import make_certificate

WAYS: list[Answer] = [*Trick, "421 going down", "450 later", "550 never"]
EHLO = "250-mx.example\n250-STARTTLS\n250 AUTH PLAIN"
STEPS = ["greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot", "RSET", "QUIT"]
RUNS = 30


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """What a server does is the same to every database."""
    made = Store.open(f"sqlite:///{tmp_path / 'data' / 'harvester.db'}", tmp_path / "data")
    yield made
    made.close()


@pytest.mark.parametrize("step", STEPS)
def test_every_letter_has_one_fate_and_nobody_gets_two(step: str, store: Store, certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    fine = EHLO if step == "EHLO" else DEFAULTS[step]
    answers = {"EHLO": EHLO, step: [answer for way in WAYS for answer in (way, fine)]}
    with ScriptedSmtp(answers, context=context) as server:
        office = Office(store, server)
        (store.data / "password").write_text("hunter2")
        office.settings = [
            "outbox.tls=starttls", f'outbox.ca_file="{certificate[0]}"', "outbox.user=replies",
            f'outbox.password_file="{store.data / "password"}"', "acknowledge.per_domain_per_hour=100",
        ]  # fmt: skip
        office.queue(len(WAYS) * 2)
        for hour in range(RUNS):
            with contextlib.suppress(HarvesterError):  # the next run tries again
                office.run(NOW + timedelta(minutes=30 * hour))
        assert Counter(office.states) == fates(step, len(WAYS) * 2)
        taken = Counter(read(raw).headers["Message-ID"] for raw in server.letters)
        refused = ["421 going down", "450 later"] if step == "dot" else []  # such a letter is offered again
        assert sum(taken.values()) - len(taken) == len(refused)
        assert b"AUTH" not in server.plain and b"MAIL" not in server.plain


def fates(step: str, letters: int) -> dict[str, int]:
    """R13: silence after the dot is ``unknown``; what the server refuses for good has failed; all else gets through."""
    unknown = len(Trick) if step == "dot" else 0
    failed = 1 if step in ("RCPT", "DATA", "dot") else 0
    return {
        state: number
        for state, number in {"sent": letters - unknown - failed, "unknown": unknown, "failed": failed}.items()
        if number
    }
