"""The shipped rules on pairs of sentences that differ only in whether the thing was done."""

import tomllib
from pathlib import Path

import pytest

from harvester.classify.hits import Read
from harvester.classify.rulebook import Rulebook
from harvester.classify.verdict import decide, evidence_of

FOLDER = Path(__file__).parent / "minimal_pairs"
PAIRS = [
    (file.stem, category, done, *turned_down)
    for file in sorted(FOLDER.glob("*.toml"))
    for category, table in tomllib.loads(file.read_text(encoding="utf-8")).items()
    for done, *turned_down in table["pairs"]
]


def counting(book: Rulebook, language: str, text: str) -> set[str]:
    read = Read(book.compiled, book.compiled.languages[language], text, "own_text")
    evidence = evidence_of(read, book.categories)
    return {
        category.id
        for category in book.categories.values()
        if decide(category, [e for e in evidence if e.category == category.id])[0]
    }


@pytest.mark.parametrize(("language", "category", "done", "turned_down"), PAIRS, ids=lambda value: str(value)[:40])
def test_what_was_done_counts_and_what_was_turned_down_does_not(shipped, language, category, done, turned_down):
    assert counting(shipped, language, done) == {category}
    assert counting(shipped, language, turned_down) == set()
