"""R2: SIGKILL at random moments of whole runs with all their workers; a real Dovecot gives, a real Postfix takes."""

import email
import random
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator

import pytest

from postfix import Postfix, postfix, start_postfix
from servers import dovecot
from small_world import mail
from world import World

PORTIONS = 10
SENT = """SELECT reply.message_id FROM reply JOIN acknowledgement ON reply_id = reply.id
          WHERE acknowledgement.state = 'sent'"""


@pytest.fixture
def relay() -> Iterator[Postfix]:
    if dovecot() is None or postfix() is None:
        pytest.skip("needs Dovecot, and Postfix that we may start: kills between real servers were not tried")
    running = start_postfix()
    yield running
    running.stop()


def outbox(relay: Postfix) -> list[str]:
    return ["--set", "outbox.host=localhost", "--set", f"outbox.port={relay.port}", "--set", "outbox.tls=starttls",
            "--set", f'outbox.ca_file="{relay.ca_file}"']  # fmt: skip


def killed(world: World, settings: list[str], seconds: float) -> bool:
    """False if the run came to its end before its moment."""
    run = subprocess.Popen(
        world.command(*settings, "run"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        _, said = run.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        return True
    assert run.returncode in (0, 1) and "Traceback" not in said, said
    return False


def pull(world: World, relay: Postfix, mails: int, kills: int, dice: random.Random) -> int:
    """New mails come in portions, each when a run has ended by itself; so there is always something to kill.

    Returns how many runs were killed: ``kills``, or fewer if the mails were used up.
    """
    settings, portion, hits = outbox(relay), max(1, mails // PORTIONS), 0
    delivered = portion
    while hits < kills:
        if killed(world, settings, dice.uniform(0.3, 4.0)):
            hits += 1
            continue
        if delivered >= mails:
            break
        for number in range(delivered, min(delivered + portion, mails)):
            world.server.deliver(mail(number, number % 5 == 0))
        delivered += portion
    for number in range(delivered, mails):
        world.server.deliver(mail(number, number % 5 == 0))
    assert world.call(*settings, "run").returncode in (0, 1)
    return hits


def books(world: World, relay: Postfix, mails: int, hits: int) -> None:
    """After the last run, which nobody disturbed."""
    rows = world.json_lines("list", "--json")
    states = Counter(row["acknowledgement"]["state"] for row in rows)
    assert len(rows) == len({row["sha256"] for row in rows}) == mails
    assert {row["state"] for row in rows} == {"understood"}
    assert states["sent"] + states["unknown"] == mails and states["unknown"] <= hits
    answered = Counter(email.message_from_bytes(one)["In-Reply-To"] for one in relay.letters(states["sent"]))
    assert set(answered.values()) == {1}
    assert states["sent"] <= len(answered) <= states["sent"] + states["unknown"]
    totals = world.json("reconcile")["totals"]
    assert totals == {"on_server": mails, "stored": mails, "quarantined": 0, "missing": 0, "erased": 0}
    data = world.home / "data"
    with sqlite3.connect(data / "harvester.db") as line:
        named = {one for (one,) in line.execute("SELECT sha256 FROM reply UNION SELECT sha256 FROM attachment")}
        sent = {one for (one,) in line.execute(SENT)}
    line.close()
    assert len(sent) == states["sent"] and sent <= set(answered)
    assert {path.name for path in (data / "vault").rglob("*") if path.is_file()} == named
    assert list(data.glob("run-*.lock")) == []


def test_killed_a_few_times_between_real_servers(tmp_path, relay):
    with World(tmp_path) as world:
        world.serve([mail(n, n % 5 == 0) for n in range(2)])
        hits = pull(world, relay, 20, 4, random.Random(5))
        books(world, relay, 20, hits)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_two_hundred_kills_over_three_hundred_mails(tmp_path, relay):
    """In as many mailboxes as it takes."""
    dice, hits = random.Random(200), 0
    while hits < 200:
        place = tmp_path / str(hits)
        place.mkdir()
        before = len(relay.letters(0))
        with World(place) as world:
            world.serve([mail(n, n % 5 == 0) for n in range(30)])
            more = pull(world, relay, 300, 200 - hits, dice)
            books(world, relay, 300, more)
        hits += more
        print(f"{hits} kills, {len(relay.letters(0)) - before} letters")
        for letter in (relay.home / "mail" / "all" / "new").iterdir():
            letter.unlink()
