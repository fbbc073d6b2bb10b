"""Why not: which phrases came nearest to a text in which no rule spoke."""

import pytest

from harvester.classify.rulebook import Rulebook, load
from harvester.workbench.nearly import nearly

RULES = """id = "shared"
title = "Shared"

[[rule]]
id = "share-a-chief"
lang = "mt"
because = "says so"
phrases = ["(share|pool) ... <chief>", "<chief> & both <council>"]

[[rule]]
id = "one-word"
lang = "mt"
because = "says so"
phrases = ["merger"]
"""
WORDS = 'chief = ["mayor", "town clerk"]\ncouncil = ["councils"]\n'


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("made") / "rules"
    (folder / "words").mkdir(parents=True)
    (folder / "shared.toml").write_text(RULES)
    (folder / "words" / "mt.toml").write_text(WORDS)
    return load(folder, None)


def told(book: Rulebook, text: str) -> list[str]:
    return [one.told() for one in nearly(book, text, "mt")]


def test_the_step_that_is_missing_is_named_as_it_was_written(book: Rulebook) -> None:
    assert told(book, "We have a town clerk.") == [
        'shared: "(share|pool) ... <chief>" lacks (share|pool)  [share-a-chief, rules/shared.toml:8]'
    ]
    assert told(book, "We share a farmer. We drink.") == [
        'shared: "(share|pool) ... <chief>" lacks <chief>  [share-a-chief, rules/shared.toml:8]'
    ]


def test_words_in_another_order_or_too_far_apart_lack_nothing(book: Rulebook) -> None:
    (said,) = told(book, "The mayor told us what we may share.")
    assert "its words are there, too far apart or in another order" in said


def test_a_rule_that_spoke_and_one_of_a_single_word_are_not_told(book: Rulebook) -> None:
    assert told(book, "We share a mayor. Both councils.") == []
    assert told(book, "Nothing of it.") == []
    assert nearly(book, "We share nothing.", "fr") == []


def test_one_category_or_one_rule_may_be_asked_about(book: Rulebook) -> None:
    for about, number in (("", 1), ("shared", 1), ("share-a-chief", 1), ("costcut", 0)):
        assert len(nearly(book, "We have a town clerk.", "mt", about)) == number
