"""Twelve and more programs that answer every mail, ourselves among them: it ends, after one letter of ours at most."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.utils import format_datetime

import pytest

from harvester.answer import answer
from harvester.store import acks
from offices import NOW, Office
from scripted_smtp import ScriptedSmtp

OWN = "replies@lga.example"
ROUNDS = 500
STEP = timedelta(minutes=10)

Robot = Callable[[EmailMessage, str], None]
"""Writes its answer to a mail with this subject into the first."""


def says(subject: str, text: str, **headers: str) -> Robot:
    def answers(mail: EmailMessage, to_subject: str) -> None:
        mail["Subject"] = subject.format(to_subject)
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)

    return answers


def numbering() -> Robot:
    """A help desk that marks nothing and numbers everything: no two of its mails say the same."""
    ticket = 1000

    def answers(mail: EmailMessage, to_subject: str) -> None:
        nonlocal ticket
        ticket += 1
        mail["Subject"] = f"Re: {to_subject}"
        mail.set_content(f"Thank you for your mail. We look into it under the number {ticket}.\n\nThe Town Hall\n")

    return answers


def returning(mail: EmailMessage, to_subject: str) -> None:
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Return-Path"] = "<>"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("The mail could not be delivered: user unknown.\n")


THANKS = "Thank you for your mail. Somebody will answer it soon.\n\nThe Town Hall\n"
AWAY = "I am out of the office until 30 August and will answer your mail then.\n\nAn Officer\n"
ZOO: dict[str, Robot] = {
    "exchange": says("Automatic reply: {}", AWAY, Auto_Submitted="auto-generated", X_Auto_Response_Suppress="All"),
    "gmail": says("Out of office Re: {}", AWAY, Precedence="bulk", X_Autoreply="yes"),
    "vacation": says("away from my mail", AWAY, Precedence="bulk"),
    "sieve": says("Re: {}", AWAY, Auto_Submitted="auto-replied (vacation)"),
    "headless-english": says("Out of Office: {}", AWAY),
    "headless-german": says("Abwesenheitsnotiz: {}", "Ich bin bis 30. August nicht im Hause.\n"),
    "tickets": says("[Ticket#20270810] {}", THANKS, Auto_Submitted="auto-replied", X_Loop="tickets@town.example"),
    "challenge": says("Please confirm your message", "Reply to this mail to prove that you are no robot.\n",
                      X_Delivery_Agent="TMDA/1.1"),
    "mailer-daemon": returning,
    "majordomo": says("Majordomo results: {}", "**** Command 'dear' not recognized.\n"),
    "noreply": says("We have received your message", THANKS),
    "list": says("[officers] {}", "Dear Sir or Madam,\n", List_Id="<officers.town.example>", Precedence="list"),
    "going-round": says("{}", "Your letter comes back to you.\n", X_Loop=OWN),
    "parrot": says("Re: {}", THANKS),
    "numbering": numbering(),
    "ticket": numbering(),
}  # fmt: skip
UNMARKED = {"parrot", "numbering", "ticket"}  # nothing tells them from a person
TAGGED = {"ticket"}  # writes from another address every time: ticket+4711@...


@pytest.fixture
def office(store) -> Iterator[Office]:
    with ScriptedSmtp() as server:
        office = Office(store, server)
        office.settings = ["acknowledge.since=2027-01-01T00:00:00Z", "acknowledge.per_domain_per_hour=1000"]
        yield office


class Post:
    """Carries the robots' mails to us, as a run takes them in, and our letters to the robots."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.written = 0

    def from_robot(self, name: str, subject: str, now: datetime, in_reply_to: str = "") -> bytes:
        self.written += 1
        mail = EmailMessage()
        mail["From"], mail["To"] = f"{name}{f'+{self.written}' if name in TAGGED else ''}@town.example", OWN
        mail["Date"], mail["Message-ID"] = format_datetime(now), f"<{self.written}@town.example>"
        if in_reply_to:
            mail["In-Reply-To"] = in_reply_to
        ZOO[name](mail, subject)
        return bytes(mail)

    def answered(self, now: datetime) -> list[bytes]:
        """Our letters of one run, and what the robots make of them."""
        before = len(self.office.server.letters)
        shop = self.office.shop(now)
        with shop.store.read() as tx:
            due = acks.due(tx, now, 1000)
        answer(shop, due)
        letters = map(message_from_bytes, self.office.server.letters[before:])
        return [self.from_robot(named(one), str(one["Subject"]), now, str(one["Message-ID"])) for one in letters]


def named(letter: Message) -> str:
    """The robot whom it goes to."""
    return str(letter["To"]).partition("@")[0].partition("+")[0]


def test_a_zoo_of_robots_that_answer_each_other_and_us_ends_after_one_letter_at_most(office):
    post, now, rounds = Post(office), NOW, 0
    mails = [post.from_robot(name, "Innovative models of local service delivery", now) for name in ZOO]
    mails += [post.from_robot(name, f"what {other} wrote", now) for name in ZOO for other in list(ZOO)[:2]]
    while mails and rounds < ROUNDS:
        office.take_in(mails, now)
        now += STEP
        mails = post.answered(now)
        rounds += 1
    letters = Counter(named(message_from_bytes(raw)) for raw in office.server.letters)
    assert mails == [] and rounds < 5
    assert letters == dict.fromkeys(UNMARKED, 1)
