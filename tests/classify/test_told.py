"""What rules see in a sentence is remembered; a text is read the same whatever was read before it."""

import random
from pathlib import Path

import pytest

from harvester.classify import told
from harvester.classify.hits import Read
from harvester.classify.rulebook import Rulebook, load

RULES = """id = "shared"
title = "Shared"

[[kind]]
id = "chief"

[[rule]]
id = "one-chief"
lang = "mt"
because = "says that they share a chief"
phrases = ["share ... <chief>", "share a mayor"]
unless = ["opinion"]

[[rule]]
id = "earlier"
lang = "mt"
because = "tells of a museum, and then of who runs it"
phrases = ["<club> ... runs && museum"]

[[rule]]
id = "spelled"
lang = "mt"
because = "two names"
patterns = [[{ IS_TITLE = true }, { LOWER = "and" }, { IS_TITLE = true }, { LOWER = "share" }]]

[[rule]]
id = "subject-too"
lang = "mt"
because = "stands in the subject as well"
scope = ["subject"]
phrases = ["share"]
"""
WORDS = 'chief = ["mayor", "town clerk"]\nclub = ["club", "friends"]\nbesides = ["besides"]\nframe = ["council"]\n'
SENTENCES = [
    "The museum was ours.",
    "Where is the museum?",
    "The club runs it.",
    "Its friends runs it and share a mayor.",
    "Ashby and Thornley share a town clerk.",
    "ashby and thornley share a town clerk.",
    "We share the opinion of the mayor.",
    "We share a mayor, besides the opinion.",
    "Nothing of note.",
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    rules: Path = tmp_path_factory.mktemp("told") / "rules"
    (rules / "words").mkdir(parents=True)
    (rules / "shared.toml").write_text(RULES)
    (rules / "words" / "mt.toml").write_text(WORDS)
    return load(rules, None)


def read(book: Rulebook, text: str, where: str = "own_text") -> list[tuple[str, int, int, int, bool]]:
    one = Read(book.compiled, book.compiled.languages["mt"], text, where)
    return [(hit.rule.id, hit.sentence, hit.first, hit.last, hit.looks_back) for hit in one.hits]


def forget(book: Rulebook) -> None:
    language = book.compiled.languages["mt"]
    vars(language).pop("told", None)
    for finder in (language.rules, language.cues):
        finder._remembered.clear()


def test_a_text_is_read_the_same_whatever_was_read_before(book: Rulebook) -> None:
    dice = random.Random(7)
    found = set()
    for _ in range(400):
        text = ("", " ", "\n\n")[dice.randrange(3)].join(dice.choices(SENTENCES, k=4))
        where = dice.choice(["own_text", "subject"])
        warm = read(book, text, where)
        found |= {rule for rule, *_ in warm}
        forget(book)
        assert read(book, text, where) == warm, text
        for other in dice.choices(SENTENCES, k=6):
            read(book, other)
    assert found == {"one-chief", "earlier", "spelled", "subject-too"}


@pytest.mark.parametrize(
    ("before", "text", "rules"),
    [
        ("The museum was ours. The club runs it.", "The club runs it.", []),
        ("The club runs it.", "The museum was ours. The club runs it.", ["earlier"]),
        ("The museum was ours. The club runs it.", "Where is the museum? The club runs it.", []),
        ("The museum was ours. The club runs it.", "The museum was ours.\n\nThe club runs it.", []),
        ("Ashby and Thornley share a clerk.", "ashby and thornley share a clerk.", []),
        ("ashby and thornley share a clerk.", "Ashby and Thornley share a clerk.", ["spelled"]),
    ],
)
def test_what_hangs_on_more_than_the_words_is_asked_again(
    book: Rulebook, before: str, text: str, rules: list[str]
) -> None:
    forget(book)
    read(book, before)
    assert [rule for rule, *_ in read(book, text)] == rules


def test_no_more_is_remembered_than_there_is_room_for(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    forget(book)
    monkeypatch.setattr(told, "MOST_SENTENCES", 5)
    memory = book.compiled.languages["mt"].told
    for number in range(20):
        assert [rule for rule, *_ in read(book, "share " * number + "share a mayor")] == ["one-chief"]
        assert len(memory._told) + len(memory._after) <= 5
