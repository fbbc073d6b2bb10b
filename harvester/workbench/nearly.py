"""Why not: phrases of which all but one step stand in a sentence, or all of them but not as they should."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from harvester.classify.grammar import steps_of, whole, written
from harvester.classify.hits import Read
from harvester.classify.rulebook import Rulebook, read_all
from harvester.classify.rulefile import Rule

MOST = 8  # those of the rarest words; more is nobody's help


@dataclass(frozen=True, slots=True)
class Nearly:
    """``lacks``: the one step that no words of the sentence fit; empty where all do, too far apart or turned round."""

    category: str
    rule: str
    at: str  # file:line of the phrase
    phrase: str
    lacks: str
    width: int  # how common its rarest words are

    def told(self) -> str:
        why = f"lacks {self.lacks}" if self.lacks else "its words are there, too far apart or in another order"
        return f'{self.category}: "{self.phrase}" {why}  [{self.rule}, {self.at}]'


def nearly(book: Rulebook, text: str, language: str, about: str = "") -> list[Nearly]:
    """The rules of categories that came nearest to speaking of a text and did not, the rarest words first. ``about``:
    only those of this category, or the one rule with this name."""
    if language not in book.compiled.languages:
        return []
    read = Read(book.compiled, book.compiled.languages[language], text, "own_text")
    spoke = {(hit.rule.category, hit.rule.id) for hit in read.hits}
    found: dict[tuple[str, str], Nearly] = {}
    for one in sorted(_all(book, read), key=lambda one: (bool(one.lacks), one.width)):
        if (one.category, one.rule) not in spoke and about in ("", one.category, one.rule):
            found.setdefault((one.category, one.rule), one)
    return list(found.values())[:MOST]


def _all(book: Rulebook, read: Read) -> Iterator[Nearly]:
    rules = _as_written(book.folder, book.hash)
    finder, reading = read.language.rules, read.language.read(read.text)
    for which, pattern in enumerate(finder.patterns):
        rule = book.compiled.rules[pattern.of.rule]
        raw = pattern.of.phrase < 0
        if raw or pattern.of.cancels or rule.category not in book.categories or sum(map(len, pattern.parts)) < 2:
            continue
        phrase, at = rules[pattern.of.rule].phrases[pattern.of.phrase]
        for number in range(len(read.text.sentences)):
            missing = finder.missing(which, reading, number)
            if len(missing) < 2:
                lacks = [written(steps_of(phrase[part])[step][1]) for part, step in missing]
                yield Nearly(rule.category, rule.id, at, whole(phrase), "".join(lacks), finder.width(which))


@lru_cache(1)
def _as_written(folder: Path, _hash: str) -> list[Rule]:
    """Reading the files takes seconds, and the pages ask again and again."""
    return [rule for _, some in read_all(folder, [])[1] for rule in some]
