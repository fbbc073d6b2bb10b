"""The shipped rules on the same statements in many languages: statements.toml and parallel/<language>.toml."""

import tomllib
from pathlib import Path

import pytest

from harvester.classify.hits import Read
from harvester.classify.verdict import decide, evidence_of
from harvester.model import Standing

HERE = Path(__file__).parent
STATEMENTS = tomllib.loads((HERE / "statements.toml").read_text(encoding="utf-8"))
SAID = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted((HERE / "parallel").glob("*.toml"))
}
CASES = [(language, name) for language, said in SAID.items() for name in said]


@pytest.mark.parametrize(("language", "name"), CASES)
def test_the_same_meaning_gets_the_same_labels_in_every_language(shipped, language, name):
    read = Read(shipped.compiled, shipped.compiled.languages[language], SAID[language][name], "own_text")
    evidence = evidence_of(read, shipped.categories)
    found = {
        category.id: verdict.standing
        for category in shipped.categories.values()
        if (verdict := decide(category, [e for e in evidence if e.category == category.id])[0])
    }
    statement = STATEMENTS[name]
    assert sorted(found) == sorted(statement["labels"])
    if statement.get("planned"):
        assert set(found.values()) == {Standing.PLANNED}


@pytest.mark.parametrize("language", SAID)
def test_every_language_says_everything(language):
    assert SAID[language].keys() == STATEMENTS.keys()
