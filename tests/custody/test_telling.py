"""What tells of an erased mail in what others wrote, and what does not."""

from dataclasses import replace

import pytest

from harvester.custody.telling import Telling
from harvester.model import Headers, Message, Sender

MAIL = Message(
    "0" * 64, 1, Headers((("x-office", "Snicketfold"),)), message_id="<77.abc@town.example>",
    sender=Sender("anna.quagbottom@town.example", "Anna Quagbottom"), subject="Our Zephyrquill, 2026",
    own_text="We run the Zephyrquill for the whole of the valley with nine parishes and one budget. Regards",
)  # fmt: skip
ELSEWHERE = {"valley", "marrowgleam", "parishes"}


@pytest.fixture
def telling() -> Telling:
    made = Telling(lambda words: words in ELSEWHERE, ("en", "de"))
    made.add(MAIL)
    made.add(replace(MAIL, own_text="The Marrowgleam is known in every town.", subject=""))
    return made


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("ask anna.quagbottom@TOWN.example, please", "ask (erased), please"),
        ("Anna  Quagbottom called", "(erased) called"),
        ("the Zephyrquill’s budget", "the (erased)’s budget"),
        ("they run the Zephyrquill for the whole of the valley with nine parishes",
         "they (erased)"),
        ("a Zephyrquill / zephyrquill", "a (erased)"),
        ("Snicketfold", "(erased)"),
    ],
)  # fmt: skip
def test_only_what_tells_of_it_is_taken_out(telling, said, left):
    assert telling.redacted(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "",
        "a good budget, said Anna",
        "the Marrowgleam",
        "one budget for nine parishes in the valley",
        "Regards",
        "2026",
    ],
)
def test_ordinary_words_and_what_others_say_too_stay(telling, said):
    assert telling.redacted(said) == said


def test_of_a_search_one_word_is_enough_that_only_they_hold(telling):
    assert (
        telling.redacted("3 replies (Search: budget valley)", ["budget valley"])
        == "3 replies (Search: (erased) valley)"
    )
    assert telling.redacted("(Search: valley)", ["valley"]) == "(Search: valley)"


@pytest.mark.parametrize(
    ("reason", "held"),
    [
        ("Anna.Quagbottom@town.example asked", "anna.quagbottom@town.example"),
        ("for Anna", "Anna"),
        ("the zephyrquill file", "zephyrquill"),
        ("anna quagbottom", "anna.quagbottom"),
        ("asked by letter for her whole budget", None),
        ("Antrag nach Artikel 17, Akte 4/2027", None),
    ],
)
def test_a_reason_may_hold_ordinary_words_only(telling, reason, held):
    assert telling.held_by(reason) == held


def test_a_file_is_theirs_by_address_name_number_or_many_words(telling):
    telling.references.add("LGA-2027-0042")
    for said in (
        "x anna quagbottom x",
        "lga 2027 0042",
        "77 abc town example",
        "of the valley with nine parishes and one",
    ):
        assert telling.is_of_them(said.split()), said
    assert not telling.is_of_them(["anna", "of", "the", "valley", "with", "nine", "parishes", "lga", "2027", "00421"])
    assert telling.may_be_of_them(["zephyrquill"]) and not telling.may_be_of_them(["budget", "valley"])
