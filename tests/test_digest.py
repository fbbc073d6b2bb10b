"""The mail to staff: what it tells, when it goes out, and that no fault of it harms anything else."""

import email
import re
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from harvester import digest
from harvester.config import load
from harvester.digest import Digest, tell_staff, variables
from harvester.errors import ConfigError, OutOfReach
from harvester.model import AckState, Disposition
from harvester.store import acks, reviews
from harvester.store.news import Question
from letter_samples import REPO, read, shipped
from offices import NOW, Office
from scripted_imap import ScriptedImap
from scripted_smtp import ScriptedSmtp, Trick
from store_samples import answer, silence, stored, understanding
from world import World, reply

DAY = timedelta(days=1)


@pytest.fixture
def office(store) -> Iterator[Office]:
    with ScriptedSmtp() as server:
        office = Office(store, server)
        office.settings = ["digest.to=desk@council.example"]
        yield office


def arrive(office: Office, number: int, kind: Disposition = Disposition.EVIDENCE, now=NOW, **changes) -> int:
    one = understanding(number, **changes)
    decision = silence("machine") if kind == Disposition.AUTO_REPLY else answer(one)
    one = replace(one, verdict=replace(one.verdict, disposition=kind))
    return stored(office.store, one, now=now, decision=lambda _: decision)[0][0]


def tell(office: Office, now=NOW) -> list[str]:
    """What the mails to staff say that went out just now, subject first."""
    before = len(office.server.letters)
    tell_staff(office.shop(now))
    new = [read(raw) for raw in office.server.letters[before:]]
    return [f"{one.subject}\n{one.text}" for one in new]


def test_it_tells_what_is_new_which_questions_wait_and_what_needs_a_person(office):
    arrive(office, 1)
    arrive(office, 2, Disposition.QUESTION, subject="May we answer in German?")
    arrive(office, 3, Disposition.AUTO_REPLY)
    unknown = arrive(office, 4, Disposition.NIL)
    with office.store.begin() as tx:
        acks.move(tx, unknown, AckState.QUEUED, AckState.UNKNOWN, NOW)
    (said,) = tell(office)
    assert said.startswith("LGA-2027: 3 new replies, 1 question waits, 1 thing needs a person\n")
    flowing = " ".join(said.split())
    assert "New: 1 reply with examples, 1 with nothing to report, 1 question and 1 mail by a machine." in flowing
    assert "1 question waits for an answer; replies are asked for by Monday, 16 August 2027 (6 days left):" in flowing
    assert "Officer2@town.example: May we answer in German?" in flowing
    assert "1 acknowledgements of unknown fate" in flowing


def test_it_is_marked_as_written_by_a_program_and_answers_nothing(office):
    arrive(office, 1)
    tell(office)
    headers = dict(email.message_from_bytes(office.server.letters[0]).items())
    assert headers["Auto-Submitted"] == "auto-generated" and headers["To"] == "desk@council.example"
    assert "In-Reply-To" not in headers and headers["Message-ID"].startswith("<digest.")
    assert office.server.heard("MAIL")[0].startswith("MAIL FROM:<>")


def test_once_a_day_if_there_is_anything_to_tell(office):
    assert tell(office) == []  # nothing at all
    arrive(office, 1)
    assert len(tell(office)) == 1
    arrive(office, 2)
    assert tell(office, NOW + timedelta(hours=20)) == []
    (said,) = tell(office, NOW + DAY - timedelta(minutes=5))
    assert "1 new reply" in said and "New since Tuesday, 10 August 2027: 1 reply with examples." in " ".join(
        said.split()
    )
    assert tell(office, NOW + 2 * DAY) == []


def test_a_question_is_told_every_day_until_somebody_has_seen_it(office):
    asked = arrive(office, 1, Disposition.QUESTION)
    assert "1 question waits" in tell(office)[0]
    (said,) = tell(office, NOW + DAY)
    assert "Nothing new since" in said and "1 question waits" in said
    with office.store.begin() as tx:
        reviews.add(tx, asked, "anna", {}, NOW + DAY)
    assert tell(office, NOW + 2 * DAY) == []


def test_after_each_run_with_news_if_that_is_wanted(office):
    office.settings.append("digest.every=run")
    arrive(office, 1, Disposition.QUESTION)
    assert len(tell(office)) == 1
    assert tell(office, NOW + timedelta(minutes=5)) == []
    arrive(office, 2, Disposition.AUTO_REPLY)
    assert tell(office, NOW + timedelta(minutes=7)) == []
    arrive(office, 3)
    (said,) = tell(office, NOW + timedelta(minutes=10))
    assert "1 reply with examples and 1 mail by a machine" in " ".join(said.split())


def test_letters_that_wait_for_an_approval_need_a_person(office):
    office.settings.append("acknowledge.approve_above=1")
    arrive(office, 1)
    arrive(office, 2, own="Another example of a shared service.")
    (said,) = tell(office, NOW + timedelta(hours=1))
    assert "2 letters wait for an approval" in " ".join(said.split())


def test_a_question_that_staff_answered_by_hand_is_left_out(office):
    arrive(office, 1, Disposition.QUESTION)
    arrive(office, 2, Disposition.QUESTION, own="And may we send a file?")
    password = office.store.data / "imap-password"
    password.write_text("secret")
    head = b"In-Reply-To: <1@town.example>\r\n\r\n"
    fetched = b'* 1 FETCH (UID 1 INTERNALDATE "10-Aug-2027 13:00:00 +0000" BODY[HEADER.FIELDS (TO)]<0> {%d}\r\n%s)\r\n'
    answers = {"UID SEARCH": b"* SEARCH 1\r\n%T OK x\r\n", "UID FETCH": fetched % (len(head), head) + b"%T OK x\r\n"}
    with ScriptedImap(answers) as imap:
        office.settings += [
            "mailbox.0.host=127.0.0.1", f"mailbox.0.port={imap.port}", "mailbox.0.tls=none", "mailbox.0.timeout=1",
            f'mailbox.0.password_file="{password}"', "outbox.sent_folder=Sent",
        ]  # fmt: skip
        (said,) = tell(office, NOW + timedelta(hours=2))
    assert "1 question waits" in said and "Officer2@" in said and "Officer1@" not in said
    (said,) = tell(office, NOW + 2 * DAY)  # the server is gone: one question too many does no harm
    assert "2 questions wait" in said


@pytest.mark.parametrize(
    ("answers", "again"), [({"RCPT": ["450 later"]}, 1), ({"MAIL": ["451 later"]}, 1), ({"dot": [Trick.CUT]}, 0)]
)
def test_what_could_not_be_sent_is_told_by_the_next_run_but_nothing_twice(office, answers, again):
    office.server._answers.update({name: [*words, "250 ok"] for name, words in answers.items()})
    arrive(office, 1)
    with (
        pytest.raises(OutOfReach, match=r"the digest to desk@council\.example was not sent") if again else nullcontext()
    ):
        tell(office)
    assert len(tell(office, NOW + timedelta(minutes=1))) == again


def test_an_address_that_is_refused_is_told_and_not_tried_for_ever(office):
    office.server._answers["RCPT"] = ["550 no such user", "250 ok"]
    office.settings = ['digest.to=["gone@council.example", "desk@council.example"]']
    arrive(office, 1)
    shop = office.shop()
    tell_staff(shop)
    assert shop.tally.problems[0].startswith("the digest to gone@council.example was not sent: ")
    assert tell(office, NOW + timedelta(minutes=1)) == []


def test_stop_silences_it(office):
    arrive(office, 1)
    (office.store.data / "STOP").touch()
    assert tell(office) == []


def test_words_of_senders_stay_words_on_one_line(office):
    arrive(office, 1, Disposition.QUESTION, subject="{{ 7*7 }} %s\r\nBcc: x@y.example\u202e" + "x" * 300)
    (said,) = tell(office)
    assert "Officer1@town.example: {{ 7*7 }} %s Bcc: x@y.example xxx" in " ".join(said.split())
    assert "\u202e" not in said and "…" in said and max(map(len, said.splitlines())) <= 78


@pytest.mark.parametrize("spoilt", ["{{ titel }}", "{% if %}", "{{ title + 1 }}"])
def test_a_broken_template_is_told_with_its_line_by_check_and_run(office, tmp_path, spoilt):
    shutil.copytree(REPO / "templates" / "digest", tmp_path / "digest")
    path = tmp_path / "digest" / "en.txt.j2"
    path.write_text(path.read_text("utf-8").replace("The harvester wrote", spoilt, 1), "utf-8")
    office.settings.append(f"digest.templates={tmp_path / 'digest'}")
    arrive(office, 1)
    with pytest.raises(ConfigError, match=r"en\.txt\.j2:\d+: "):
        tell(office)
    assert re.search(r"en\.txt\.j2:\d+: ", digest.check(office.shop().config, NOW)[0])


def test_what_ships_has_no_fault():
    assert digest.check(shipped("digest.to=desk@council.example"), NOW) == []
    (fault,) = digest.check(shipped("digest.to=desk@council.example", "digest.language=xx"), NOW)
    assert "xx.txt.j2 is missing" in fault


def test_every_variable_stands_in_the_page_with_what_it_holds():
    page = (REPO / "docs" / "digest.md").read_text(encoding="utf-8")
    rows = [re.split(r" \| ", line.strip("| \n"), maxsplit=2) for line in page.splitlines() if line.startswith("| `")]
    new = {Disposition.EVIDENCE: 1, Disposition.QUESTION: 1, Disposition.AUTO_REPLY: 1}
    asked = Question("LGA-2027-0042", "officer@town.example", "A question", NOW, None)
    values = variables(shipped(), Digest(new, [asked], ["Somebody must look."], NOW - DAY, 1), NOW)
    told = {name.strip("`"): example.strip("`") for name, example, _ in rows}
    assert list(told) == [name for name, value in values.items() if not callable(value)]
    for name, example in told.items():
        assert str(values[name]).replace("\u00a0", " ").replace("\\xa0", " ").replace("'", '"') == example, name


def test_it_never_goes_to_an_address_whose_mail_is_read_here(tmp_path):
    with pytest.raises(ConfigError, match=r"digest\.to\[0\]: Replies@lga\.example is an address of this request"):
        load(REPO / "harvester.toml", ("digest.to=Replies@lga.example",))


def test_a_run_writes_to_staff_after_the_respondents(tmp_path):
    with World(tmp_path) as world:
        world.serve([reply(1)])
        (world.home / "templates").unlink()
        shutil.copytree(REPO / "templates", world.home / "templates")
        assert world.run("--set", "digest.to=desk@council.example")["sent"] == 1
        assert world.letters() == ["officer1@town1.example", "desk@council.example"]
        assert "Nothing new since" in world.call("digest").stdout
