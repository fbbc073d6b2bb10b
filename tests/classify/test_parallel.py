"""The shipped rules on statements of the same meaning in many languages (parallel/<language>.toml)."""

import tomllib
from pathlib import Path

import pytest

from harvester.classify.hits import Read
from harvester.classify.verdict import decide, evidence_of

FOLDER = Path(__file__).parent / "parallel"
CASES = [
    (file.stem, case["text"], set(case["labels"]))
    for file in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
]


@pytest.mark.parametrize(("language", "text", "labels"), CASES, ids=lambda value: str(value)[:50])
def test_the_same_meaning_gets_the_same_labels_in_every_language(shipped, language, text, labels):
    read = Read(shipped.compiled, shipped.compiled.languages[language], text, "own_text")
    evidence = evidence_of(read, shipped.categories)
    found = {
        category.id
        for category in shipped.categories.values()
        if decide(category, [e for e in evidence if e.category == category.id])[0]
    }
    assert found == labels
