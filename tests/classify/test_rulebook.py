"""The folder of rules as a whole: every fault of every file at once, and what a sound one answers."""

import re
import time
from pathlib import Path

import pytest

from harvester.classify.hits import Read
from harvester.classify.rulebook import Rulebook, load
from harvester.errors import ConfigError

SHARED = """id = "shared"
title = "Shared"

[[kind]]
id = "chief"

[[rule]]
id = "one-chief"
kind = "chief"
lang = "mt"
weight = 3
because = "says that they share a chief"
phrases = ["share ... <chief>"]
"""
TAKEOVER = """id = "takeover"
title = "Taken over"

[[rule]]
id = "saved"
lang = "mt"
because = "says that somebody saved it"
phrases = ["saved"]
yields_to = ["shared"]
"""
SAYS = """id = "dispositions"
decides = "disposition"

[[kind]]
id = "nil"

[[rule]]
id = "nothing"
kind = "nil"
lang = "mt"
because = "says that there is nothing"
phrases = ["nothing"]
"""
WORDS = 'chief = ["mayor", "town clerk"]\nframe = ["we", "council"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Sound rules in Maltese, which has no dictionary of forms, so that compiling takes no time."""
    rules = tmp_path / "rules"
    (rules / "words").mkdir(parents=True)
    for name, text in (("1-shared", SHARED), ("2-takeover", TAKEOVER), ("dispositions", SAYS), ("words/mt", WORDS)):
        (rules / f"{name}.toml").write_text(text)
    return rules


def faults(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as told:
        load(folder, None)
    return str(told.value).splitlines()


def test_categories_come_in_order_of_the_files_and_dispositions_apart(folder: Path) -> None:
    book = load(folder, None)
    assert list(book.categories) == ["shared", "takeover"]
    assert book.dispositions == {"dispositions"}
    assert book.languages == {"mt"}
    assert re.fullmatch("[0-9a-f]{64}", book.hash)


def test_a_language_in_which_only_dispositions_speak_is_no_language_of_the_categories(folder: Path) -> None:
    (folder / "words" / "lt.toml").write_text('x = ["y"]\n')
    text = SAYS + '[[rule]]\nid = "nieko"\nkind = "nil"\nlang = "lt"\nbecause = "b"\nphrases = ["nieko"]\n'
    (folder / "dispositions.toml").write_text(text)
    assert load(folder, None).languages == {"mt"}


DUTCH = """[[rule]]
id = "een-baas"
kind = "chief"
weight = 3
because = "says so in other words"
phrases = ["hebben een baas"]
"""


def test_a_folder_beside_a_rule_file_goes_on_with_it_one_language_a_file(folder: Path) -> None:
    before = load(folder, None).hash
    (folder / "1-shared").mkdir()
    (folder / "1-shared" / "mt.toml").write_text(DUTCH)
    book = load(folder, None)
    assert book.hash != before
    assert [(r.id, r.category) for r in book.compiled.rules] == [
        ("one-chief", "shared"),
        ("een-baas", "shared"),
        ("saved", "takeover"),
        ("nothing", "dispositions"),
    ]
    (hit,) = Read(book.compiled, book.compiled.languages["mt"], "We hebben een baas.", "own_text").hits
    assert hit.rule.id == "een-baas"


def test_faults_in_such_a_folder_are_told_with_their_own_file_and_line(folder: Path) -> None:
    (folder / "1-shared").mkdir()
    (folder / "1-shared" / "mt.toml").write_text('title = "x"\n' + DUTCH.replace("een-baas", "one-chief"))
    (folder / "1-shared" / "tm.toml").write_text(DUTCH)
    (folder / "2-takeovr").mkdir()
    (folder / "2-takeovr" / "mt.toml").write_text(DUTCH)
    text = "\n".join(faults(folder))
    for sentence in (
        "rules/1-shared/mt.toml:1: unknown key 'title'",
        "rules/1-shared/mt.toml:3: rule 'one-chief': the id is taken; it stands at rules/1-shared.toml:8 too",
        "rules/1-shared/tm.toml:1: its name is no language of words/",
        "rules/2-takeovr:1: there is no rules/2-takeovr.toml that this would go on with; did you mean '2-takeover'?",
    ):
        assert sentence in text


def test_all_faults_of_all_files_are_told_at_once_in_order(folder: Path) -> None:
    (folder / "1-shared.toml").write_text(SHARED.replace("<chief>", "<chef>").replace("weight", "wait"))
    many = "(a a|b b|c c|d d|e e|f f|g g|h h|i i|j j|k k|l l|m m|n n|o o|p p)"  # 16 ways, three times
    takeover = TAKEOVER.replace('"saved"]', f'"saved ... ", "({many} {many} {many}|x)"]')
    (folder / "2-takeover.toml").write_text(takeover)
    (folder / "words" / "mt.toml").write_text(WORDS + 'broken = ["(a"]\nlost = ["<cheif>"]\nround = ["<round>"]\n')
    told = faults(folder)
    assert [line.split(": ")[0].lstrip(" -") for line in told if "rules/" in line] == [
        "rules/1-shared.toml:11",
        "rules/1-shared.toml:13",
        "rules/2-takeover.toml:8",
        "rules/2-takeover.toml:8",
        "rules/words/mt.toml:3",
        "rules/words/mt.toml:4",
        "rules/words/mt.toml:5",
    ]
    text = "\n".join(told)
    for sentence in (
        "unknown key 'wait'; did you mean 'weight'?",
        "unknown list <chef> in words/mt.toml; did you mean <chief>?",
        "runaway pattern: '...' stands at the edge",
        "ways to read one entry; use fewer choices",
        "list 'broken': '(a': '(' is never closed",
        "list 'lost': unknown list <cheif>; did you mean <chief>?",
        "list 'round' holds itself",
    ):
        assert sentence in text


def test_runaway_lists_and_patterns_without_anchor_are_told(folder: Path) -> None:
    many = ", ".join(f'"a{n} b{n}"' for n in range(30))
    words = WORDS + f'many = [{many}]\nmore = ["x", "<many> <many> <many>"]\n'
    (folder / "words" / "mt.toml").write_text(words)
    (folder / "1-shared.toml").write_text(SHARED.replace("share ... <chief>", "share ... (<many> <many> <many>|x)"))
    told = faults(folder)
    assert sorted(line.partition(" more than")[0] for line in told) == [
        "rules/1-shared.toml:13: rule 'one-chief': runaway pattern:",
        "rules/words/mt.toml:4: list 'more': runaway pattern:",
    ]
    (folder / "1-shared.toml").write_text(SHARED + "patterns = [[{ IS_DIGIT = true }], [{ LEMMA = 'a' }]]\n")
    told = "\n".join(faults(folder))
    assert "rules/1-shared.toml:14: rule 'one-chief': anchorless pattern" in told
    assert "LEMMA cannot be used: rules run without a trained model" in told


def test_two_files_of_one_id_are_told(folder: Path) -> None:
    (folder / "3-again.toml").write_text(SHARED)
    assert "rules/3-again.toml:1: the id 'shared' is taken by rules/1-shared.toml" in "\n".join(faults(folder))


def test_giving_way_to_a_category_that_is_not_there_is_told(folder: Path) -> None:
    (folder / "2-takeover.toml").write_text(TAKEOVER.replace('["shared"]', '["shaerd"]'))
    told = "\n".join(faults(folder))
    assert (
        "rules/2-takeover.toml:5: rule 'saved': yields_to: no other category 'shaerd'; did you mean 'shared'?" in told
    )


def test_a_folder_that_is_not_there_or_empty_says_what_to_do(tmp_path: Path) -> None:
    assert "harvester init" in faults(tmp_path / "nowhere")[0]
    (tmp_path / "empty").mkdir()
    assert "holds no rule file" in faults(tmp_path / "empty")[0]


def test_files_that_are_no_rules_are_left_alone(folder: Path) -> None:
    before = load(folder, None).hash
    (folder / "1-shared.toml~").write_text("not ours")
    (folder / "README.md").write_text("not ours")
    assert load(folder, None).hash == before


def read(book: Rulebook, text: str, where: str = "own_text") -> list[str]:
    one = Read(book.compiled, book.compiled.languages["mt"], text, where)
    return [hit.rule.id for hit in one.hits]


def test_rules_find_what_they_say_and_unless_cancels_in_its_sentence(folder: Path) -> None:
    (folder / "1-shared.toml").write_text(SHARED + 'unless = ["opinion"]\nscope = ["own_text", "attachment"]\n')
    book = load(folder, None)
    assert read(book, "We share one town clerk. Nothing else.") == ["one-chief", "nothing"]
    assert read(book, "We share the opinion of the mayor. We share a mayor.") == ["one-chief"]
    assert read(book, "We share a mayor.", "attachment:3") == ["one-chief"]
    assert read(book, "We share a mayor.", "subject") == []


def test_a_rule_speaks_once_a_sentence_with_its_shortest_place(folder: Path) -> None:
    book = load(folder, None)
    one = Read(book.compiled, book.compiled.languages["mt"], "share a b mayor or share mayor", "own_text")
    assert [one.text.words[hit.first : hit.last] for hit in one.hits] == [("share", "mayor")]


@pytest.mark.parametrize("text", ["share mayor ", "share the ", "saved nothing. ", "((((", "mayor\n\n"])
def test_reading_takes_linear_time(folder: Path, text: str) -> None:
    def seconds(size: int) -> float:
        best = 9.0
        for _ in range(3):
            book = load(folder, None)  # one that remembers no sentence
            begun = time.process_time()
            read(book, text * (size // len(text)))
            best = min(best, time.process_time() - begun)
        return best

    seconds(1_000)
    assert seconds(80_000) < max(12 * seconds(20_000), 0.2)  # quadratic would be 16 times


def test_a_language_of_a_few_words_is_read_and_does_not_speak(folder: Path) -> None:
    (folder / "words" / "mt.toml").write_text("partial = true\n" + WORDS)
    book = load(folder, None)
    assert book.languages == frozenset()
    (hit,) = Read(book.compiled, book.compiled.languages["mt"], "We share a mayor.", "own_text").hits
    assert hit.rule.id == "one-chief"


def test_partial_is_true_or_false(folder: Path) -> None:
    (folder / "words" / "mt.toml").write_text('partial = ["yes"]\n' + WORDS)
    with pytest.raises(ConfigError, match=r"words/mt\.toml:1: partial must be true or false"):
        load(folder, None)


def test_a_file_of_words_that_cannot_be_read_is_one_fault(folder: Path) -> None:
    """Not one for each rule that misses its lists."""
    (folder / "words" / "mt.toml").write_text(WORDS + "chief = = 3\n")
    everywhere = SHARED.replace('lang = "mt"\n', "").replace('"share ... <chief>"', '"<chief>"')
    (folder / "1-shared.toml").write_text(everywhere)
    told = [line for line in faults(folder) if "rules/" in line]
    assert len(told) == 1
    assert "rules/words/mt.toml:3: this is not TOML" in told[0]
