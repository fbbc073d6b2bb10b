"""Whole runs over slow, breaking and silent lines, from a real Dovecot and to an SMTP server (tests/bad_line.py)."""

import os
import time

import pytest

from bad_line import BadLine
from harvester import workers
from harvester.acknowledge import our_words
from harvester.acknowledge.compose import Composer
from harvester.config import load
from harvester.harvest import harvest
from harvester.store.engine import Store
from harvester.store.lock import RunLock
from harvester.workshop import Workshop
from servers import dovecot, start_dovecot
from small_world import A_RUN, START, Bench, SmallWorld, mail, servers

FAULTS = [("slow", 0)] + [(kind, after) for kind in ("reset", "partition") for after in (10, 150, 1_500)]
LETTERS = [("slow", 0)] + [(kind, after) for kind in ("reset", "partition") for after in (5, 120, 700)]


def run(world: SmallWorld) -> Workshop:
    store = Store.open(world.config.store.url, world.config.store.data)
    with RunLock(store) as lock:
        shop = Workshop(world.config, store, lock, world.now)
        harvest(shop)
    store.close()
    world.now += A_RUN
    return shop


@pytest.mark.parametrize("side", ["mailbox", "outbox"])
def test_whatever_a_line_does_nothing_is_lost_or_sent_twice(side, tmp_path, sqlite_with_tables, monkeypatch):
    if dovecot() is None:
        pytest.skip("no dovecot on this machine")
    monkeypatch.setattr(workers, "Workers", Bench)
    monkeypatch.setattr(Composer, "check", lambda *_: [])
    monkeypatch.setattr(our_words, "our_words", lambda *_: "")
    real = start_dovecot(tmp_path, [])
    try:
        with servers() as (post, smtp), BadLine(real.port) as to_mails, BadLine(smtp.port) as to_smtp:
            home = tmp_path / "world"
            home.mkdir()
            world = SmallWorld(home, post, smtp, sqlite_with_tables)
            (home / "password").write_text(real.password)
            settings = home / "harvester.toml"
            text = settings.read_text().replace(f"port = {post.port}", f"port = {to_mails.port}\ntimeout = 0.6")
            text = text.replace(f"port = {smtp.port}", f"port = {to_smtp.port}").replace("timeout = 5", "timeout = 0.6")
            settings.write_text(text.replace('user = "replies"', f'user = "{real.user}"'))
            world.config = load(settings)
            line = to_mails if side == "mailbox" else to_smtp
            line.upwards = side == "outbox"
            for number, (kind, after) in enumerate(FAULTS if side == "mailbox" else LETTERS):
                arrived = START.timestamp() - 3_600
                os.utime(real.deliver(mail(number)), (arrived, arrived))
                post.deliver(mail(number))  # for the books
                line.kind, line.after = kind, after
                struck, begun = line.struck, time.monotonic()
                shop = run(world)
                assert time.monotonic() - begun < 12, (kind, after)
                if line.struck > struck and side == "mailbox":
                    assert {one.exit_code for one in shop.troubles} == {75}, (kind, after, shop.tally.problems)
                world.silences += line.struck - struck if side == "outbox" else 0  # each line of a run breaks
            assert line.struck >= 5
            line.kind = "fine"
            settings.write_text(settings.read_text().replace("timeout = 0.6", "timeout = 10"))
            world.config = load(settings)
            assert run(world).tally.problems == []
            run(world)
            assert world.books() == []
    finally:
        real.stop()
