"""The command line as scripts and people use it."""

import json
import os
import subprocess
import sys

import pytest

from world import World, reply

HEAVY = ("spacy", "sqlalchemy.orm", "alembic", "jinja2", "simplemma", "mailparser", "babel", "docx")
WATCHED = """
import json, sys
sys.argv = ["harvester", *json.loads(sys.argv[1])]
from harvester.cli import main
try:
    main()
except SystemExit as end:
    code = end.code or 0
print(json.dumps({"code": code, "heavy": [m for m in HEAVY if m in sys.modules]}), file=sys.stderr)
"""
RUN_KEYS = [
    "fetched", "known", "vanished", "duplicates", "understood", "quarantined", "queued", "deferred", "withheld",
    "sent", "failed", "unknown", "skipped",
]  # fmt: skip
EXPLAIN_KEYS = [
    "path", "sha256", "message_id", "from", "from_name", "subject", "date", "language", "disposition", "quarantine",
    "own_text", "request_quoted", "segments", "flags", "review_suggested", "confidential", "links", "attachments",
    "categories", "near", "acknowledgement",
]  # fmt: skip


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        yield made


def loaded(*arguments: str) -> tuple[int, list[str]]:
    """The exit code of a command, and which heavy modules it had to load."""
    program = WATCHED.replace("HEAVY", repr(HEAVY))
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(arguments)], capture_output=True, text=True, timeout=60
    )
    said = json.loads(done.stderr.splitlines()[-1])
    return said["code"], said["heavy"]


def test_help_loads_nothing_heavy():
    assert loaded("--help") == (0, [])


def test_status_and_a_run_without_news_load_nothing_heavy(world):
    world.serve([reply(1)])
    assert world.run()["sent"] == 1
    settings = ("--config", str(world.config))
    assert loaded(*settings, "run") == (0, [])
    assert loaded(*settings, "status") == (0, [])


def test_a_run_without_news_is_quiet(world):
    world.serve([reply(1)])
    world.run()
    again = world.call("run")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert world.call("run", "-v").stdout == "nothing new\n"


def test_the_counts_of_a_run_have_the_keys_that_scripts_rely_on(world):
    world.serve([reply(1)])
    assert list(world.run()) == RUN_KEYS
    assert list(json.loads(world.call("run", "--dry-run", "--json").stdout)) == RUN_KEYS


def test_explain_has_every_key_and_touches_nothing(world, tmp_path):
    world.serve([])
    mail = tmp_path / "mail.eml"
    mail.write_bytes(reply(1))
    before = sorted(p for p in world.config.parent.rglob("*"))
    one = world.json("explain", str(mail))
    assert list(one) == EXPLAIN_KEYS
    assert list(one["acknowledgement"]) == ["answer", "to", "language", "reasons"]
    assert one["acknowledgement"]["to"] == "officer1@town1.example"
    assert one["categories"][0]["id"] == "shared"
    piece = one["categories"][0]["evidence"][0]
    assert one["own_text"][piece["start"] : piece["end"]] == piece["text"]
    assert sorted(p for p in world.config.parent.rglob("*")) == before


def test_explain_gives_one_line_a_mail_in_order_of_path(world, tmp_path):
    world.serve([])
    for number in (3, 1, 2):
        (tmp_path / f"{number}.eml").write_bytes(reply(number))
    paths = [str(tmp_path / f"{n}.eml") for n in (3, 1)]
    lines = [json.loads(line) for line in world.call("explain", *paths, str(tmp_path), "--json").stdout.splitlines()]
    assert [line["path"] for line in lines] == [*paths, *(str(tmp_path / f"{n}.eml") for n in (1, 2, 3))]


def test_a_mail_received_long_ago_is_explained_as_too_old(world, tmp_path):
    world.serve([])
    (tmp_path / "mail.eml").write_bytes(reply(1))
    done = world.call("explain", str(tmp_path / "mail.eml"), "--received", "1999-01-01T00:00:00Z", "--json")
    assert json.loads(done.stdout)["acknowledgement"]["reasons"] == ["too-old"]


def test_show_is_explain_and_what_happened_since(world):
    world.serve([reply(1)])
    world.run()
    one = world.json("show", "1")
    assert list(one) == [*EXPLAIN_KEYS, "id", "state", "received_at", "reviews"]
    assert (one["state"], one["acknowledgement"]["state"], one["reviews"]) == ("understood", "sent", [])


def test_a_dry_run_shows_what_would_be_done_and_leaves_no_trace(world):
    world.serve([reply(1), reply(2, **{"Auto-Submitted": "auto-replied"})])
    before = sorted(p for p in world.config.parent.rglob("*"))
    counts = json.loads(world.call("run", "--dry-run", "--json").stdout)
    assert (counts["fetched"], counts["queued"], counts["withheld"], counts["sent"]) == (2, 1, 1, 0)
    assert "would be sent" in world.call("run", "--dry-run").stdout
    assert sorted(p for p in world.config.parent.rglob("*")) == before
    assert world.letters() == []


def test_imported_mail_is_stored_and_not_answered_unless_asked(world, tmp_path):
    world.serve([])
    (tmp_path / "mails").mkdir()
    for number in (1, 2):
        (tmp_path / "mails" / f"{number}.eml").write_bytes(reply(number))
    counts = json.loads(world.call("import", str(tmp_path / "mails"), "--json").stdout)
    assert (counts["fetched"], counts["understood"], counts["withheld"]) == (2, 2, 2)
    assert json.loads(world.call("import", str(tmp_path / "mails"), "--json").stdout)["fetched"] == 0
    (tmp_path / "3.eml").write_bytes(reply(3))
    world.call("import", str(tmp_path / "3.eml"), "--acknowledge")
    assert world.run()["sent"] == 1
    assert world.letters() == ["officer3@town3.example"]


def test_a_folder_of_files_that_are_no_mail_by_their_names_is_told(world, tmp_path):
    world.serve([])
    for name in (
        "here/1.msg",
        "here/below/2.txt",
        "maildir/cur/3",
        "maildir/new/4",
        "maildir/tmp/5",
        "maildir/dovecot-uidlist",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(reply(1))
    assert (
        "no mail found; files there that do not end in .eml: 2" in world.call("import", str(tmp_path / "here")).stdout
    )
    (tmp_path / "here" / "1.eml").write_bytes(reply(1))
    for _ in range(2):
        assert "no mail found" not in world.call("import", str(tmp_path / "here")).stdout
    for _ in range(2):
        assert "no mail found" not in world.call("import", str(tmp_path / "maildir")).stdout


def test_exports_hold_every_reply(world, tmp_path):
    world.serve([reply(1), reply(2, **{"Subject": "=cmd|' /C calc'!A0"})])
    world.run()
    for form in ("csv", "xlsx", "jsonl", "zip"):
        target = tmp_path / f"out.{form}"
        done = world.call("export", form, "--to", str(target))
        assert (done.returncode, "2 replies" in done.stdout) == (0, True), done.stderr
    assert ",'=cmd|" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig").replace('"', "")
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_list_filters_and_searches(world):
    world.serve([reply(1), reply(2, text="Dear all,\n\nthe lighthouse is kept by volunteers.\n\nRegards\nA. Keeper")])
    world.run()
    assert [row["id"] for row in world.json_lines("list", "--search", "lighthouse", "--json")] == [2]
    assert [row["id"] for row in world.json_lines("list", "--category", "shared", "--json")] == [1]
    assert world.call("list", "--language", "fi").stdout == "No reply fits.\n"


def test_what_waits_for_a_person_turns_status_to_1(world):
    world.serve([reply(1)])
    world.call("run", env={"HARVESTER_FAULT": "after-claim"})
    assert world.call("run").returncode == 1  # the interrupted answer is now of unknown fate
    status = world.call("status", "--json")
    assert (status.returncode, json.loads(status.stdout)["needs_person"]) == (1, True)
    again = world.call("retry", "1", "--answers")
    assert again.returncode == 0, again.stderr
    assert world.run()["sent"] == 1
    assert world.call("status").returncode == 0


def test_completion_is_offered():
    environment = {
        **os.environ,
        "_HARVESTER_COMPLETE": "complete_bash",
        "COMP_WORDS": "harvester rec",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", "from harvester.cli import app; app(prog_name='harvester')"],
        capture_output=True, text=True, env=environment, timeout=60,
    )  # fmt: skip
    assert "reconcile" in done.stdout


def test_a_preview_is_the_letter_that_is_sent(world, tmp_path):
    world.serve([reply(1)])
    world.run()
    [(_, sent)] = world.sink.got
    shown = subprocess.run(world.command("preview", "1"), capture_output=True, timeout=60).stdout
    dateless = [line for line in shown.splitlines() if not line.startswith(b"Date:")]
    assert dateless == [line for line in sent.splitlines() if not line.startswith(b"Date:")]
    mail = tmp_path / "mail.eml"
    mail.write_bytes(reply(2))
    german = world.call("preview", str(mail), "--language", "de", "--text")
    assert "Subject: Auto: Ihre Antwort" in german.stdout and "für die Zwecke dieser Anfrage" in german.stdout
    assert "To: officer2@town2.example" in german.stdout and german.stderr == ""
    mail.write_bytes(reply(3, **{"Auto-Submitted": "auto-replied"}))
    assert "such a reply gets no letter: auto-submitted" in world.call("preview", str(mail)).stderr
    assert len(world.letters()) == 1


def test_a_preview_that_cannot_be_is_a_sentence(world):
    world.serve([])
    assert "no such reply" in world.call("preview", "7").stderr
    assert "no such file" in world.call("preview", "nowhere.eml").stderr


def test_many_letters_wait_until_a_person_approves_them(world):
    world.serve([reply(1), reply(2), reply(3)])
    asked = ("--set", "acknowledge.approve_above=1")
    blocked = world.call(*asked, "run")
    assert blocked.returncode == 1 and "`harvester ack approve 3` lets them go" in blocked.stderr
    plan = world.call(*asked, "ack", "plan").stdout
    assert plan.count("  ?\n") == 3 and "0 would be sent, 3 more wait" in plan and "harvester ack approve 3" in plan
    stands = world.call(*asked, "status")
    assert stands.returncode == 1 and "3 letters wait for an approval" in stands.stdout
    assert world.call("status").returncode == 0  # where nobody need be asked
    assert "approved by" in world.call(*asked, "ack", "approve", "2").stdout
    assert world.call(*asked, "status").returncode == 0
    assert "2 would be sent, 1 more wait" in world.call(*asked, "ack", "plan").stdout
    assert world.run(*asked)["sent"] == 2
    assert world.run(*asked)["sent"] == 1  # no more than go unasked


def test_a_file_called_stop_silences_every_run_until_it_is_gone(world):
    world.serve([reply(1)])
    (world.home / "data" / "STOP").touch()
    assert (world.run()["sent"], world.run()["queued"]) == (0, 1)
    for told in (("ack", "plan"), ("status",)):
        assert "nothing is sent until it is removed" in world.call(*told).stdout
    (world.home / "data" / "STOP").unlink()
    assert world.run()["sent"] == 1


def test_an_answer_of_unknown_fate_is_sent_again_when_a_person_says_so(world):
    world.serve([reply(1)])
    world.call("run", env={"HARVESTER_FAULT": "after-journal"})
    assert world.run()["unknown"] == 1
    assert world.call("ack", "resend", "1").stdout == "queued: 1\n"
    assert world.run()["sent"] == 1
    assert world.call("ack", "resend", "1").returncode == 1
    assert len(world.letters()) == 1


def test_what_a_person_holds_back_waits_until_it_is_let_go(world):
    world.serve([reply(1), reply(2)])
    world.run("--set", "acknowledge.enabled=false")
    assert [one["id"] for one in map(json.loads, world.call("ack", "plan", "--json").stdout.splitlines())] == [1, 2]
    assert world.call("ack", "hold", "2").stdout == "held: 2\n"
    again = world.call("ack", "hold", "2", "99")
    assert (again.returncode, again.stdout) == (1, "not queued, so left alone: 2, 99\n")
    assert world.run()["sent"] == 1
    assert world.call("ack", "release", "2").stdout == "queued: 2\n"
    assert world.run()["sent"] == 1
    assert sorted(world.letters()) == ["officer1@town1.example", "officer2@town2.example"]
