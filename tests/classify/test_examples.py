"""Rules carry their own examples; what does not come out as written is told with file and line."""

from pathlib import Path

import pytest

from harvester.classify.rulebook import load

HEAD = """id = "shared"
title = "Shared"

[[rule]]
id = "one-chief"
lang = "mt"
because = "says that they share a chief"
"""
WORDS = """
frame = ["council", "councils"]
negation = ["not"]
other_sense = ["shareholders"]
"""


def told(tmp_path: Path, rule: str) -> list[str]:
    folder = tmp_path / "rules"
    (folder / "words").mkdir(parents=True)
    (folder / "shared.toml").write_text(HEAD + rule)
    (folder / "words" / "mt.toml").write_text(WORDS)
    return load(folder, None).run_tests()


def test_examples_that_come_out_say_nothing(tmp_path: Path) -> None:
    assert not told(
        tmp_path,
        """phrases = ["share ... mayor"]
matches = ["The councils share a mayor."]
ignores = ["The mayor shares.", "The councils do not share a mayor.", "Shareholders: the councils share a mayor."]
""",
    )


@pytest.mark.parametrize(
    ("example", "sentence"),
    [
        ('matches = ["The mayor shares."]', "matches 'The mayor shares.' is not found by its phrases"),
        ('matches = ["Councils do not share a mayor."]', "is found, but read as turned down; see <negation>"),
        ('matches = ["Banks share a mayor."]', "is found, but no word of <frame> stands near it"),
        ('matches = ["Council shareholders share a mayor."]', "is found, but a word of <other_sense> stands near it"),
        (
            'ignores = ["The councils share a mayor."]',
            "ignores 'The councils share a mayor.' is found: 'share a mayor'",
        ),
    ],
)
def test_each_example_that_fails_is_told_with_its_line(tmp_path: Path, example: str, sentence: str) -> None:
    (problem,) = told(tmp_path, f'phrases = ["share ... mayor"]\n{example}\n')
    assert problem.startswith("rules/shared.toml:9: rule 'one-chief': ")
    assert sentence in problem


def test_all_that_fail_are_told_each_with_its_own_line(tmp_path: Path) -> None:
    problems = told(
        tmp_path,
        """phrases = ["share ... mayor"]
matches = [
    "Nothing here.",
    "The councils share a mayor.",
    "Nor here.",
]
""",
    )
    assert [problem.split(":")[1] for problem in problems] == ["10", "12"]


def test_an_example_stands_where_its_rule_looks(tmp_path: Path) -> None:
    rule = 'phrases = ["share ... mayor"]\nscope = ["attachment"]\nmatches = ["The councils share a mayor."]\n'
    assert not told(tmp_path, rule)


def test_another_rule_finding_it_does_not_help(tmp_path: Path) -> None:
    problems = told(
        tmp_path,
        """phrases = ["share ... clerk"]
matches = ["The councils share a mayor."]

[[rule]]
id = "other"
lang = "mt"
because = "says that they share a mayor"
phrases = ["share ... mayor"]
""",
    )
    assert len(problems) == 1


def test_an_example_in_a_language_that_the_request_does_without_is_not_asked(tmp_path: Path) -> None:
    """Rules made of lists bring examples in many languages; who takes one out of words/ need not change them."""
    folder = tmp_path / "rules"
    (folder / "words").mkdir(parents=True)
    french, english = "Les deux communes partagent un seul maire depuis janvier.", "The two towns have a mayor each."
    rule = f'phrases = ["<towns> ... <one_mayor>"]\nmatches = ["{french}", "{english}"]\n'
    (folder / "shared.toml").write_text(HEAD.replace('lang = "mt"\n', "") + rule)
    (folder / "words" / "en.toml").write_text(WORDS + 'towns = ["towns"]\none_mayor = ["one mayor"]\n')
    (only,) = load(folder, None).run_tests()
    assert english in only
    (folder / "words" / "fr.toml").write_text('frame = ["communes"]\n')
    told_of = load(folder, None).run_tests()
    assert [french in told_of[0], english in told_of[1], len(told_of)] == [True, True, 2]
