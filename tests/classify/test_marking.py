"""A lone line above a letter asks for confidence; the same words within a letter are no heading."""

import time
from dataclasses import replace

import pytest

from harvester.classify.marking import MARKINGS, marking
from harvester.model import Headers
from page_samples import written
from store_samples import understanding


def mail(own: str = "We have nothing to report.", subject: str = "Your request", **changes):
    return replace(written(own), subject=subject, **changes)


@pytest.mark.parametrize(
    "line",
    [
        "Confidential", "CONFIDENTIAL", "*** CONFIDENTIAL ***", "[Not for publication]", "VERTRAULICH:",
        "- Vertraulich -",
        "Private and Confidential", "Confidential – not for publication", "Confidentiel.", "RISERVATO",
        "Vertrouwelijk!",
        "Luottamuksellinen", "Poufne", "ΕΜΠΙΣΤΕΥΤΙΚΟ", "ПОВЕРИТЕЛНО", "Důvěrné", "OFFICIAL-SENSITIVE", "Ní le foilsiú",
        "Streng vertraulich / nicht zur Veröffentlichung",
    ],
)  # fmt: skip
def test_a_lone_line_above_the_letter_asks_for_confidence(line):
    assert marking(mail(f"\n{line}\n\nDear colleagues,\nwe share a chief executive.")) == line
    assert marking(mail(f"Dear colleagues,\n{line}\nwe share a chief executive.")) == line


@pytest.mark.parametrize(
    "subject",
    ["Confidential", "Re: Your request - CONFIDENTIAL", "[Vertraulich] Ihre Anfrage", "AW: Anfrage (nicht öffentlich)",
     "Confidentiel : votre demande"],
)  # fmt: skip
def test_a_part_of_the_subject_does_too(subject):
    assert marking(mail(subject=subject)) == subject


def test_the_header_of_mail_programs_does_too():
    assert (
        marking(mail(headers=Headers((("sensitivity", "Company-Confidential"),))))
        == "Sensitivity: Company-Confidential"
    )
    assert marking(mail(headers=Headers((("sensitivity", "Personal"),)))) is None


def test_the_head_of_a_file_does_too():
    files = written().attachments or (understanding(1).message.attachments[0],)
    one = replace(files[0], text="\n\nSTRICTLY CONFIDENTIAL\nOur figures")
    assert marking(mail(attachments=(one,))) == "STRICTLY CONFIDENTIAL"


@pytest.mark.parametrize(
    "own",
    [
        "We run a confidential helpline.", "Confidential waste is collected together.",
        "Our service is private and confidential, people say.", "Restricted parking was introduced.",
        "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nConfidential",
    ],
)  # fmt: skip
def test_the_words_within_a_letter_are_no_heading(own):
    assert marking(mail(own)) is None


def test_a_subject_that_speaks_of_something_confidential_is_no_heading():
    assert marking(mail(subject="A confidential helpline shared by two towns")) is None


def test_every_marking_is_found_as_it_stands():
    assert len(MARKINGS) > 150
    assert [one for one in MARKINGS if marking(mail(one.upper() if "ß" not in one else one)) is None] == []


@pytest.mark.parametrize("text", ["-" * 400 + "\n", "- " * 200 + "\n", "[" * 499 + "\n", "a-" * 249 + "\n"])
def test_odd_lines_take_no_time(text):
    began = time.process_time()
    assert marking(mail(text * 1_000, subject=text)) is None
    assert time.process_time() - began < 1
