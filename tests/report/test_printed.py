"""What a person reads on a terminal."""

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

import store_samples
from harvester.model import Absence, Bounce, Decision, Failure, Objection, Tally
from harvester.report import printed
from harvester.report.shape import explained, notes
from harvester.report.table import answer, clean, inbox, respondent


def test_a_run_in_which_nothing_happened_has_nothing_to_tell():
    assert printed.told(Tally(known=40, queued=2)) == ""


def test_a_run_tells_only_what_happened():
    assert printed.told(Tally(fetched=3, understood=3, sent=1, withheld=2)) == (
        "3 fetched, 3 understood, 2 withheld, 1 sent"
    )


def test_a_senders_control_characters_never_reach_the_terminal():
    assert "\x1b" not in clean("\x1b[31mred\u202e").plain
    assert "\u202e" not in clean("\x1b[31mred\u202e").plain


def test_explained_shows_words_rule_and_reasons(capsys):
    one = store_samples.understanding(1)
    silent = Decision(None, "en", (Objection("old-mail", ""),))
    printed.explained(explained("mail.eml", one.message, one.verdict, silent))
    said = capsys.readouterr().out
    for words in ("mail.eml", "«share»", "[rule-0]", "below-threshold", "no: old-mail", "plan.pdf", "a person should"):
        assert words in said


def test_markup_in_a_subject_is_only_text(capsys):
    one = store_samples.understanding(1, subject="[bold]cheap[/bold]")
    printed.explained(explained("", one.message, one.verdict, Decision("a@town.example", "en")))
    assert "[bold]cheap[/bold]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, ""), (True, "yes"), ({"sent": 2, "held": None}, "2 sent, - held"), (["a", "b"], "a; b"), (3, "3")],
)
def test_every_value_of_the_status_has_words(value, words):
    assert printed.in_words(value) == words


def test_the_table_shows_who_what_and_why_not():
    row = {
        "id": 7, "received_at": "2027-08-10T12:00:00Z", "organisation": None, "country": "DE",
        "from": "a@stadt.example",
        "from_name": None, "language": "de", "subject": "AW: Anfrage", "quarantine": None, "disposition": "evidence",
        "categories": [{"id": "shared", "kind": "shared.merger", "score": 4.0, "standing": "planned"}],
        "attachments": 1, "links": 2, "acknowledgement": {"state": "withheld", "reasons": ["duplicate"]},
    }  # fmt: skip
    out = io.StringIO()
    Console(file=out, width=200).print(inbox([row]))
    for words in ("a@stadt.example (DE)", "shared.merger 4.0 (planned)", "withheld: duplicate", "2027-08-10"):
        assert words in out.getvalue()
    assert respondent({**row, "from": None, "country": None}) == "unknown"
    assert answer({**row, "acknowledgement": None}) == "-"


def test_people_are_told_why_it_is_what_it_is_and_every_reason_for_silence(capsys):
    one = store_samples.understanding(1)
    silent = Decision(
        None, "en", (Objection("old-mail", "It came too late.", "our own practice"), Objection("bare", ""))
    )
    told = notes(one.verdict, silent)
    assert told == [
        ("because", "tells an example"),
        ("no answer", "It came too late. (old-mail; our own practice)"),
        ("no answer", "bare"),
    ]
    printed.explained(explained("", one.message, one.verdict, silent), told)
    said = capsys.readouterr().out
    assert all(sentence in said for _, sentence in told)


def test_words_that_ask_for_confidence_are_shown_to_people_and_add_no_key(capsys):
    one = store_samples.understanding(1)
    verdict = replace(one.verdict, confidential="Please do not quote us.")
    decision = Decision("a@town.example", "en")
    whole = explained("", one.message, verdict, decision)
    assert whole.keys() == explained("", one.message, one.verdict, decision).keys()
    printed.explained(whole, notes(verdict, decision))
    assert 'asks not to be published: "Please do not quote us."' in capsys.readouterr().out


def test_what_a_bounce_and_an_absent_person_tell_is_shown(capsys):
    one = store_samples.understanding(1)
    bounce = Bounce(Failure.HARD, "a@town.example", "5.1.1", "<1@lga.example>")
    verdict = replace(one.verdict, bounce=bounce, absence=Absence(date(2027, 8, 17), "Anna Reed"))
    silent = Decision(None, "en", (Objection("bounce", ""),))
    whole = explained("", one.message, verdict, silent)
    assert whole.keys() == explained("", one.message, one.verdict, silent).keys()  # outside scripts rely on them
    printed.explained(whole, notes(verdict, silent))
    said = capsys.readouterr().out
    for words in ("hard: a@town.example (5.1.1), about <1@lga.example>", "until 2027-08-17", "Anna Reed"):
        assert words in said


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("town.example", ""),
        ("xn--mnchen-3ya.example", "   (host: münchen.example = xn--mnchen-3ya.example)"),
        ("xn--\x80.example", "   (host: xn--\x80.example)"),
        ("xn--999999999.example", "   (host: xn--999999999.example)"),
    ],
)
def test_a_host_in_other_letters_is_shown_in_both_forms(host, said):
    assert printed.idn(host) == said
