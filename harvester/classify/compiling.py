"""Rules and words, once read, become patterns: lists and forms spelled out, word classes numbered."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harvester.classify.compiled import Compiled, CompiledRule, Language, Owner
from harvester.classify.expansion import MissingList, Speller
from harvester.classify.forms import forms_of
from harvester.classify.grammar import Phrase, PhraseFault, earlier, words_in
from harvester.classify.numbers import Numbers
from harvester.classify.patterns import Pattern, Step
from harvester.classify.raw_patterns import raw_anchors
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
            category.was_public,
        )
        for category, rule in rules
    )
    languages = {
        code: _language(
            one, [(n, rule) for n, (_, rule) in enumerate(rules) if code in rule.languages], problems, cache
        )
        for code, one in sorted(words.items())
    }
    spoken = {code for category, rule in rules if category.decides == "category" for code in rule.languages}
    speaks = frozenset(code for code in spoken if not (code in words and words[code].partial))
    categories = sorted((category for category, _ in files), key=lambda category: category.order)
    return Compiled(tuple(categories), compiled, languages, speaks)


def _language(words: Words, rules: list[tuple[int, Rule]], problems: list[str], cache: Path | None) -> Language:
    forms = forms_of(in_any_form(words, [rule for _, rule in rules]), words.language, cache)
    speller = Speller(_sound(words, Speller(words.lists, forms), problems), forms)
    numbers = Numbers()
    patterns: list[Pattern] = []
    for n, rule in rules:
        for phrases, cancels in ((rule.phrases, False), (rule.unless, True)):
            for m, (phrase, at) in enumerate(phrases):
                try:
                    parts = tuple(numbers.part(steps) for steps in speller.phrase(phrase))
                except MissingList:
                    continue  # told where it was read
                except PhraseFault as fault:
                    problems.append(f"{at}: rule {rule.id!r}: {fault}")
                else:
                    patterns.append(Pattern(parts, Owner(n, cancels, phrase=m), earlier(phrase)))
        for raw, _ in rule.patterns:
            if anchors := raw_anchors(raw):  # else told where it was read
                patterns.append(Pattern((numbers.raw(raw, anchors),), Owner(n)))
    for cue in CUES:
        with contextlib.suppress(MissingList):
            ways = speller.entries(cue)
            # a short cue must not hide a longer one that holds it
            single, longer = [w for w in ways if len(w) == 1], [w for w in ways if len(w) > 1]
            patterns.extend(Pattern(((Step(numbers.piece(w)),),), Owner(cue=cue)) for w in (single, longer) if w)
    return Language.of(words.language, tuple(numbers.classes), tuple(numbers.pieces), tuple(patterns))


def in_any_form(words: Words, rules: Iterable[Rule]) -> set[str]:
    """The words of one language that lists and rules want in any form."""
    wanted = words.any_form_words()
    for rule in rules:
        for phrase, _ in (*rule.phrases, *rule.unless):
            wanted |= {word.text for word in words_in(phrase) if word.any_form}
    return wanted


def _sound(words: Words, speller: Speller, problems: list[str]) -> dict[str, tuple[Phrase, ...]]:
    """The lists that can be spelled out; the others are told once, where they stand."""
    sound = {}
    for name, entries in words.lists.items():
        try:
            speller.entries(name)
        except MissingList:
            continue  # told where it was read
        except PhraseFault as fault:
            problems.append(f"{words.file.at(name)}: list {name!r}: {fault}")
        else:
            sound[name] = entries
    return sound
