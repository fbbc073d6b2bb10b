"""No second voice: whom staff have answered by hand gets no letter; copies of ours lie beside theirs."""

import imaplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from harvester.errors import OutOfReach
from offices import NOW, Office
from scripted_imap import ScriptedImap
from scripted_smtp import ScriptedSmtp
from servers import dovecot
from world import World, reply

HEAD = b"In-Reply-To: <%d@town.example>\r\nTo: officer%d@town.example\r\n\r\n"


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    if dovecot() is None:
        pytest.skip("no dovecot on this machine")
    with World(tmp_path) as small:
        yield small


def with_sent(world: World, *mails: bytes, folder: str = "Sent") -> None:
    world.config.write_text(world.config.read_text().replace('from = "', f'sent_folder = "{folder}"\nfrom = "'))
    with line(world) as imap:
        assert imap.create("Sent")[0] == "OK"
        for raw in mails:
            assert imap.append("Sent", "", "", raw)[0] == "OK"


def line(world: World) -> imaplib.IMAP4:
    assert world.server is not None
    imap = imaplib.IMAP4(world.server.host, world.server.port, 20)
    imap.login(world.server.user, world.server.password)
    return imap


def lying_in_sent(world: World) -> list[bytes]:
    with line(world) as imap:
        (count,) = imap.select("Sent", readonly=True)[1]
        return [imap.fetch(str(n + 1), "(BODY.PEEK[])")[1][0][1] for n in range(int(count or 0))]


def by_staff(number: int, **headers: str) -> bytes:
    return reply(99, "We thank you.", From="desk@lga.example", To=f"officer{number}@town{number}.example", **headers)


def test_whom_staff_have_answered_by_hand_gets_no_letter_and_the_reason_is_told(world):
    world.serve([reply(1), reply(2), reply(3)])
    names = {"In-Reply-To": "<reply1@town1.example>", "Date": "", "Message-ID": "<a@lga.example>"}
    later = {"Subject": "AW: Innovative models of local service delivery", "Message-ID": "<b@lga.example>"}
    after = datetime.now(UTC) + timedelta(minutes=1)
    with_sent(world, by_staff(1, **names), by_staff(2, Date=after.strftime("%a, %d %b %Y %H:%M:%S +0000"), **later))
    tally = world.run()
    assert (tally["sent"], tally["withheld"], tally["queued"]) == (1, 2, 0)
    assert world.letters() == ["officer3@town3.example"]
    (first, *_) = [one for one in world.json_lines("list", "--json") if one["from"] == "officer1@town1.example"]
    assert first["acknowledgement"] == {
        **first["acknowledgement"],
        "state": "withheld",
        "reasons": ["answered-by-hand"],
    }
    assert "Somebody of us has already answered it." in world.call("show", str(first["id"])).stdout


def test_a_copy_of_each_letter_lies_in_the_sent_folder_and_counts_as_nobodys_answer(world):
    world.serve([reply(1), reply(2)])
    with_sent(world)
    assert world.run("--set", "acknowledge.max_per_run=1")["sent"] == 1
    assert world.run()["sent"] == 1  # which looks at the first copy
    copies = lying_in_sent(world)
    assert len(copies) == 2
    assert [raw.rstrip() for raw in copies] == [raw.rstrip() for _, raw in world.sink.got]


def test_without_copies_the_folder_is_only_read(world):
    world.serve([reply(1)])
    with_sent(world)
    assert world.run("--set", "outbox.copy_to_sent=false")["sent"] == 1
    assert lying_in_sent(world) == []


def test_a_folder_that_is_not_there_stops_the_letters_and_is_told(world):
    world.serve([reply(1)])
    with_sent(world, folder="Snet")
    done = world.call("run")
    assert done.returncode == 2 and "no folder 'Snet'; did you mean 'Sent'?" in done.stderr
    assert world.letters() == []
    assert "did you mean 'Sent'?" in world.call("check").stdout
    fine = world.call("--set", "outbox.sent_folder=Sent", "check").stdout
    assert "Sent: 0 mails that staff sent; whom they answered gets no letter" in fine


# ------------------------------------------------------------------ servers that fail


@pytest.fixture
def office(store) -> Iterator[Office]:
    with ScriptedSmtp() as server:
        yield Office(store, server)


def told_by(office: Office, imap: ScriptedImap) -> None:
    password = office.store.data / "imap-password"
    password.write_text("secret")
    office.settings += [
        "mailbox.0.host=127.0.0.1", f"mailbox.0.port={imap.port}", "mailbox.0.tls=none", "mailbox.0.timeout=1",
        f'mailbox.0.password_file="{password}"', "outbox.sent_folder=Sent",
    ]  # fmt: skip


def heads(*answered: int) -> dict[str, bytes]:
    found = b""
    for number in answered:
        head = HEAD % (number, number)
        section = b"BODY[HEADER.FIELDS (IN-REPLY-TO REFERENCES TO CC SUBJECT DATE AUTO-SUBMITTED)]<0>"
        found += b'* %d FETCH (UID %d INTERNALDATE "10-Aug-2027 11:30:00 +0000" %s {%d}\r\n%s)\r\n' % (
            number + 1, number + 1, section, len(head), head,
        )  # fmt: skip
    uids = b" ".join(b"%d" % (number + 1) for number in answered)
    return {"UID SEARCH": b"* SEARCH %s\r\n%%T OK done\r\n" % uids, "UID FETCH": found + b"%T OK done\r\n"}


def test_a_letter_that_waited_for_days_is_withheld_when_staff_have_answered_since(office):
    office.queue(3)
    with ScriptedImap(heads(1)) as imap:
        told_by(office, imap)
        shop = office.run()
    assert office.states == ["sent", "withheld", "sent"] and shop.tally.withheld == 1
    assert office.rows()[1].objections == [
        ["answered-by-hand", "Somebody of us has already answered it.", "our own practice"]
    ]
    assert any(
        said.split(b" ", 1)[1].startswith(b"UID SEARCH SINCE 09-Aug-2027") for said in imap.lines if b" " in said
    )


@pytest.mark.parametrize("command", ["LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
def test_as_long_as_nobody_can_tell_whom_staff_answered_nothing_is_sent(office, command):
    office.queue(2)
    with ScriptedImap({**heads(0), command: b""}) as imap:
        told_by(office, imap)
        with pytest.raises(OutOfReach):
            office.run()
    assert office.states == ["queued"] * 2 and office.server.connections == 0


@pytest.mark.parametrize("answer", [b"%T NO [OVERQUOTA] full\r\n", b"%T BAD what\r\n", b""])
def test_a_copy_that_fails_is_told_once_and_no_reason_to_send_again(office, answer):
    office.queue(3)
    with ScriptedImap({**heads(), "APPEND": answer}) as imap:
        told_by(office, imap)
        shop = office.run()
        assert office.states == ["sent"] * 3 and len(office.server.letters) == 3
        assert sum(b" APPEND " in said for said in imap.lines) == 1
    (problem,) = shop.tally.problems
    assert problem.startswith("no copies of the letters, which are sent all the same: ") and "secret" not in problem
    assert shop.troubles == []
    assert office.run(NOW + timedelta(hours=1)).tally.sent == 0
