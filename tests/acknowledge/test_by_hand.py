"""Which mails of staff count as answers to a reply that waits."""

import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge.by_hand import SentByHand, plain_subject
from harvester.model import Arrived
from letter_samples import NOW, due

REPLY = due(to="Officer@Town.example", in_reply_to="<reply@town.example>", subject="Re: Local service delivery")
LATER = NOW + timedelta(minutes=5)


def sent(text: str, at=LATER) -> SentByHand:
    head = text.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n"
    return SentByHand([Arrived("1", at, None, len(head), None, head)])


@pytest.mark.parametrize(
    "head",
    [
        "In-Reply-To: <reply@town.example>",
        "In-Reply-To: <reply@town.example>\nTo: officer@town.example\nSubject: Re: Local service delivery",
        "in-reply-to:\n  <reply@town.example>",
        "References: <request@lga.example>\n <reply@town.example>",
        "In-Reply-To: <reply@town.example>\nTo: her.deputy@town.example\nSubject: AW: Local service delivery",
        "In-Reply-To: <reply@town.example>\nTo: officer@town.example\nSubject: Fwd: Local service delivery",
        "To: An Officer <officer@TOWN.example>\nSubject: Re: Re: Local  service\n delivery",
        "To: x@y.example, officer+news@town.example\nSubject: RE: AW: Local service delivery",
        "Cc: officer@town.example\nSubject: Local service delivery",
        "To: officer@town.example\nSubject: =?utf-8?q?SV=3A_Local_service_delivery?=",
        "In-Reply-To: <reply@town.example>\nAuto-Submitted: no (typed)",
    ],
)
def test_a_mail_that_names_the_reply_or_goes_to_its_author_with_its_subject_answers_it(head):
    assert sent(head).answered(REPLY)


@pytest.mark.parametrize(
    "head",
    [
        "In-Reply-To: <another@town.example>",
        "In-Reply-To: <reply@town.example.evil.example>",
        "To: officer@town.example\nSubject: Something else",
        "To: officer@town.example",
        "To: another@town.example\nSubject: Re: Local service delivery",
        "Bcc: officer@town.example\nSubject: Re: Local service delivery",
        "Subject: officer@town.example Local service delivery",
        "In-Reply-To: <reply@town.example>\nTo: colleague@lga.example\nSubject: Fwd: Local service delivery",
        "References: <reply@town.example>\nTo: colleague@lga.example\nSubject: WG: Local service delivery",
        "In-Reply-To: <reply@town.example>\nAuto-Submitted: auto-replied",  # our own acknowledgement
        "In-Reply-To: <reply@town.example>\nAuto-Submitted: (no",
        "To: officer@town.example\nSubject: Re: Local service delivery\nDate: Mon, 2 Aug 2027 10:00:00 +0000",
        "",
    ],
)
def test_other_mails_do_not(head):
    assert not sent(head).answered(REPLY)


def test_what_was_sent_before_the_reply_came_does_not_answer_it_unless_it_names_it():
    before = NOW - timedelta(minutes=1)
    assert not sent("To: officer@town.example\nSubject: Local service delivery", before).answered(REPLY)
    assert sent("In-Reply-To: <reply@town.example>", before).answered(REPLY)  # a clock that goes wrong


def test_a_reply_without_subject_or_id_is_answered_by_nothing_but_its_id():
    bare_reply = due(to="officer@town.example", in_reply_to=None, subject="Re: ")
    assert not sent("To: officer@town.example\nSubject: Re:").answered(bare_reply)
    assert not sent("To: officer@town.example\nIn-Reply-To: <>").answered(bare_reply)


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: AW: [News] Fwd: Hello  World", "hello world"),
        ("Re[2]: Hello", "hello"),
        ("Antw(3): Hello", "hello"),
        ("ΑΠ: Γεια", "γεια"),
        ("Відп: Привіт", "привіт"),
        ("RE：您好", "您好"),
        ("Report: Hello", "report: hello"),
        ("Re", "re"),
        ("", ""),
    ],
)
def test_a_subject_is_compared_without_what_programs_put_before_it(subject, plain):
    assert plain_subject(subject) == plain


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_subject_has_a_plain_form_that_no_longer_changes(subject):
    assert plain_subject(plain_subject(subject)) == plain_subject(plain_subject(plain_subject(subject)))


@pytest.mark.parametrize("bit", ["Re: ", "[x] ", "<a@b> ", "a@b.example, ", "(", '"', "\\", "[", " "])
def test_hostile_heads_take_linear_time(bit):
    text = bit * (16_000 // len(bit))
    start = time.process_time()
    for name in ("Subject", "To", "References", "In-Reply-To", "Auto-Submitted"):
        sent(f"{name}: {text}").answered(REPLY)
    assert time.process_time() - start < 5
