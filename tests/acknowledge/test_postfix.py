"""A real Postfix takes our letters: they arrive as they were written, in every language, and bounces find their way."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace

import pytest

from harvester.acknowledge.compose import Letter, samples
from harvester.acknowledge.outbox import Outbox
from letter_samples import DEADLINE, NOW, composer, due, faults_of_form
from postfix import Postfix, postfix, start_postfix
from servers import dovecot
from world import OWN, World, reply

TRACE = ["Return-Path", "X-Original-To", "Delivered-To", "Received"]  # what the servers put on top


@pytest.fixture
def server() -> Iterator[Postfix]:
    if postfix() is None:
        pytest.skip("no postfix on this machine that we may start")
    running = start_postfix()
    yield running
    running.stop()


def outbox(server: Postfix) -> Outbox:
    return Outbox(composer(*settings(server)).config.outbox)


def settings(server: Postfix) -> list[str]:
    return [
        "outbox.host=localhost", f"outbox.port={server.port}", "outbox.tls=starttls", 'outbox.user=""',
        f'outbox.ca_file="{server.ca_file}"',
    ]  # fmt: skip


def letters() -> Iterator[Letter]:
    """Of every language, of many kinds."""
    writer = composer()
    for language in sorted(writer.templates.languages):
        for number, (one, now) in enumerate(samples(DEADLINE)[::7]):
            thread = tuple(f"<{n}{'x' * 60}@town.example>" for n in range(number))
            row = replace(one, language=language, to=f"officer{number}@{language}.example", references=thread)
            yield writer.compose(row, now)


def test_letters_arrive_without_a_return_path_and_otherwise_as_they_were_written(server: Postfix) -> None:
    """Nothing below the servers' own lines is changed, so a signature (DKIM) made of any of it still fits."""
    written = list(letters())
    with outbox(server) as box:
        assert {box.hand_over(one.raw, one.to).kind for one in written} == {"sent"}
    arrived = {}
    for raw in server.letters(len(written)):
        mail = email.message_from_bytes(raw)
        assert mail.keys()[: len(TRACE)] == TRACE and mail["Return-Path"] == "<>"
        arrived[mail["Delivered-To"]] = raw
    assert len(arrived) == len(written)
    for one in written:
        ours = one.raw.replace(b"\r\n", b"\n")
        assert arrived[one.to].endswith(b"\n" + ours)
        assert faults_of_form(one.raw) == []


def test_each_answer_of_the_server_has_its_outcome(server: Postfix) -> None:
    raw = composer().compose(due(), NOW).raw
    with outbox(server) as box:
        assert box.knock() is None
        kinds = [box.hand_over(raw, f"{who}@town.example").kind for who in ("stranger", "later", "anna")]
        assert kinds == ["failed", "retry", "sent"]
        for international in ("bürger@town.example", "amt@gemeinde-köln.example"):
            assert box.hand_over(composer().compose(due(to=international), NOW).raw, international).kind == "sent"
    (one, *_) = server.letters(3)
    assert b"with ESMTPS" in one or b"with UTF8SMTPS" in one


def test_a_letter_that_comes_back_is_told_at_the_reply_and_never_answered(server: Postfix, tmp_path) -> None:
    if dovecot() is None:
        pytest.skip("no dovecot on this machine")
    options = ["--set", f"outbox.bounce_address={OWN}"]
    for setting in settings(server):
        options += ["--set", setting]
    with World(tmp_path) as world:
        gone = {"From": "Officer <gone@town1.example>", "Return-Path": "<gone@town1.example>"}
        world.serve([reply(1, **gone), reply(2)])
        assert world.run(*options)["sent"] == 2
        bounce, _ = sorted(server.letters(2), key=lambda raw: b"Undelivered" not in raw)
        assert world.server is not None
        world.server.deliver(bounce)
        tally = world.run(*options)
        assert (tally["understood"], tally["withheld"], tally["sent"]) == (1, 1, 0)
        (first, *_) = [one for one in world.json_lines("list", "--json") if one["from"] == "gone@town1.example"]
        (report,) = [one for one in world.json_lines("list", "--json") if one["disposition"] == "bounce"]
        assert "not delivered (5.1.1)" in world.call("show", str(first["id"])).stdout
        assert f"our acknowledgement of reply {first['id']}" in world.call("show", str(report["id"])).stdout
