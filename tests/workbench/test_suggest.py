"""Phrases proposed for replies that a person filed and no rule caught."""

import pytest

from harvester.message.reader import Reader
from harvester.model import CategoryVerdict, Disposition, Limits, Standing, Verdict
from harvester.workbench.labelled import Labelled, message_of
from harvester.workbench.suggest import excerpt, log_odds, phrases_of, suggestions, told

READER = Reader([], Limits())


class KnowsOnlyMergers:
    def judge(self, message):
        found = [CategoryVerdict("shared", None, (), 3.0, Standing.EXAMPLE, ())] if "merged" in message.own_text else []
        return Verdict(Disposition.EVIDENCE, "", categories=tuple(found))


def texts(*rows: tuple[str, str]) -> list[Labelled]:
    return [
        Labelled(message_of(text, READER), frozenset(label.split()), str(number))
        for number, (label, text) in enumerate(rows, 1)
    ]


ROWS = (
    ("shared", "Our two towns merged in spring."),
    ("shared", "We work hand in glove with the next town, says our mayor."),
    ("shared", "Ashby works hand in glove with Oakmoor."),
    ("takeover", "The club runs the pool, says our mayor."),
    ("", "We like to work with the next town on a fair."),
    ("", "Thank you for your letter, says our mayor."),
)


def test_words_of_missed_replies_that_others_lack_come_first():
    first, *_ = suggestions(texts(*ROWS), KnowsOnlyMergers())
    assert (first.category, first.words, first.catches, first.wrongly) == (
        "shared",
        "hand in glove with",
        ("2", "3"),
        (),
    )
    assert "hand in glove" in first.example


def test_words_that_others_use_too_name_the_false_hits_or_are_not_proposed():
    found = {one.words: one for one in suggestions(texts(*ROWS), KnowsOnlyMergers())}
    assert "says our mayor" not in found
    assert all("1" not in one.catches for one in found.values() if one.category == "shared")  # its rule caught it


def test_nothing_is_proposed_where_the_rules_catch_all():
    assert suggestions(texts(ROWS[0], ROWS[4]), KnowsOnlyMergers()) == []


def test_the_log_odds_of_words_that_both_use_alike_are_nought():
    phrases = [{("a", "b")}, {("a", "b"), ("c", "d")}]
    odds = log_odds(phrases, phrases)
    assert odds[("a", "b")] == pytest.approx(0)


def test_phrases_end_with_their_sentence():
    assert phrases_of("We share. They pay us.") == {
        ("we", "share"), ("they", "pay"), ("pay", "us"), ("they", "pay", "us"),
    }  # fmt: skip


def test_the_excerpt_shows_the_words_as_written():
    assert (
        excerpt("So we work Hand in\nGlove with them", ("hand", "in", "glove")) == "So we work Hand in Glove with them"
    )
    assert excerpt("nothing", ("hand", "in")) == ""


def test_people_read_what_each_would_catch():
    lines = list(told(suggestions(texts(*ROWS), KnowsOnlyMergers())))
    assert lines[0] == 'shared: "hand in glove with" catches 2 (2, 3), none wrongly'
