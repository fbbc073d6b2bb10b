"""The folder ``rules/`` -> Rulebook: read, checked, compiled, cached by its hash.

rules/shared.toml          a category: title, kinds, thresholds, rules
rules/shared/nl.toml       more of its rules, in Dutch
rules/words/nl.toml        the lists of Dutch words that all rules share
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harvester.classify import cache as kept
from harvester.classify.compiled import Compiled
from harvester.classify.compiled_json import from_json, to_json
from harvester.classify.compiling import compile_rules
from harvester.classify.forms import dictionary_version
from harvester.classify.language import little_words_file
from harvester.classify.raw_patterns import raw_faults
from harvester.classify.rulefile import Category, Rule, read_rules
from harvester.classify.tomlfile import read_toml
from harvester.classify.words import Words, read_words
from harvester.did_you_mean import did_you_mean
from harvester.errors import ConfigError

FORMAT = "13"
"""Raised whenever the same files compile to something else."""
WORDS = "words"  # the folder of the shared vocabulary


@dataclass(frozen=True)
class Rulebook:
    """The rules, ready to run. ``hash`` names what they were made from."""

    folder: Path
    hash: str
    compiled: Compiled

    @cached_property
    def categories(self) -> dict[str, Category]:
        """The request's categories by id, in order of the files."""
        return {c.id: c for c in self.compiled.categories if c.decides == "category"}

    @cached_property
    def dispositions(self) -> frozenset[str]:
        """Ids of the rule files that decide what kind of mail it is."""
        return frozenset(c.id for c in self.compiled.categories if c.decides == "disposition")

    @property
    def languages(self) -> frozenset[str]:
        """Languages in which some rule of a category speaks, and not with a few words only."""
        return self.compiled.speaks

    def run_tests(self) -> list[str]:
        """One sentence, with file and line, for every example of a rule that does not come out as it says."""
        from harvester.classify.examples import failing

        return failing(self, read_all(self.folder, [])[1])


def load(rules: Path, cache: Path | None) -> Rulebook:
    """Read the folder of rules. Raises ConfigError with every fault; ``cache=None`` writes nothing."""
    key = hash_of(rules)
    compiled = _kept(cache, key)
    if compiled is None:
        problems: list[str] = []
        words, files = read_all(rules, problems)
        compiled = compile_rules(words, files, problems, cache)
        if problems:
            raise ConfigError(sorted(set(problems), key=_by_line))
        kept.keep(cache, "rulebook", key, to_json(compiled))
    return Rulebook(rules, key, compiled)


def ready(rules: Path, cache: Path | None) -> Rulebook | None:
    """The same where it was compiled before; None where that would take long."""
    key = hash_of(rules)
    compiled = _kept(cache, key)
    return None if compiled is None else Rulebook(rules, key, compiled)


def _kept(cache: Path | None, key: str) -> Compiled | None:
    try:
        value = kept.fetch(cache, "rulebook", key)
        return value and from_json(value)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


def files_of(folder: Path) -> tuple[list[Path], list[Path]]:
    """The rule files and the files of words, in order of their names."""
    if not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder of rules; `harvester init DIR` writes one")
    rules = _toml(folder)
    if not rules:
        raise ConfigError(f"{folder}: holds no rule file (*.toml); `harvester init DIR` writes some")
    return rules, _toml(folder / WORDS)


def more_of(rules: Path) -> list[Path]:
    """The files that go on with this rule file, one a language."""
    return _toml(rules.with_suffix(""))


def _toml(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*.toml") if p.is_file())


def hash_of(folder: Path) -> str:
    """Of all that decides what the rules say: files, our format, simplemma's dictionaries, each language's little
    words."""
    digest = hashlib.sha256(f"{FORMAT}\n{dictionary_version()}\n".encode() + little_words_file())
    rules, words = files_of(folder)
    for path in (*rules, *(more for file in rules for more in more_of(file)), *words):
        try:
            content = path.read_bytes()
        except OSError as fault:
            raise ConfigError(f"{path}: cannot be read: {fault.strerror}") from fault
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


Files = list[tuple[Category, list[Rule]]]


def read_all(folder: Path, problems: list[str]) -> tuple[dict[str, Words], Files]:
    """Every file, understood; all faults of all files go to ``problems``."""
    rule_paths, word_paths = files_of(folder)
    problems.extend(_strange_folders(folder, [path.stem for path in rule_paths]))
    words = {}
    for path in word_paths:
        file = read_toml(path, f"{folder.name}/{WORDS}/{path.name}", problems)
        words[path.stem] = read_words(file, path.stem, problems)
    files: Files = []
    ids: dict[str, str] = {}
    for path in rule_paths:
        name = f"{folder.name}/{path.name}"
        more = {p.stem: read_toml(p, f"{folder.name}/{path.stem}/{p.name}", problems) for p in more_of(path)}
        read = read_rules(read_toml(path, name, problems), words, problems, more)
        if read is None:
            continue
        if read[0].id in ids:
            problems.append(f"{name}:1: the id {read[0].id!r} is taken by {ids[read[0].id]}")
        ids.setdefault(read[0].id, name)
        files.append(read)
    for category, rules in files:
        for rule in rules:
            for other in rule.yields_to:
                if other not in ids or other == category.id:
                    guess = did_you_mean(other, [i for i in ids if i != category.id])
                    problems.append(f"{rule.at}: rule {rule.id!r}: yields_to: no other category {other!r}{guess}")
            for pattern, at in rule.patterns:
                problems.extend(f"{at}: rule {rule.id!r}: {fault}" for fault in raw_faults(pattern))
    return words, files


def _strange_folders(folder: Path, rule_files: list[str]) -> Iterator[str]:
    """Rules in a folder that belongs to no rule file would never be read."""
    for below in sorted(p for p in folder.iterdir() if p.is_dir() and _toml(p)):
        if below.name not in (WORDS, *rule_files):
            guess = did_you_mean(below.name, [WORDS, *rule_files])
            missing = f"{folder.name}/{below.name}.toml"
            yield f"{folder.name}/{below.name}:1: there is no {missing} that this would go on with{guess}"
    if WORDS in rule_files:
        yield f"{folder.name}/{WORDS}.toml:1: {WORDS!r} is the name of the shared vocabulary; call this file otherwise"


def _by_line(problem: str) -> tuple[str, int]:
    name, _, rest = problem.partition(":")
    number = rest.partition(":")[0]
    return name, int(number) if number.isdigit() else 0
