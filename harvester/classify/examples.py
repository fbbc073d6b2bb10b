"""Runs the rules' own examples: every ``matches`` must be found by its rule, no ``ignores`` may count."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harvester.classify.hits import Hit, Read
from harvester.classify.rulefile import Category, Example, Rule
from harvester.classify.standing import judge
from harvester.model import Standing

if TYPE_CHECKING:
    from harvester.classify.rulebook import Rulebook


def failing(book: "Rulebook", files: Sequence[tuple[Category, list[Rule]]]) -> list[str]:
    """One sentence for each example that does not come out as its rule says."""
    problems = []
    for category, rules in files:
        for rule in rules:
            for example in rule.examples:
                problem = _problem(book, category, rule, example)
                if problem:
                    problems.append(f"{example.at}: rule {rule.id!r}: {problem}")
    return problems


def _problem(book: "Rulebook", category: Category, rule: Rule, example: Example) -> str | None:
    found = [
        (hit, read)
        for language in rule.languages
        for read in [Read(book.compiled, book.compiled.languages[language], example.text, _where(rule))]
        for hit in read.hits
        if (hit.rule.id, hit.rule.category) == (rule.id, category.id)
    ]
    counting = [hit for hit, read in found if category.decides == "disposition" or _counts(hit, read)]
    if example.matches and not found:
        return f"matches {example.text!r} is not found by its phrases"
    if example.matches and not counting:
        return f"matches {example.text!r} is found, but read as turned down; see the cues in words/"
    if not example.matches and counting:
        hit = counting[0]
        words = next(read for one, read in found if one is hit).text.words[hit.first : hit.last]
        return f"ignores {example.text!r} is found: {' '.join(words)!r}"
    return None


def _counts(hit: Hit, read: Read) -> bool:
    """An ``ignores`` may be found if it is read as turned down or as another thing."""
    judgement = judge(hit, read)
    return judgement.standing is not Standing.REJECTED and judgement.factor > WORTH_LITTLE


WORTH_LITTLE = 0.35


def _where(rule: Rule) -> str:
    return "own_text" if "own_text" in rule.scope else "attachment:0" if "attachment" in rule.scope else "subject"
