"""Runs of the program on a host whose packets get lost, late, doubled and out of order (tests/bad_network.py)."""

import random
import sqlite3
import ssl
import subprocess
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller

import world as worlds
from bad_network import Weather, Wire, missing, wire
from servers import dovecot, free_port, start_dovecot
from world import World, reply

EACH = 6  # mails before each run
STORM = [
    Weather(lost=0.03),
    Weather(late=0.05, jitter=0.1),  # half of all packets overtake another
    Weather(doubled=0.3, jitter=0.02),
    Weather(lost=0.25, late=0.02),
    Weather(cut=True),
]


QUICK = [Weather(lost=0.08, doubled=0.1, late=0.01, jitter=0.04), Weather(cut=True)]


class Far:
    """A world whose program runs beyond the wire; its servers are here, under certificates for our address."""

    def __init__(self, world: World, line: Wire) -> None:
        self.world, self.line = world, line
        world.serve([])
        assert world.server
        world.server.stop()
        self.mails = start_dovecot(world.folder, [], host=line.here)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.mails.ca_file, self.mails.folders[0] / "server.key")
        self.post = Controller(world.sink, hostname=line.here, port=free_port(), ssl_context=context)
        self.post.start()
        settings, old = world.config, world.config.read_text()
        mailbox, outbox = old.split("[outbox]")
        trust = f'tls = "implicit"\nca_file = "{self.mails.ca_file}"\ntimeout = 4'
        parts = (
            mailbox.replace(f"port = {world.server.port}", f"port = {self.mails.tls_port}"),
            outbox.replace(f"port = {world._controller.port}", f"port = {self.post.port}"),
        )
        settings.write_text(
            "[outbox]".join(one.replace("127.0.0.1", line.here).replace('tls = "none"', trust) for one in parts)
        )

    def stop(self) -> None:
        self.post.stop()
        self.mails.stop()

    def run(self, weather: Weather, meanwhile: float = 0.0) -> subprocess.CompletedProcess[str]:
        """One run in this weather; ``meanwhile``: cut off for so many seconds, some time after it began."""
        self.line.weather = weather
        moment = threading.Timer(random.Random(self.line.carried).uniform(1.5, 3.0), self._cut, [meanwhile])
        if meanwhile:
            moment.start()
        command = self.line.outside + self.world.command("run", "--json")
        done = subprocess.run(command, capture_output=True, text=True, timeout=worlds.PATIENCE)
        moment.cancel()
        self.line.weather = Weather()
        assert "Traceback" not in done.stderr
        assert done.returncode in (0, 1, 75), done.stderr
        assert done.returncode == 0 or done.stderr, "an end without a word"
        return done

    def _cut(self, seconds: float) -> None:
        self.line.weather.cut = True
        time.sleep(seconds)
        self.line.weather.cut = False


@pytest.mark.parametrize(
    ("weathers", "seed"),
    [
        pytest.param(QUICK, 1, id="once"),
        *(pytest.param(STORM * 6, seed, id=f"thirty runs, {seed}", marks=pytest.mark.long) for seed in (2, 3)),
    ],
)
@pytest.mark.timeout(1800)
def test_whatever_becomes_of_packets_no_mail_is_lost_and_nobody_answered_twice(tmp_path, weathers, seed):
    if why := missing() or (dovecot() is None and "no dovecot on this machine"):
        pytest.skip(why)
    rolled = random.Random(seed)
    with World(tmp_path) as world, wire(seed) as line:
        far = Far(world, line)
        try:
            ends = []
            for number in range(0, EACH * len(weathers), EACH):
                for one in range(number, number + EACH):
                    far.mails.deliver(reply(one))
                weather = weathers[number // EACH]
                cut_off = 0.0 if weather.cut else rolled.choice((0.0, 1.0, 6.0))
                ends.append(far.run(replace(weather), cut_off).returncode)
            assert 75 in ends  # a network that is cut is told so
            assert line.dropped > 10
            let_time_pass(world)
            assert far.run(Weather()).returncode in (0, 1)
            fates = {one["from"]: one["acknowledgement"]["state"] for one in world.json_lines("list", "--json")}
        finally:
            far.stop()
        letters = Counter(world.letters())
        print(
            f"exit codes {Counter(ends)}, {line.carried} packets, {line.dropped} lost, fates {Counter(fates.values())}"
        )
        assert len(fates) == EACH * len(weathers)
        assert set(fates.values()) <= {"sent", "unknown"}
        assert list(fates.values()).count("unknown") <= len(weathers)  # at most the letter that was under way
        assert set(letters.values()) == {1}
        assert {to for to, fate in fates.items() if fate == "sent"} <= set(letters)


def let_time_pass(world: World) -> None:
    """Letters that the network held up are due at once, as they would be some hours later."""
    with closing(sqlite3.connect(world.home / "data" / "harvester.db")) as database, database:
        database.execute("update acknowledgement set not_before = null")
