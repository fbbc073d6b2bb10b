"""Runs the rules' own examples: every ``matches`` must be found by its rule, no ``ignores`` may count."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harvester.classify.grammar import only_lists
from harvester.classify.hits import Hit, Read
from harvester.classify.language import OFFICIAL, language_of
from harvester.classify.rulefile import Category, Example, Rule
from harvester.classify.standing import judge
from harvester.model import Standing

if TYPE_CHECKING:
    from harvester.classify.rulebook import Rulebook


WORTH_LITTLE = 0.35  # up to this factor a hit is as good as none


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
        for language in _languages(rule, example)
        for read in [Read(book.compiled, book.compiled.languages[language], example.text, _where(rule))]
        for hit in read.hits
        if (hit.rule.id, hit.rule.category) == (rule.id, category.id)
    ]
    counting = [hit for hit, read in found if category.decides == "disposition" or _counts(hit, read)]
    if example.matches and not found:
        if _made_of_lists(rule) and language_of(example.text) in OFFICIAL - book.compiled.languages.keys():
            return None  # of a language that this request does without
        return f"matches {example.text!r} is not found by its phrases"
    if example.matches and not counting:
        return f"matches {example.text!r} is found, but {_discounted(*found[0])}"
    if not example.matches and counting:
        hit = counting[0]
        words = next(read for one, read in found if one is hit).text.words[hit.first : hit.last]
        return f"ignores {example.text!r} is found: {' '.join(words)!r}"
    return None


def _made_of_lists(rule: Rule) -> bool:
    """It speaks every language that has its lists, and its examples may be in any of them."""
    return not rule.patterns and all(only_lists(phrase) for phrase, _ in rule.phrases)


def _languages(rule: Rule, example: Example) -> tuple[str, ...]:
    """A ``matches`` may be in any language of its rule; an ``ignores`` is asked in the language it is written in."""
    if example.matches or len(rule.languages) == 1:
        return rule.languages
    language = language_of(example.text, rule.languages)
    return (language,) if language in rule.languages else rule.languages


def _counts(hit: Hit, read: Read) -> bool:
    """An ``ignores`` may be found if it is read as turned down or as another thing."""
    judgement = judge(hit, read)
    return judgement.standing is not Standing.REJECTED and judgement.factor > WORTH_LITTLE


def _discounted(hit: Hit, read: Read) -> str:
    """Why a hit does not count, as the end of a sentence that says where to look."""
    if judge(hit, read).standing is Standing.REJECTED:
        return "read as turned down; see <negation>, <refusal>, <abandonment> and <ending> in words/"
    if any(any(read.cues(n, "other_sense")) for n in range(len(read.text.sentences))):
        return "a word of <other_sense> stands near it; see words/"
    if not read.has_frame:
        return "no word of <frame> stands near it; see words/"
    return "it weighs little: something that might be, or that was asked"


def _where(rule: Rule) -> str:
    return "own_text" if "own_text" in rule.scope else "attachment:0" if "attachment" in rule.scope else "subject"
