"""From the queue to the server: the order of commits, every outcome, limits, pulled plugs, restored databases."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from harvester import faults
from harvester.acknowledge import compose
from harvester.acknowledge.journal import Journal
from harvester.acknowledge.letter import Spoilt
from harvester.acknowledge.outbox import Outcome
from harvester.answer import after, answer, waiting
from harvester.errors import ConfigError, OutOfReach
from harvester.model import AckState
from harvester.store import acks
from harvester.store.schema import acknowledgement, letter
from letter_samples import TEMPLATES, due, read
from offices import Office
from scripted_smtp import ScriptedSmtp, Trick
from store_samples import NOW, stored, understanding

LATER = NOW + timedelta(hours=1, seconds=1)


@pytest.fixture
def office(store) -> Iterator[Office]:
    with ScriptedSmtp() as server:
        yield Office(store, server)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], None]], None]:
    """Do something at every fault point."""

    def watch(see: Callable[[str], None]) -> None:
        monkeypatch.setattr(faults, "point", see)

    return watch


class PulledPlug(BaseException):
    """As sudden as a power cut, as far as this process is concerned."""


def test_all_that_is_due_goes_out_over_one_connection_and_is_kept(office):
    office.queue(3)
    shop = office.run()
    assert office.states == ["sent"] * 3 and office.server.connections == 1
    assert (shop.tally.sent, shop.tally.failed, shop.tally.unknown, shop.tally.deferred) == (3, 0, 0, 0)
    with office.store.read() as tx:
        kept = list(tx.scalars(select(letter.c.raw).order_by(letter.c.reply_id)))
    assert kept == office.server.letters
    assert [read(raw).headers["To"] for raw in kept] == [f"Officer{n}@town.example" for n in range(3)]
    assert [read(raw).headers["Message-ID"] for raw in kept] == [row.message_id for row in office.rows()]


def test_claimed_and_noted_before_the_first_word_to_the_server(office, at):
    office.queue(1)
    (row,) = office.due()
    seen = {}

    def see(point: str) -> None:
        said = [line.split(":")[0] for line in office.server.lines if line.upper().split(" ")[0] != "EHLO"]
        seen[point] = (office.states[0], office.knows(row.sha256), said)

    at(see)
    office.run()
    steps = ("after-claim", "after-journal", "after-data", "after-settle")
    assert {step: seen[step] for step in steps} == {
        "after-claim": ("sending", False, []),
        "after-journal": ("sending", True, []),
        "after-data": ("sending", True, ["MAIL FROM", "RCPT TO", "DATA"]),
        "after-settle": ("sent", True, ["MAIL FROM", "RCPT TO", "DATA"]),
    }


@pytest.mark.parametrize("point", ["after-claim", "after-journal", "after-data", "after-settle"])
def test_wherever_the_plug_is_pulled_nobody_is_answered_twice(office, at, monkeypatch, point):
    office.queue(3)

    def pull(passed: str) -> None:
        if passed == point:
            raise PulledPlug

    with monkeypatch.context() as patch:
        patch.setattr(faults, "point", pull)
        with pytest.raises(PulledPlug):
            office.run()
    with office.store.begin() as tx:
        acks.settle_interrupted(tx, NOW, lambda run_id: False)
    office.run()
    assert office.states == ["sent" if point == "after-settle" else "unknown", "sent", "sent"]
    recipients = [read(raw).headers["To"] for raw in office.server.letters]
    assert len(recipients) == len(set(recipients)) == (2 if point in ("after-claim", "after-journal") else 3)


@pytest.mark.parametrize(
    ("step", "said", "state"),
    [
        ("dot", Trick.CUT, "unknown"),
        ("dot", Trick.SILENCE, "unknown"),
        ("dot", "421 going down", "queued"),
        ("dot", "554 no", "failed"),
        ("RCPT", "450 later", "queued"),
        ("RCPT", "550 no such user", "failed"),
        ("QUIT", Trick.CUT, "sent"),
    ],
)
def test_each_outcome_is_stored_and_the_next_letter_goes_on(office, step, said, state):
    office.server._answers[step] = [said, "250 ok"]
    office.queue(2)
    office.run()
    assert office.states == [state, "sent"]
    first = office.rows()[0]
    assert (first.not_before == NOW + timedelta(minutes=1)) == (state == "queued")
    office.run(LATER)
    assert office.states == ["sent" if state == "queued" else state, "sent"]
    ids = [read(raw).headers["Message-ID"] for raw in office.server.letters if b"Officer0@" in raw]
    assert len(set(ids)) <= 1


def test_a_server_out_of_reach_is_found_before_a_letter_is_claimed(office):
    office.queue(2)
    office.settings = ["outbox.port=1"]
    with pytest.raises(OutOfReach, match="nothing answers at this port"):
        office.run()
    assert office.states == ["queued"] * 2 and all(row.tries == 0 for row in office.rows())
    assert not office.journal_path.exists()


def test_a_refused_return_path_is_about_us_and_leaves_the_queue_alone(office):
    office.server._answers["MAIL"] = ["550 no null sender"]
    office.queue(3)
    with pytest.raises(OutOfReach, match="bounce_address"):
        office.run()
    assert office.states == ["queued"] * 3 and len(office.server.heard("MAIL")) == 1
    office.server._answers["MAIL"] = ["250 ok"]
    office.run()
    assert office.states == ["sent"] * 3


@pytest.mark.parametrize("limit", ["acknowledge.per_hour=2", "acknowledge.per_domain_per_hour=2"])
def test_limits_put_off_and_never_swallow(office, limit):
    office.settings = [limit]
    office.queue(5)
    shop = office.run()
    assert office.states == ["sent", "sent", "queued", "queued", "queued"] and shop.tally.deferred == 3
    assert office.due() == []
    office.run(LATER)
    office.run(LATER + timedelta(hours=1, seconds=1))
    assert office.states == ["sent"] * 5 and len(office.server.letters) == 5


def test_two_runs_at_once_send_each_letter_once(office):
    office.queue(6)
    waiting_rows = office.due()
    shops = [office.shop(), office.shop()]
    threads = [threading.Thread(target=answer, args=(shop, waiting_rows)) for shop in shops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recipients = [read(raw).headers["To"] for raw in office.server.letters]
    assert sorted(recipients) == [f"Officer{n}@town.example" for n in range(6)]
    assert sum(shop.tally.sent for shop in shops) == 6 and office.states == ["sent"] * 6


def test_a_broken_template_is_told_before_anything_is_sent(office, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    for path in TEMPLATES.glob("*.j2"):
        (folder / path.name).write_text(path.read_text().replace("{{ reference }}", "{{ referense }}"))
    office.settings = [f'acknowledge.templates="{folder}"']
    office.queue(2)
    with pytest.raises(ConfigError) as caught:
        office.run()
    *faulty, last = caught.value.problems
    assert faulty and all("en.txt.j2:" in one and "did you mean 'reference'?" in one for one in faulty)
    assert "no letter was sent" in last
    assert caught.value.exit_code == 2
    assert office.states == ["queued"] * 2 and office.server.connections == 0


def test_a_template_that_breaks_on_one_letter_holds_up_no_other(office, monkeypatch):
    honest = compose.Composer.compose

    def choosy(self, row, now):
        if row.to.startswith("Officer0@"):
            raise ConfigError("en.txt.j2:7: this letter cannot be written")
        return honest(self, row, now)

    monkeypatch.setattr(compose.Composer, "compose", choosy)
    office.queue(2)
    shop = office.run()
    assert office.states == ["queued", "sent"]
    assert shop.tally.problems == ["en.txt.j2:7: this letter cannot be written"]


def test_a_letter_that_does_not_read_as_it_was_meant_fails_and_the_others_go_on(office, monkeypatch):
    honest = compose.write

    def slipping(fields, text):
        if ("To", "Officer0@town.example") in fields:
            raise Spoilt("the headers read as Bcc")
        return honest(fields, text)

    monkeypatch.setattr(compose, "write", slipping)
    office.queue(2)
    shop = office.run()
    assert office.states == ["failed", "sent"] and shop.tally.failed == 1
    assert "read as Bcc" in office.rows()[0].note and len(office.server.letters) == 1


def test_somebody_who_pulls_the_switch_stops_the_next_letter(office, at):
    office.queue(3)
    at(lambda point: (office.store.data / "STOP").touch() if point == "after-claim" else None)
    office.run()
    assert office.states == ["sent", "queued", "queued"]


@pytest.mark.parametrize("journal_is_there", [True, False])
def test_without_the_key_nothing_is_sent_once_a_letter_was_begun(office, journal_is_there):
    office.queue(1)
    office.run()
    stored(office.store, understanding(7), now=NOW - timedelta(minutes=30))
    (office.store.data / "answers.key").unlink()
    if not journal_is_there:
        office.journal_path.unlink()
    with pytest.raises(Exception, match="the key for our letters is missing"):
        office.run()
    assert len(office.server.letters) == 1 and "queued" in office.states


def test_before_the_first_letter_a_missing_key_is_made(office):
    office.queue(1)
    (office.store.data / "answers.key").unlink()
    office.run()
    assert office.states == ["sent"]
    assert (office.store.data / "answers.key").stat().st_mode & 0o777 == 0o600


def test_a_full_disk_under_the_journal_sends_nothing_and_loses_nothing(office, monkeypatch):
    def full(*_: object) -> None:
        raise OutOfReach("answers.jsonl: the disk is full")

    office.queue(2)
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "write", full)
        with pytest.raises(OutOfReach, match="disk is full"):
            office.run()
    assert office.states == ["queued"] * 2 and office.server.heard("MAIL") == []
    office.run()
    assert office.states == ["sent"] * 2


# ---------------------------------------------------------------------- an old database is restored


def forget(office: Office, **values: object) -> None:
    """The database as it was before the answers went out."""
    blank = {"state": "queued", "message_id": None, "tries": 0, "first_try": None, "rated_at": None, "not_before": None}
    with office.store.begin() as tx:
        tx.execute(acknowledgement.update().values(**{**blank, **values}))


def test_what_the_journal_knows_and_the_database_does_not_waits_for_a_person(office):
    ids = office.queue(30)
    office.settings = ["acknowledge.per_domain_per_hour=1000"]
    office.run()
    forget(office)
    office.settings = []
    shop = office.run(LATER)
    assert office.states == ["unknown"] * 30 and shop.tally.unknown == 30
    assert len(office.server.letters) == 30
    with office.store.begin() as tx:
        assert acks.release_unknown(tx, ids[:1], LATER) == ids[:1]
    office.run(LATER + timedelta(hours=2))
    assert office.states == ["sent"] + ["unknown"] * 29
    assert read(office.server.letters[0]).headers["Message-ID"] == read(office.server.letters[-1]).headers["Message-ID"]


def test_a_row_that_waited_for_its_second_try_when_it_was_saved_waits_too(office):
    office.server._answers["dot"] = ["451 later", "250 ok"]
    office.queue(1)
    office.run()
    saved = office.rows()[0]._asdict()
    office.run(LATER)
    assert office.states == ["sent"]
    forget(office, **{name: saved[name] for name in ("message_id", "tries", "first_try", "rated_at", "state_at")})
    office.run(LATER + timedelta(hours=1))
    assert office.states == ["unknown"] and len(office.server.letters) == 2


def test_a_released_letter_that_is_put_off_by_the_server_is_tried_again(office):
    office.server._answers["dot"] = [Trick.CUT, "451 later", "250 ok"]
    ids = office.queue(1)
    office.run()
    assert office.states == ["unknown"]
    with office.store.begin() as tx:
        acks.release_unknown(tx, ids, NOW + timedelta(minutes=5))
    office.run(NOW + timedelta(minutes=10))
    assert office.states == ["queued"]
    office.run(NOW + timedelta(minutes=20))
    assert office.states == ["sent"]


# ---------------------------------------------------------------------- decisions


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("sent", AckState.SENT),
        ("failed", AckState.FAILED),
        ("unknown", AckState.UNKNOWN),
        ("out_of_reach", AckState.QUEUED),
        ("retry", AckState.QUEUED),
    ],
)
def test_each_outcome_leads_to_one_state(kind, state):
    got, not_before, note = after(due(), Outcome(kind, "said so"), NOW)
    assert (got, note) == (state, "said so") and (not_before is not None) == (kind == "retry")


def test_waits_grow_from_a_minute_to_four_hours():
    minutes = [waiting(tries) // timedelta(minutes=1) for tries in range(12)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240]
    assert waiting(1_000_000) == timedelta(hours=4)


def test_after_a_day_of_trying_it_is_given_up():
    for hours, state in ((23, AckState.QUEUED), (24, AckState.FAILED)):
        row = due(first_try=NOW - timedelta(hours=hours), tries=12)
        assert after(row, Outcome("retry", "451 later"), NOW)[0] is state
