"""Which kind of mail a reply is, and that each kind says why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.model import Attachment, Disposition, Evidence, Headers, Message, Segment, SegmentKind, Sender, Standing
from kinds import disposition

LETTER = "Dear colleagues,\n\nour town and its neighbour have had one chief executive between them since 2008. " * 3


def mail(own: str = "", subject: str = "Re: Request", sender: str = "anna@town.example", **more) -> Message:
    more.setdefault("text", own)
    more.setdefault("headers", Headers())
    return Message("", 0, sender=Sender(sender), subject=subject, own_text=own, **more)


def hit(kind: str, text: str = "these words") -> Evidence:
    return Evidence("dispositions", kind, text, 0, len(text), "own_text", "r", "says so", Standing.EXAMPLE)


def kind(message: Message, *said: str, evidence: bool = False, language: str = "en") -> Disposition:
    found, because = disposition(message, {name: hit(name) for name in said}, evidence, language)
    assert because
    return found


def test_an_example_wins_over_whatever_else_a_person_says():
    assert kind(mail(LETTER), "nil", "question", "holding", evidence=True) is Disposition.EVIDENCE


def test_a_question_beside_an_example_is_told_in_the_reason():
    found, because = disposition(mail(LETTER), {"question": hit("question", "By when?")}, True, "en")
    assert (found, because) == (Disposition.EVIDENCE, 'tells an example, and asks us: "By when?"')


def test_a_question_wins_over_nothing_and_nothing_over_later():
    assert kind(mail("x"), "nil", "question", "holding") is Disposition.QUESTION
    assert kind(mail("x"), "nil", "holding") is Disposition.NIL
    assert kind(mail("x"), "holding") is Disposition.HOLDING


@pytest.mark.parametrize(
    "text",
    [
        "Góðan dag. Hvenær þurfið þið svar okkar?",  # no rules speak Icelandic
        "Tere! Kas võime vastata eesti keeles?\nTervitades",
        "Good morning. Does this concern islands, too? Regards",
    ],
)
def test_a_question_mark_asks_in_languages_without_rules(text):
    assert kind(mail(text), language="unknown") is Disposition.QUESTION


@pytest.mark.parametrize(
    "text", ["See https://town.example/page?id=7 for more.", "Gr??e aus dem Rathaus.", "OK?", "What a summer!"]
)
def test_other_question_marks_ask_nothing(text):
    assert kind(mail(text)) is Disposition.UNCLEAR


def test_what_no_rule_recognises_is_unclear_and_says_what_is_missing():
    file = Attachment("letter.pdf", "application/pdf", "application/pdf", 9, "0" * 64)
    reasons = [disposition(m, {}, False, "en")[1] for m in (mail("Hello."), mail(attachments=(file,)), mail())]
    assert len(set(reasons)) == 3


def test_a_header_of_a_machine_outweighs_every_word():
    automatic = mail(LETTER, headers=Headers((("auto-submitted", "auto-replied"),)))
    assert kind(automatic, evidence=True) is Disposition.AUTO_REPLY


@pytest.mark.parametrize(
    "subject",
    ["Automatic reply: Request", "Abwesenheitsnotiz", "Absence du bureau : Request", "[EXT] Autosvar: Request"],
)
def test_an_out_of_office_subject_makes_an_automatic_reply(subject):
    assert kind(mail("Back on Monday.", subject), "holding") is Disposition.AUTO_REPLY


def test_a_letter_with_an_example_is_evidence_even_under_an_automatic_subject():
    assert kind(mail(LETTER, "Automatic reply: Request"), evidence=True) is Disposition.EVIDENCE


@pytest.mark.parametrize("said", ["nil", "evidence"])
def test_who_is_on_leave_and_answers_all_the_same_is_a_person(said):
    away = mail("I am on leave until Monday, but in short: we have nothing like that.")
    assert kind(away, "nil", evidence=said == "evidence") is Disposition(said)


def test_who_thanks_and_tells_something_that_nearly_counts_is_a_person():
    own = mail("We have received your request. A merger was considered.")
    assert disposition(own, {}, False, "en")[0] is Disposition.AUTO_REPLY
    assert disposition(own, {}, False, "en", nearly=True)[0] is Disposition.UNCLEAR


def test_a_ticket_receipt_is_automatic_though_it_promises_an_answer():
    receipt = mail("We have received your request. Your reference number is 4711. A colleague will reply.")
    assert kind(receipt, "holding") is Disposition.AUTO_REPLY


def test_a_receipt_that_promises_an_answer_is_automatic_where_nobody_signs():
    words = "We acknowledge receipt of your letter. You will have an answer within ten days."
    assert kind(mail(words), "holding") is Disposition.AUTO_REPLY
    assert kind(mail(f"{words}\n\nKind regards\nAnna Berg"), "holding") is Disposition.HOLDING


def test_who_passes_on_a_machine_s_words_is_a_person():
    words = "I am out of the office until Monday."
    note = mail(words)
    assert kind(note) is Disposition.AUTO_REPLY
    passed_on = replace(note, segments=(Segment(SegmentKind.FORWARDED, 0, 0), Segment(SegmentKind.OWN, 0, len(words))))
    assert kind(passed_on) is Disposition.UNCLEAR


def test_who_is_gone_is_told_by_a_machine_and_who_took_over_by_a_person():
    assert kind(mail("Anna no longer works here.")) is Disposition.AUTO_REPLY
    assert kind(mail("Anna no longer works here. I shall answer next week."), "holding") is Disposition.HOLDING
    assert kind(mail("Anna no longer works here. " + "The towns run one office. " * 20)) is Disposition.UNCLEAR


def test_a_person_who_thanks_and_passes_it_on_is_holding():
    assert kind(mail("We acknowledge receipt of your letter. Mr Brown will reply."), "holding") is Disposition.HOLDING


@pytest.mark.parametrize(
    ("subject", "own", "expected"),
    [
        ("Read: Request", "", Disposition.RECEIPT),
        ("Gelesen: Request", "", Disposition.RECEIPT),
        ("Lu : Request", "", Disposition.RECEIPT),
        ("Accepted: Meeting", "", Disposition.CALENDAR),
        ("Zugesagt: Besprechung", "", Disposition.CALENDAR),
        ("Read: Request", "Dear colleagues, I read it with interest.", Disposition.UNCLEAR),
        ("Accepted: our tender", "We took the club's offer.", Disposition.UNCLEAR),
    ],
)
def test_receipts_and_meetings_are_known_by_a_bare_subject(subject, own, expected):
    assert kind(mail(own, subject)) is expected


def test_words_that_are_quoted_make_no_machine():
    quoting = mail("Thank you, this came from my colleague.", text="> I am out of the office until Monday.")
    assert kind(quoting) is Disposition.UNCLEAR


def test_nobody_reads_a_noreply_mailbox():
    assert kind(mail("Your opinion counts.", sender="no-reply@town.example")) is Disposition.AUTO_REPLY


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.text(max_size=80), st.sampled_from(["en", "el", "ja", "unknown"]))
def test_any_text_gets_a_kind_and_a_reason(own, subject, language):
    found, because = disposition(mail(own, subject), {}, False, language)
    assert because and found not in (Disposition.EVIDENCE, Disposition.NIL, Disposition.HOLDING)
