"""A reply in two languages is read in both."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.classify import Classifier
from harvester.classify.paragraphs import in_other_languages
from harvester.classify.rulebook import Rulebook
from harvester.model import Disposition, Headers, Message, Sender

GERMAN = (
    "Sehr geehrte Damen und Herren,\n\nvielen Dank für Ihr Schreiben vom Montag, das wir mit Interesse gelesen haben. "
    "Wir haben es an die Kolleginnen und Kollegen der Verwaltung weitergegeben, die dafür zuständig sind."
)
FRENCH = (
    "Madame, Monsieur,\n\nnous vous remercions de votre lettre que nous avons lue avec intérêt et que nous avons "
    "transmise aux collègues des services qui en sont chargés dans notre administration."
)
ENGLISH = "Since 2025 our council and the council of the next district share a chief executive."


def judged(book: Rulebook, text: str):
    mail = Message("", 0, Headers(), sender=Sender("a@town.example"), subject="Re", text=text, own_text=text)
    return Classifier(book).judge(mail)


@pytest.mark.parametrize(("around", "language"), [(GERMAN, "de"), (FRENCH, "fr")])
def test_an_example_in_another_language_than_the_rest_is_found(shipped: Rulebook, around: str, language: str) -> None:
    text = f"{around}\n\n{ENGLISH}\n\n{around.splitlines()[-1]}"
    verdict = judged(shipped, text)
    assert (verdict.language, verdict.disposition) == (language, Disposition.EVIDENCE)
    assert [one.id for one in verdict.categories] == ["shared"]
    for piece in verdict.categories[0].evidence:
        assert text[piece.start : piece.end] == piece.text
        assert piece.text in ENGLISH


def test_a_refusal_in_another_language_is_heard(shipped: Rulebook) -> None:
    text = f"{GERMAN}\n\nUnfortunately we do not have any examples of this to report to you.\n\n{GERMAN}"
    assert judged(shipped, text).disposition is Disposition.NIL


def test_the_paragraph_stays_in_its_place_and_all_else_is_blank() -> None:
    text = f"{GERMAN}\n\n{ENGLISH}\n\n{GERMAN}"
    found = in_other_languages(text, "de")
    assert list(found) == ["en"]
    assert len(found["en"]) == len(text) and found["en"].strip() == ENGLISH
    assert found["en"].index(ENGLISH) == text.index(ENGLISH)


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        f"{GERMAN}\n\n{GERMAN}",
        f"{GERMAN}\n\nOur Service Desk Team\nTown Hall",
        f"{GERMAN}\n\nDas Projekt heißt „Sharing is caring of the people“ und läuft seit drei Jahren in der Stadt.",
    ],
)
def test_names_and_words_from_elsewhere_make_no_second_language(text: str) -> None:
    assert in_other_languages(text, "de") == {}


@given(st.text(max_size=400), st.sampled_from(["de", "en", "ga", "unknown"]))
@settings(max_examples=30, deadline=None)
def test_places_are_kept_whatever_the_text(text: str, main: str) -> None:
    for part in in_other_languages(text, main).values():
        assert len(part) == len(text)
        assert all(here in (" ", there) for here, there in zip(part, text, strict=True))


@pytest.mark.parametrize("text", ["\n" * 100_000, "a\n\n" * 33_000, " \n" * 50_000, "the and of " * 9_000])
def test_hostile_texts_take_no_time(text: str) -> None:
    began = time.process_time()
    in_other_languages(text, "de")
    assert time.process_time() - began < 5
