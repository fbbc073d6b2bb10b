"""A rule file with faults: each is told in one sentence with file, line and what was probably meant."""

from pathlib import Path

import pytest

from harvester.classify.grammar import Phrase
from harvester.classify.rulefile import Category, Rule, read_rules
from harvester.classify.tomlfile import read_toml
from harvester.classify.words import Words, read_words

WORDS = {
    "en": 'chief = ["mayor", "town clerk"]\nauthority = ["council"]\n',
    "de": 'chief = ["~bürgermeister"]\n',
}
SOUND = """id = "shared"
title = "Shared"
request = "authorities that share"
accept_at = 2.5
review_at = 1

[[kind]]
id = "chief"
title = "One chief"

[[rule]]
id = "one-chief"
kind = "chief"
weight = 3
because = "says that they share a chief"
phrases = ["<chief>"]
"""


def words(tmp_path: Path) -> dict[str, Words]:
    read = {}
    for language, text in WORDS.items():
        path = tmp_path / f"{language}.toml"
        path.write_text(text)
        read[language] = read_words(read_toml(path, f"rules/words/{language}.toml", []), language, [])
    return read


def read(tmp_path: Path, text: str) -> tuple[tuple[Category, list[Rule]] | None, list[str]]:
    path = tmp_path / "shared.toml"
    path.write_text(text)
    problems: list[str] = []
    answer = read_rules(read_toml(path, "rules/shared.toml", problems), words(tmp_path), problems)
    return answer, problems


def test_a_sound_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    answer, problems = read(tmp_path, SOUND)
    assert not problems and answer
    category, (rule,) = answer
    assert category == Category("shared", "Shared", "authorities that share", {"shared.chief": "One chief"}, 2.5, 1.0)
    assert (rule.kind, rule.weight, rule.languages) == ("shared.chief", 3.0, ("de", "en"))
    assert rule.scope == {"own_text", "subject", "attachment"}
    assert rule.at == "rules/shared.toml:12"


def test_a_rule_of_lists_alone_speaks_every_language_that_has_them(tmp_path: Path) -> None:
    answer, problems = read(tmp_path, SOUND.replace('["<chief>"]', '["<chief> ... <authority>"]'))
    assert not problems and answer
    assert answer[1][0].languages == ("en",)


def phrases_of(rule: Rule) -> list[Phrase]:
    return [phrase for phrase, _ in rule.phrases]


def test_words_of_one_language_may_stand_in_unless(tmp_path: Path) -> None:
    answer, problems = read(tmp_path, SOUND + 'unless = ["mayor of"]\n')
    assert not problems and answer
    assert answer[1][0].languages == ("de", "en")
    assert len(phrases_of(answer[1][0])) == 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('weight = 3', 'wieght = 3', "14: rule 'one-chief': unknown key 'wieght'; did you mean 'weight'?"),
        ('title = "Shared"', 'titel = "S"', "2: unknown key 'titel'; did you mean 'title'?"),
        ('title = "Shared"', '', "1: title is missing"),
        ('id = "shared"', 'id = "sha.red"', "1: id 'sha.red' must be one word without dots and blanks"),
        ('review_at = 1', 'review_at = 9', "5: review_at (9) is above accept_at (2.5)"),
        ('accept_at = 2.5', 'accept_at = "high"', "4: accept_at must be a number above 0 and at most 100, not 'high'"),
        ('weight = 3', 'weight = 11', "14: rule 'one-chief': weight must be a number above 0 and at most 10, not 11"),
        ('weight = 3', 'weight = true', "14: rule 'one-chief': weight must be a number above 0 and at most 10, not"),
        ('kind = "chief"', 'kind = "chef"', "13: rule 'one-chief': unknown kind 'chef'; did you mean 'chief'?"),
        ('kind = "chief"', 'kind = "x"', "13: rule 'one-chief': unknown kind 'x'; known here: chief"),
        ('because = "says that they share a chief"', '', "11: rule 'one-chief': because is missing"),
        ('"<chief>"', '"<chef>"', "16: rule 'one-chief': unknown list <chef>; did you mean <chief>?"),
        ('"<chief>"', '"(|mayor)"', "16: rule 'one-chief': '(|mayor)': empty choice in (...)"),
        ('"<chief>"', '"<chief> ..."', "16: rule 'one-chief': '<chief> ...': runaway pattern: '...'"),
        ('"<chief>"', '"mayor"', "11: rule 'one-chief': words of one language stand in it; say which: lang = \"en\""),
        ('["<chief>"]', '[]', "11: rule 'one-chief': phrases is missing: nothing to look for"),
        ('["<chief>"]', '7', "16: rule 'one-chief': phrases must be a list of texts"),
        ('weight = 3', 'scope = ["subjct"]', "14: rule 'one-chief': scope 'subjct' is none of own_text, subject"),
        ('weight = 3', 'lang = "eng"', "14: rule 'one-chief': no words/eng.toml for lang 'eng'; did you mean 'en'?"),
        ('weight = 3', 'lang = "fr"', "14: rule 'one-chief': no words/fr.toml for lang 'fr'; there are de, en"),
        ('weight = 3', 'patterns = [["mayor"]]', "14: rule 'one-chief': a pattern must look like"),
        ('weight = 3', 'patterns = 3', "14: rule 'one-chief': patterns must be a list of lists"),
        ('title = "Shared"', 'decides = "dispositon"', "2: decides must be \"category\" or \"disposition\""),
        ('[[rule]]', '[rule]', "11: rule must be written as [[rule]]"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_what_was_meant(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert SOUND.count(old) == 1, "the sample must hold it once"
    _, problems = read(tmp_path, SOUND.replace(old, new))
    assert any(p.startswith(f"rules/shared.toml:{problem}") for p in problems), problems


def test_a_list_that_one_named_language_lacks_is_told(tmp_path: Path) -> None:
    _, problems = read(tmp_path, SOUND.replace('"<chief>"', '"<authority>"').replace("weight = 3", 'lang = "de"'))
    assert problems == ["rules/shared.toml:16: rule 'one-chief': unknown list <authority> in words/de.toml"]


def test_no_language_with_all_lists_is_told(tmp_path: Path) -> None:
    WORDS_APART = {"en": "only_en", "de": "only_de"}
    read_words_ = words(tmp_path)
    for language, name in WORDS_APART.items():
        path = tmp_path / f"{language}.toml"
        path.write_text(f'{name} = ["x"]\n')
        read_words_[language] = read_words(read_toml(path, language, []), language, [])
    path = tmp_path / "shared.toml"
    path.write_text(SOUND.replace('"<chief>"', '"<only_en> ... <only_de>"'))
    problems: list[str] = []
    read_rules(read_toml(path, "rules/shared.toml", problems), read_words_, problems)
    assert problems == [
        "rules/shared.toml:11: rule 'one-chief': no language has all the lists that it needs: <only_de>, <only_en>"
    ]


def test_the_same_id_twice_is_told_with_the_other_place(tmp_path: Path) -> None:
    _, problems = read(tmp_path, SOUND + SOUND[SOUND.index("[[rule]]") :])
    assert problems == [
        "rules/shared.toml:18: rule 'one-chief': the id is taken; it stands at rules/shared.toml:12 too"
    ]


def test_an_empty_file_and_a_file_without_rules_are_told(tmp_path: Path) -> None:
    assert read(tmp_path, "")[1] == ["rules/shared.toml:1: the file is empty; it needs id, title and [[rule]]"]
    assert read(tmp_path, SOUND[: SOUND.index("[[rule]]")])[1] == [
        "rules/shared.toml:1: there is no [[rule]] in this file"
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'id = "a', "rules/shared.toml:1: this is not TOML: "),
        (b'id = "a"\nid = "b"\n', "rules/shared.toml:2: this is not TOML: "),
        (b'id = "\xe9"\n', "rules/shared.toml:1: the file is not UTF-8 text; save it as UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_told_once(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "shared.toml"
    path.write_bytes(content)
    problems: list[str] = []
    assert read_rules(read_toml(path, "rules/shared.toml", problems), {}, problems) is None
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "shared.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    problems: list[str] = []
    answer = read_rules(read_toml(path, "rules/shared.toml", problems), words(tmp_path), problems)
    assert not problems and answer
    assert answer[1][0].at == "rules/shared.toml:12"
