"""Whole runs against an IMAP server that fails at one command in every way, run after run.

Each fault ends in a sentence and exit code 75 within the time configured, and after a healthy run the books are right:
every mail stored once, answered once. The server offers IMAP4rev1 and nothing else: no MOVE, UIDPLUS or keywords.
"""

import time
from collections.abc import Callable

import pytest

from harvester import workers
from harvester.acknowledge import our_words
from harvester.acknowledge.compose import Composer
from harvester.config import load
from harvester.harvest import harvest
from harvester.refusals import WAIT
from harvester.store.engine import Store
from harvester.store.lock import RunLock
from harvester.workshop import Workshop
from scripted_imap import DEFAULTS, GREETING, Answer, Conversation
from small_world import A_RUN, Bench, SmallWorld, mail, servers

TIMEOUT = 0.3
Fault = Callable[[Conversation, bytes], bytes]  # what it does with the right answer; nothing: hangs up


def _silent(_talk: Conversation, _right: bytes) -> bytes:
    time.sleep(2 * TIMEOUT)
    return b""


def _half(talk: Conversation, right: bytes) -> bytes:
    talk.say(right[: len(right) // 2])
    return b""


def _half_then_silent(talk: Conversation, right: bytes) -> bytes:
    talk.say(right[: len(right) // 2])
    return _silent(talk, right)


def _dripped(talk: Conversation, right: bytes) -> bytes:
    for n in range(20):
        talk.say(right[n : n + 1] or b"x")
        time.sleep(TIMEOUT / 3)
    return b""


def _said(text: bytes) -> Fault:
    return lambda _talk, _right: text


FAULTS: dict[str, Fault] = {
    "cut": _said(b""),
    "cut in the middle": _half,
    "silent": _silent,
    "silent in the middle": _half_then_silent,
    "dripped": _dripped,
    "BYE": _said(b"* BYE going down\r\n"),
    "another protocol": _said(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "NO": _said(b"%T NO not now\r\n"),
    "not available": _said(b"%T NO [UNAVAILABLE] later\r\n"),
    "BAD": _said(b"%T BAD what?\r\n"),
    "a literal of 99 GB": _said(b"* 1 FETCH (UID 1 BODY[] {99000000000}\r\n"),
    "a literal that is not sent": lambda talk, right: _half_then_silent(talk, b"* 1 FETCH (UID 1 X {9000}\r\nabc" * 2),
    "a line without end": _said(b"* OK " + b"x" * 1_100_000),
    "a tag of others": _said(b"zz9 OK done\r\n"),
}


class Once:
    """Answers rightly but for one time."""

    def __init__(self, right: Answer, fault: Fault) -> None:
        self.right, self.fault, self.done = right, fault, False

    def __call__(self, talk: Conversation, line: bytes) -> bytes | None:
        right = self.right(talk, line) if callable(self.right) else self.right
        if self.done:
            return right
        self.done = True
        return self.fault(talk, (right or b"").replace(b"%T", line.split()[0]))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "Workers", Bench)
    monkeypatch.setattr(Composer, "check", lambda *_: [])
    monkeypatch.setattr(our_words, "our_words", lambda *_: "")


def run(world: SmallWorld) -> Workshop:
    store = Store.open(world.config.store.url, world.config.store.data)
    with RunLock(store) as lock:
        shop = Workshop(world.config, store, lock, world.now)
        harvest(shop)
    store.close()
    world.now += A_RUN
    return shop


@pytest.mark.parametrize("command", ["greeting", "CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
def test_each_fault_is_a_sentence_in_time_and_the_next_run_brings_all(command, quick, tmp_path, sqlite_with_tables):
    wrong = []
    with servers() as (post, smtp):
        world = SmallWorld(tmp_path, post, smtp, sqlite_with_tables)
        settings = world.home / "harvester.toml"
        settings.write_text(settings.read_text().replace('tls = "none"', f'tls = "none"\ntimeout = {TIMEOUT}', 1))
        world.config = load(settings)
        right = post.answers.get(command, DEFAULTS.get(command, b""))
        for number, (name, fault) in enumerate(FAULTS.items()):
            if command == "greeting":
                if name not in ("cut", "BYE", "another protocol", "a line without end"):
                    continue
                post.greeting = fault(None, GREETING)  # type: ignore[arg-type]
            else:
                post.answers[command] = once = Once(right, fault)
            post.deliver(mail(number))
            if command == "LOGIN":
                world.now += WAIT  # a login that was refused too often rests so long
            begun = time.monotonic()
            shop = run(world)
            took = time.monotonic() - begun
            told = shop.tally.problems
            if {one.exit_code for one in shop.troubles} != {75} or any("\n" in one for one in told):
                wrong.append(f"{name}: {told}")
            if took > 5:  # 2 x timeout and the run itself, on a busy machine
                wrong.append(f"{name}: took {took:.1f} s")
            if command != "greeting":
                assert once.done
        post.greeting = GREETING
        if command != "greeting":
            post.answers[command] = right
        settings.write_text(settings.read_text().replace(f"timeout = {TIMEOUT}", "timeout = 10"))
        world.config = load(settings)
        world.now += WAIT
        assert run(world).tally.problems == []
        said = {b" ".join(line.split()[1:3] if b" UID " in line else line.split()[1:2]) for line in post.lines}
        assert wrong == []
        assert world.books() == []
    assert said <= {b"CAPABILITY", b"LOGIN", b"EXAMINE", b"UID SEARCH", b"UID FETCH", b"LOGOUT", b"LIST"}


def test_answers_out_of_order_twice_and_unasked_do_no_harm(quick, tmp_path, sqlite_with_tables):
    def shuffled(_talk: Conversation, line: bytes) -> bytes | None:
        answer = right(_talk, line)  # type: ignore[operator]
        lines, end = answer[: -len(b"%T OK done\r\n")], b"%T OK done\r\n"
        pieces = [b"* " + piece for piece in lines.split(b"* ")[1:]] if b"BODY" not in lines else [lines]
        return b"* 9 EXPUNGE\r\n* 2 FETCH (FLAGS (\\Seen))\r\n" + b"".join(reversed(pieces)) + lines + end

    with servers() as (post, smtp):
        world = SmallWorld(tmp_path, post, smtp, sqlite_with_tables)
        right = post.answers["UID FETCH"]
        post.answers["UID FETCH"] = shuffled
        post.deliver(*(mail(n) for n in range(4)))
        shop = run(world)
        assert (shop.tally.fetched, shop.tally.sent, shop.tally.problems) == (4, 4, [])
        assert world.books() == []
