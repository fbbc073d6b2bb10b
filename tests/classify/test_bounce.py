"""Whom a mail of ours did not reach, whether it ever will, and which mail it was."""

import time

import pytest

from harvester.classify.bounce import bounce_of
from harvester.message.parse import open_mail
from harvester.message.reader import Reader
from harvester.model import Bounce, Failure, Headers, Limits, Message, Part, Sender

OURS = "<ack.0123456789abcdef.abcdefghijklmnopqrst@lga.example>"

REPORT = f"""From: MAILER-DAEMON@mx.example
To: replies@lga.example
Subject: Undelivered Mail Returned to Sender
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

This is the mail system at host mx.example. I could not deliver to anybody@town.example.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; fine@town.example
Action: delivered
Status: 2.0.0

Original-Recipient: rfc822;a.reed@town.example
Final-Recipient: rfc822; reed@inner.town.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1
 user unknown

--b
Content-Type: PART

From: replies@lga.example
Message-ID:
 {OURS}
Subject: Auto: thank you

Message-ID: <somebody@else.example>
--b--
"""


def read(raw: str) -> Message:
    return Reader([], Limits()).read(raw.replace("\n", "\r\n").encode(), lambda data: "0" * 64)


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_delivery_report_says_who_how_and_which(kind: str) -> None:
    mail = read(REPORT.replace("PART", kind))
    assert bounce_of(mail) == Bounce(Failure.HARD, "a.reed@town.example", "5.1.1", OURS)
    assert mail.files == []


@pytest.mark.parametrize(
    ("fields", "failure"),
    [
        ("Action: delayed\nStatus: 4.4.1", Failure.SOFT),
        ("Action: failed\nStatus: 4.2.2", Failure.SOFT),
        ("Action: failed", Failure.HARD),
        ("Action: failed\nDiagnostic-Code: smtp; 452 4.2.2 full", Failure.SOFT),
        ("Action: relayed\nStatus: 2.0.0", Failure.NONE),
    ],
)
def test_what_is_late_is_soft_and_what_arrived_is_no_failure(fields: str, failure: Failure) -> None:
    text = f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@town.example\n{fields}\n"
    mail = Message("0" * 64, 1, Headers(), parts=(Part("message/delivery-status", (), text),))
    assert bounce_of(mail).failure is failure


def told(text: str, subject: str = "failure notice", **headers: str) -> Bounce:
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    sender = Sender("mailer-daemon@mx.example")
    return bounce_of(Message("0" * 64, 1, Headers(fields), sender=sender, subject=subject, text=text))


def test_a_bounce_in_words_only_is_read_too() -> None:
    text = (
        "Hi. This is the qmail-send program at mx.example.\n\n<a.reed@town.example>:\n"
        f"192.0.2.1 does not like recipient.\nRemote host said: 550 No such user\n\n--- Below this line\n\n"
        f"Return-Path: <replies@lga.example>\nMessage-ID: {OURS}\n"
    )
    assert told(text) == Bounce(Failure.HARD, "a.reed@town.example", None, OURS)


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("a@town.example: mailbox is full", Failure.SOFT),
        ("a@town.example 452 4.2.2 Over quota", Failure.SOFT),
        ("a@town.example: 450 try again", Failure.SOFT),
        ("Your mail to a@town.example is delayed; it will be retried.", Failure.SOFT),
        ("a@town.example: no such user", Failure.HARD),
        ("a@town.example #5.1.10", Failure.HARD),
    ],
)
def test_words_tell_whether_it_may_still_arrive(text: str, failure: Failure) -> None:
    bounce = told(text)
    assert (bounce.failure, bounce.recipient) == (failure, "a@town.example")


def test_the_header_names_the_recipient_before_the_text_does() -> None:
    bounce = told("postmaster@town.example says: help@town.example", x_failed_recipients="a@town.example")
    assert bounce.recipient == "a@town.example"


def test_a_notice_that_only_refers_to_our_mail_is_tied_by_that() -> None:
    mail = Message("0" * 64, 1, Headers(), in_reply_to=(OURS,), references=("<x@y.example>",))
    assert bounce_of(mail).returned == OURS


def test_parts_keep_the_headers_of_a_returned_mail_and_not_its_words() -> None:
    raw = REPORT.replace("PART", "message/rfc822").replace("\n", "\r\n").encode()
    returned = open_mail(raw, Limits()).parts[-1]
    assert OURS in returned.text
    assert "somebody" not in returned.text


@pytest.mark.parametrize("text", ["a" * 200_000, "a@" * 99_000, "Message-ID:" * 9_000, "1.1." * 50_000, "\n" * 200_000])
def test_hostile_notices_take_no_time(text: str) -> None:
    part = Part("message/delivery-status", (), text[:20_000])
    began = time.process_time()
    bounce_of(Message("0" * 64, 1, Headers(), text=text, parts=(part,)))
    assert time.process_time() - began < 5
