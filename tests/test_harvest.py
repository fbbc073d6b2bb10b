"""The whole job on a real mailbox: everything stored once, answered once, machines never."""

import json
import signal
from email.message import EmailMessage

import pytest

from world import World, reply


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        yield made


def machine(number: int) -> bytes:
    mail = EmailMessage()
    mail["Return-Path"] = "<>"
    mail["From"] = f"MAILER-DAEMON@mx{number}.town.example"
    mail["To"] = "replies@lga.example"
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Auto-Submitted"] = "auto-replied"
    mail["Message-ID"] = f"<bounce{number}@mx.example>"
    mail.set_content("The mail could not be delivered: user unknown.")
    return bytes(mail)


def test_every_reply_is_stored_and_answered_once(world):
    mails = [reply(n) for n in range(12)] + [machine(n) for n in range(3)]
    world.serve(mails)
    first = world.run()
    assert (first["fetched"], first["understood"], first["sent"], first["withheld"]) == (15, 15, 12, 3)
    second = world.run()
    assert (second["fetched"], second["known"], second["sent"]) == (0, 15, 0)
    assert sorted(world.letters()) == sorted(f"officer{n}@town{n}.example" for n in range(12))
    totals = world.json("reconcile")["totals"]
    assert totals == {"on_server": 15, "stored": 15, "quarantined": 0, "missing": 0, "erased": 0}


def test_a_second_delivery_is_a_duplicate_and_not_answered(world):
    world.serve(
        [
            reply(1),
            b"Received: from relay.example by mx.example; Tue, 10 Aug 2027 10:00:00 +0000\r\n" + reply(1),
        ]
    )
    assert world.run()["sent"] == 1
    rows = world.json_lines("list", "--json")
    assert [row["duplicate_of"] for row in rows] == [None, rows[0]["id"]]
    assert "duplicate" in rows[1]["acknowledgement"]["reasons"]


def test_the_whole_job_on_either_database(world, bare_url):
    world.all_rules = True
    world.serve([reply(n) for n in range(4)] + [machine(1)])
    database = ("--set", f'store.url="{bare_url}"')
    first = world.run(*database)
    assert (first["fetched"], first["understood"], first["sent"], first["withheld"]) == (5, 5, 4, 1)
    assert world.run(*database)["fetched"] == 0
    rows = [
        json.loads(line)
        for line in world.call(*database, "list", "--search", "neighbour", "--json").stdout.splitlines()
    ]
    assert len(rows) == 4
    assert {row["categories"][0]["id"] for row in rows} == {"shared"}
    assert world.call(*database, "status").returncode == 0


def test_replies_from_a_maildir_that_is_configured_are_answered(world, tmp_path):
    world.serve([])
    for part in ("cur", "new", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    (tmp_path / "box" / "new" / "1.a").write_bytes(reply(1))
    settings = world.config.read_text().replace(
        "[outbox]",
        f"""[[mailbox]]
name = "files"
type = "maildir"
path = "{tmp_path / "box"}"

[outbox]""",
    )
    world.config.write_text(settings)
    assert world.run()["sent"] == 1
    assert world.run()["fetched"] == 0


def test_the_kill_switch_keeps_answers_queued(world):
    world.serve([reply(1)])
    counts = world.run("--set", "acknowledge.enabled=false")
    assert (counts["sent"], counts["queued"]) == (0, 1)
    assert world.run()["sent"] == 1


def test_a_mailbox_out_of_reach_ends_with_75_and_a_sentence(world):
    world.serve([])
    done = world.call("--set", "mailbox.0.port=1", "run")
    assert done.returncode == 75
    assert "127.0.0.1" in done.stderr and "Traceback" not in done.stderr


def test_an_smtp_server_out_of_reach_leaves_the_answer_queued(world):
    world.serve([reply(1)])
    done = world.call("--set", "outbox.port=1", "run", "--json")
    assert done.returncode == 75
    assert json.loads(done.stdout)["queued"] == 1
    assert world.run("--set", "acknowledge.enabled=false")["queued"] == 1


POINTS = (
    "after-fetch", "after-vault", "after-insert", "after-commit", "after-understand", "after-derived",
    "after-derived-commit", "after-claim", "after-journal", "after-data", "after-settle",
)  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_pulling_the_plug_loses_nothing_and_answers_nobody_twice(world, point):
    mails = [reply(n) for n in range(4)]
    world.serve(mails)
    died = world.call("run", env={"HARVESTER_FAULT": point})
    assert died.returncode == -signal.SIGKILL
    world.call("run")
    rows = world.json_lines("list", "--json")
    assert len(rows) == 4 and {row["state"] for row in rows} == {"understood"}
    letters = world.letters()
    assert len(letters) == len(set(letters))
    states = [row["acknowledgement"]["state"] for row in rows]
    assert set(states) <= {"sent", "unknown"}
    assert states.count("unknown") == (1 if point in ("after-claim", "after-journal", "after-data") else 0)
    assert states.count("sent") + (point == "after-data") == len(letters)
