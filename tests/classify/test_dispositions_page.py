"""docs/dispositions.md says what the code does."""

import re
import tomllib
from pathlib import Path

from harvester.classify import machine_texts, machines
from harvester.model import MACHINE, Disposition

REPO = Path(__file__).parents[2]
FOLDER = REPO / "rules" / "dispositions"
PAGE = (REPO / "docs" / "dispositions.md").read_text(encoding="utf-8")


def rows(head: str) -> list[list[str]]:
    """The cells of the table whose head begins so; each with backquotes taken off."""
    below = PAGE[PAGE.index(head) :]
    lines = re.match(r"(?:\|.*\n)+", below)
    assert lines is not None
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[0].splitlines()[2:]]


def test_every_disposition_stands_in_the_page_as_a_persons_or_a_machines() -> None:
    told = {row[0]: row[1] for row in rows("| disposition | who wrote |")}
    assert told == {kind: "a machine" if kind in MACHINE else "a person" for kind in Disposition}


def test_signs_stand_in_the_order_in_which_they_are_asked() -> None:
    certain, likely = (rows(found) for found in _heads("| asked in this order |"))
    assert [row[:2] for row in certain] == [[sign.__name__, kind] for kind, sign in machines.CERTAIN]
    assert [row[:2] for row in likely] == [[sign.__name__, kind] for kind, sign in machine_texts.LIKELY]


def test_the_languages_are_those_of_the_rules() -> None:
    told = re.search(r"It speaks these languages: ([a-z, ]+)\.", PAGE)
    assert told is not None
    assert told[1].split(", ") == sorted(file.stem for file in FOLDER.glob("*.toml"))
    for file in FOLDER.glob("*.toml"):
        rules = tomllib.loads(file.read_text(encoding="utf-8"))["rule"]
        assert {(rule["kind"], rule["id"]) for rule in rules} >= {
            (kind, f"{name}-{file.stem}")
            for kind, name in (("nil", "no-examples"), ("question", "asks"), ("holding", "later"))
        }


def _heads(start: str) -> list[str]:
    """Everything from each table with this head on."""
    return [PAGE[found.start() :] for found in re.finditer(re.escape(start), PAGE)]
