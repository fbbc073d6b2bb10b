"""The shipped rules on concepts told in passing, each in fourteen languages: a grid shows the holes that lists hide."""

import tomllib
from pathlib import Path

import pytest

from harvester.classify.hits import Read
from harvester.classify.verdict import decide, evidence_of

TOLD = tomllib.loads(Path(__file__).with_name("concepts.toml").read_text(encoding="utf-8"))
GRID = [(name, language) for name, said in TOLD.items() for language in said if language != "label"]


@pytest.mark.parametrize(("name", "language"), GRID)
def test_a_concept_is_found_in_every_language(shipped, name, language):
    read = Read(shipped.compiled, shipped.compiled.languages[language], TOLD[name][language], "own_text")
    evidence = evidence_of(read, shipped.categories)
    found = {
        category.id
        for category in shipped.categories.values()
        if decide(category, [e for e in evidence if e.category == category.id])[0]
    }
    assert found == {TOLD[name]["label"]}


def test_every_concept_is_told_in_fourteen_languages():
    assert {len(said) - 1 for said in TOLD.values()} == {14}
