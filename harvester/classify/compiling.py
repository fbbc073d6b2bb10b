"""Rules and words, once read, become patterns: lists and forms spelled out, word classes numbered."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harvester.classify.anchors import Part, Pattern
from harvester.classify.compiled import ClassNumbers, Compiled, CompiledRule, Language, Role
from harvester.classify.expansion import MissingList, Speller
from harvester.classify.forms import forms_of
from harvester.classify.grammar import PhraseFault, words_in
from harvester.classify.phrases import raw_anchor
from harvester.classify.rulefile import Category, Rule
from harvester.classify.words import CUES, Words

Files = Sequence[tuple[Category, Sequence[Rule]]]


def compile_rules(words: Mapping[str, Words], files: Files, problems: list[str], cache: Path | None = None) -> Compiled:
    """Every phrase spelled out in every language that can say it; runaway ones are told in ``problems``."""
    rules = [(category, rule) for category, rules in files for rule in rules]
    compiled = tuple(
        CompiledRule(
            rule.id,
            category.id,
            rule.kind,
            rule.weight,
            rule.because,
            rule.scope,
            frozenset(rule.yields_to),
        )
        for category, rule in rules
    )
    languages = {
        code: _language(
            one, [(n, rule) for n, (_, rule) in enumerate(rules) if code in rule.languages], problems, cache
        )
        for code, one in sorted(words.items())
    }
    return Compiled(tuple(category for category, _ in files), compiled, languages)


def _language(words: Words, rules: list[tuple[int, Rule]], problems: list[str], cache: Path | None) -> Language:
    wanted = words.any_form_words()
    for _, rule in rules:
        for phrase, _ in (*rule.phrases, *rule.unless):
            wanted |= {word.text for word in words_in(phrase) if word.any_form}
    speller = Speller(words.lists, forms_of(wanted, words.language, cache))
    numbers = ClassNumbers()
    patterns: list[Pattern] = []
    for n, rule in rules:
        for phrases, cancels in ((rule.phrases, False), (rule.unless, True)):
            for phrase, at in phrases:
                try:
                    parts = tuple(numbers.part(ways) for ways in speller.phrase(phrase))
                except MissingList:
                    continue  # told where it was read
                except PhraseFault as fault:
                    problems.append(f"{at}: rule {rule.id!r}: {fault}")
                else:
                    patterns.append(Pattern(parts, Role(n, cancels)))
        for raw, _ in rule.patterns:
            part = numbers.raw(raw, raw_anchor(raw))
            patterns.append(Pattern((part,), Role(n)))
    patterns.extend(_cues(words, speller, numbers, problems))
    return Language(words.language, tuple(numbers.classes), tuple(patterns))


def _cues(words: Words, speller: Speller, numbers: ClassNumbers, problems: list[str]) -> list[Pattern]:
    """One pattern a cue list."""
    found: list[Pattern] = []
    for cue in CUES:
        parts: list[Part] = []
        for n, entry in enumerate(words.lists.get(cue, ())):
            try:
                parts.extend(numbers.part(ways) for ways in speller.phrase(entry))
            except MissingList:
                continue
            except PhraseFault as fault:
                problems.append(f"{words.file.at(cue, n)}: list {cue!r}: {fault}")
        if parts:
            ways = tuple(dict.fromkeys(way for part in parts for way in part.ways))
            singles = tuple(way for way in ways if len(way) == 1)
            longer = tuple(way for way in ways if len(way) > 1)
            found.extend(Pattern((Part(some),), Role(cue=cue)) for some in (singles, longer) if some)
    return found
