"""sendmail and the Maildir for trials: what they are given, and what each end of theirs means."""

import ast
import mailbox
import os
import sys
from pathlib import Path

import pytest

from harvester.acknowledge.local_delivery import LetterBox, Sendmail
from harvester.acknowledge.outbox import Outbox
from harvester.acknowledge.transport import transport_of
from harvester.config import OutboxConfig
from harvester.errors import ConfigError
from letter_samples import NOW, composer, due, shipped
from offices import Office
from scripted_smtp import ScriptedSmtp

LETTER = b"Subject: x\r\n\r\nDear Sir\r\n.\r\nFrom here\r\n"


def config(**table: object) -> OutboxConfig:
    return OutboxConfig.model_validate({"from": "replies@lga.example", **table}, context={"folder": Path("/")})


@pytest.fixture
def sendmail(tmp_path):
    """Makes a program that does this, after it has kept its arguments and what it read."""

    def make(does: str = "", **settings: object) -> Sendmail:
        program = tmp_path / "sendmail"
        program.write_text(
            f"#!{sys.executable}\nimport os, signal, sys, time\n"
            f"text = sys.stdin.buffer.read()\nopen({str(tmp_path / 'text')!r}, 'wb').write(text)\n"
            f"open({str(tmp_path / 'said')!r}, 'w').write(repr((sys.argv[1:], sorted(os.environ))))\n{does}\n"
        )
        program.chmod(0o700)
        made = transport_of(config(type="sendmail", path=str(program), **settings))
        assert isinstance(made, Sendmail)
        return made

    return make


def test_sendmail_gets_one_recipient_an_empty_return_path_and_lines_as_unix_ends_them(sendmail, tmp_path):
    outcome = sendmail("print('queued as 42')").hand_over(LETTER, "officer@town.example")
    assert (outcome.kind, outcome.note) == ("sent", "queued as 42")
    arguments, environment = ast.literal_eval((tmp_path / "said").read_text())
    assert arguments == ["-i", "-f", "<>", "--", "officer@town.example"]
    assert set(environment) <= {"PATH", "LC_ALL", "LC_CTYPE", "__CF_USER_TEXT_ENCODING"}
    assert (tmp_path / "text").read_bytes() == LETTER.replace(b"\r\n", b"\n")


def test_a_bounce_address_is_the_sender_and_an_address_that_looks_like_an_option_is_none(sendmail, tmp_path):
    sendmail(bounce_address="bounces@lga.example").hand_over(LETTER, "-oQ@town.example")
    arguments, _ = ast.literal_eval((tmp_path / "said").read_text())
    assert arguments == ["-i", "-f", "bounces@lga.example", "--", "-oQ@town.example"]


@pytest.mark.parametrize(
    ("does", "kind"),
    [
        ("sys.exit(75)", "retry"), ("sys.exit(69)", "retry"), ("sys.exit(67)", "failed"), ("sys.exit(68)", "failed"),
        ("sys.exit(77)", "out_of_reach"), ("sys.exit(78)", "out_of_reach"), ("sys.exit(1)", "out_of_reach"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "unknown"), ("time.sleep(60)", "unknown"),
    ],
)  # fmt: skip
def test_each_end_of_sendmail_has_its_meaning(sendmail, does, kind):
    program = sendmail(f"print('why\\x1b[31m')\nsys.stdout.flush()\n{does}", timeout=5 if "sleep" not in does else 0.5)
    outcome = program.hand_over(LETTER, "a@town.example")
    assert outcome.kind == kind and "\x1b" not in outcome.note


@pytest.mark.parametrize("to", ["", "a@b.example\r\nBcc: c@d.example", "<a@b.example>", "a b@c.example"])
def test_an_address_that_means_something_else_is_never_handed_over(sendmail, tmp_path, to):
    assert sendmail().hand_over(LETTER, to).kind == "failed"
    assert not (tmp_path / "said").exists()


def test_a_program_that_is_not_there_is_told_before_a_letter_is_claimed(tmp_path):
    gone = transport_of(config(type="sendmail", path=str(tmp_path / "gone")))
    assert "there is no such program" in (gone.ensure() or "") and gone.knock() == gone.ensure()
    assert gone.hand_over(LETTER, "a@town.example").kind == "out_of_reach"


def test_a_maildir_keeps_letters_whole_and_nobody_gets_them(tmp_path):
    box = transport_of(config(type="maildir", path=str(tmp_path / "out")))
    assert isinstance(box, LetterBox) and box.knock() is None and not (tmp_path / "out").exists()
    assert box.ensure() is None
    letter = composer().compose(due(language="el"), NOW)
    outcome = box.hand_over(letter.raw, letter.to)
    assert outcome.kind == "sent" and "nobody gets it" in outcome.note
    (kept,) = mailbox.Maildir(tmp_path / "out")
    assert kept["To"] == letter.to and not list((tmp_path / "out" / "tmp").iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_maildir_that_cannot_be_written_is_out_of_reach(tmp_path):
    tmp_path.chmod(0o500)
    box = transport_of(config(type="maildir", path=str(tmp_path / "out")))
    assert box.knock() and box.ensure() and box.hand_over(LETTER, "a@town.example").kind == "out_of_reach"


def test_a_maildir_in_the_place_of_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    box = transport_of(config(type="maildir", path=str(tmp_path / "file")))
    assert "cannot be made" in (box.ensure() or "") and box.hand_over(LETTER, "a@x.example").kind == "out_of_reach"


def test_smtp_is_what_there_is_without_a_type():
    assert isinstance(transport_of(config(host="smtp.example")), Outbox)


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (("outbox.type=maildir",), 'an outbox of type "maildir" needs path'),
        (("outbox.path=/usr/sbin/sendmail",), 'only an outbox of type "sendmail" or "maildir" has a path'),
        (("outbox.type=pigeon",), "outbox.type"),
    ],
)
def test_settings_that_do_not_fit_are_told(overrides, says):
    with pytest.raises(ConfigError, match=says):
        shipped(*overrides)


def test_sendmail_needs_no_host():
    ours = shipped("acknowledge.enabled=true", "outbox.type=sendmail", "outbox.host=")
    assert ours.outbox.path == Path("/usr/sbin/sendmail")


def test_a_run_may_answer_into_a_maildir(store, tmp_path):
    with ScriptedSmtp() as server:
        office = Office(store, server)
        office.settings = ["outbox.type=maildir", f"outbox.path={tmp_path / 'out'}"]
        office.queue(3)
        office.run()
        assert office.states == ["sent"] * 3 and server.connections == 0
    assert len(mailbox.Maildir(tmp_path / "out")) == 3
