"""docs/rules.md: every example in it is run."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harvester.classify.hits import Read
from harvester.classify.rulebook import Rulebook, load
from harvester.classify.standing import judge
from harvester.classify.words import CUES
from harvester.errors import ConfigError
from harvester.model import Standing

REPO = Path(__file__).parents[2]
PAGE = (REPO / "docs" / "rules.md").read_text(encoding="utf-8")
HEAD = 'id = "shared"\ntitle = "Shared"\n[[kind]]\nid = "chief_executive"\n'
(RULE,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
(WORDS,) = re.findall(r"```words\n(.*?)```", PAGE, re.DOTALL)
CUE_WORDS = """
negation = ["not"]
refusal = ["~reject", "was against", "against"]
plan = ["~plan"]
conditional = ["could"]
not_conditional = ["so that ... could"]
wish = ["wanted to"]
advert = ["early birds", "register now"]
at_first = ["at first"]
frame = ["~council"]
other_sense = ["shareholders"]
stranger = ["as a student"]
for_a_while = ["in #"]
back_again = ["went its own way"]
by_now = ["since April"]
"""


def cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table(head: str) -> list[list[str]]:
    below = re.match(r"(?:\|.*\n)+", PAGE[PAGE.index(head) :])
    assert below is not None
    return [cells(line) for line in below[0].splitlines()[2:]]


Make = Callable[[str], Rulebook]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(rule: str) -> Rulebook:
        (tmp_path / "rules" / "words").mkdir(parents=True)
        (tmp_path / "rules" / "shared.toml").write_text(HEAD + rule)
        language = "de" if "lang = 'de'" in rule else "en"  # a dictionary takes a second to read
        (tmp_path / "rules" / "words" / f"{language}.toml").write_text(WORDS + CUE_WORDS)
        return load(tmp_path / "rules", None)

    return made


def speaks(book: Rulebook, text: str) -> bool:
    return any(Read(book.compiled, one, text, "own_text").hits for one in book.compiled.languages.values())


def test_the_rule_of_the_page_keeps_its_own_promises(make: Make) -> None:
    assert make(RULE).run_tests() == []


@pytest.mark.parametrize(("written", "finds", "ignores"), table("| you write | it finds |"))
def test_each_phrase_finds_and_ignores_what_the_page_says(make: Make, written: str, finds: str, ignores: str) -> None:
    phrase = re.findall(r"`([^`]+)`", written)[0]
    language = "de" if 'lang = "de"' in written else "en"
    book = make(f"[[rule]]\nid = 'a'\nlang = '{language}'\nbecause = 'b'\nphrases = ['{phrase}']\n")
    assert speaks(book, finds)
    assert not speaks(book, ignores)


def test_the_raw_pattern_of_the_page_is_one(make: Make) -> None:
    (pattern,) = re.findall(r"`(patterns = .*)`", PAGE)
    book = make(f"[[rule]]\nid = 'a'\nlang = 'en'\nbecause = 'b'\n{pattern}\n")
    assert speaks(book, "From 12 councils")
    assert not speaks(book, "From twelve councils")


def test_every_list_the_engine_knows_stands_in_the_page() -> None:
    told = {name for row in table("| list | what it does |") for name in re.findall(r"`(\w+)`", row[0])}
    assert told <= set(CUES)
    assert {"negation", "refusal", "plan", "conditional", "frame", "other_sense", "contrast"} <= told


@pytest.mark.parametrize(
    ("name", "standing", "most"),
    [
        ("negation", Standing.REJECTED, 1.0),
        ("refusal", Standing.REJECTED, 1.0),
        ("plan", Standing.PLANNED, 1.0),
        ("conditional", Standing.PLANNED, 0.35),
        ("not_conditional", Standing.EXAMPLE, 1.0),
        ("wish", Standing.PLANNED, 0.35),
        ("at_first", Standing.EXAMPLE, 1.0),
        ("private", Standing.EXAMPLE, 0.35),
        ("authority", Standing.EXAMPLE, 1.0),
        ("advert", Standing.EXAMPLE, 0.35),
        ("stranger", Standing.EXAMPLE, 0.35),
        ("for_a_while", Standing.REJECTED, 1.0),
        ("by_now", Standing.EXAMPLE, 1.0),
        ("frame", Standing.EXAMPLE, 0.35),
        ("other_sense", Standing.EXAMPLE, 0.35),
    ],
)
def test_the_known_lists_do_what_the_page_says(make: Make, name: str, standing: Standing, most: float) -> None:
    (example,) = [row[2] for row in table("| list | what it does |") if f"`{name}`" in row[0]]
    book = make(RULE)
    read = Read(book.compiled, book.compiled.languages["en"], example, "own_text")
    (judgement,) = [judge(hit, read) for hit in read.hits]
    assert judgement.standing is standing
    assert judgement.factor <= most


@pytest.mark.parametrize(("written", "told"), table("| you write | you are told |"))
def test_each_fault_is_told_as_the_page_says(make: Make, written: str, told: str) -> None:
    line = written.strip("`")
    key = line.partition(" ")[0]
    rule = re.sub(rf"(?m)^{key} = .*\n", "", RULE) + line + "\n"
    with pytest.raises(ConfigError) as fault:
        make(rule)
    assert told in str(fault.value)
    assert re.search(r"rules/shared\.toml:\d+: rule 'one-chief-for-several': ", str(fault.value))
