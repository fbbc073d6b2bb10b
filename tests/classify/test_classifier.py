"""One mail judged with a rulebook: what comes out together."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.classify import Classifier
from harvester.classify.rulebook import load
from harvester.model import SIGNATURE, Attachment, Disposition, Headers, Message, Sender, TextStatus

RULES = Path(__file__).parents[2] / "rules"
POOL = """id = "pool"
title = "Pools"
[[kind]]
id = "club"
title = "A club runs it"
[[rule]]
id = "club-runs-pool-en"
kind = "club"
lang = "en"
weight = 4
because = "says that a club runs the pool"
phrases = ["(club|residents) ... (runs|run) ... pool"]
matches = ["The swimming club now runs the pool of the town."]
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dispositions that ship with the project, without the request's categories."""
    folder = tmp_path_factory.mktemp("rules")
    for part in ("words", "dispositions"):
        shutil.copytree(RULES / part, folder / part)
    shutil.copy(RULES / "dispositions.toml", folder)
    return folder


@pytest.fixture(scope="module")
def classifier(rules: Path) -> Classifier:
    """One small category beside the dispositions."""
    (rules / "pool.toml").write_text(POOL, encoding="utf-8")
    return Classifier(load(rules, None))


def mail(own: str, *headers: tuple[str, str], files: tuple[Attachment, ...] = ()) -> Message:
    return Message(
        "", 0, Headers(headers), sender=Sender("a@town.example"), subject="Re: Request", text=own, own_text=own,
        attachments=files,
    )  # fmt: skip


def file(status: TextStatus, text: str = "") -> Attachment:
    return Attachment("a.pdf", "application/pdf", "application/pdf", 1, "0" * 64, text_status=status, text=text)


EXAMPLE = "Dear colleagues, in our town the swimming club runs the pool for the council since last year."


def test_a_persons_example_is_evidence_with_its_words(classifier):
    verdict = classifier.judge(mail(EXAMPLE))
    assert (verdict.disposition, verdict.language) == (Disposition.EVIDENCE, "en")
    piece = verdict.categories[0].evidence[0]
    assert EXAMPLE[piece.start : piece.end] == piece.text


def test_what_a_machine_says_is_nobodys_example(classifier):
    verdict = classifier.judge(mail(EXAMPLE, ("list-id", "<news.town.example>")))
    assert verdict.disposition is Disposition.LIST
    assert verdict.categories == verdict.near == () and not verdict.review_suggested


@pytest.mark.parametrize(
    ("text", "expected", "language"),
    [
        ("Aus unserem Amt liegt leider kein Praxisbeispiel vor. Mit freundlichen Grüßen", "nil", "de"),
        ("Bonjour à tous, notre canton n'a aucun projet de cette nature. Cordialement", "nil", "fr"),
        ("Hej! Får vi svara på svenska, och när är sista dagen att svara?", "question", "sv"),
        ("Dzień dobry, do kiedy możemy przesłać odpowiedź? Z poważaniem", "question", "pl"),
        ("Beste collega's, in september kom ik op uw brief terug. Met vriendelijke groet", "holding", "nl"),
        ("Gentili colleghi, abbiamo inoltrato la Sua richiesta all'ufficio competente.", "holding", "it"),
        ("Hyvä vastaanottaja, palaan asiaan loman jälkeen. Ystävällisin terveisin", "holding", "fi"),
    ],
)
def test_what_people_say_besides_examples_is_known_in_their_language(classifier, text, expected, language):
    verdict = classifier.judge(mail(text))
    assert (verdict.disposition, verdict.language) == (Disposition(expected), language), verdict.because


def test_every_rule_of_the_dispositions_finds_its_own_examples(rules, tmp_path):
    assert load(rules, None).run_tests() == []


def test_a_language_without_rules_and_a_file_nobody_could_read_ask_for_a_person(classifier):
    greek = classifier.judge(mail("Στον δήμο μας η πισίνα λειτουργεί από έναν σύλλογο εθελοντών."))
    scanned = classifier.judge(
        mail("Please find our answer in the attached letter.", files=(file(TextStatus.SCANNED),))
    )
    plain = classifier.judge(mail("Thank you and best wishes from all of us here in town."))
    assert (greek.review_suggested, scanned.review_suggested, plain.review_suggested) == (True, True, False)


def test_a_signature_is_no_file_that_somebody_must_read(classifier):
    signature = replace(file(TextStatus.UNSUPPORTED), flags=(SIGNATURE,))
    verdict = classifier.judge(mail("Thank you and best wishes from all of us here in town.", files=(signature,)))
    assert not verdict.review_suggested
    assert classifier.judge(mail("", files=(signature,))).because == "no words of its own"


def test_an_example_in_a_file_counts_and_says_in_which(classifier):
    verdict = classifier.judge(mail("See attached, with our best wishes.", files=(file(TextStatus.READ, EXAMPLE),)))
    assert [e.where for e in verdict.categories[0].evidence] == ["attachment:0"]


def test_an_empty_mail_is_unclear_in_no_language(classifier):
    verdict = classifier.judge(mail(""))
    assert (verdict.disposition, verdict.language) == (Disposition.UNCLEAR, "unknown")
