"""One rule file of ``rules/``: a category (or the dispositions) with its kinds and rules.

The rules of one language may stand in a file of their own: ``rules/shared/nl.toml`` goes on where
``rules/shared.toml`` ends, in Dutch.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from harvester.classify.grammar import Phrase, PhraseFault, lists_in, only_lists, parse
from harvester.classify.tomlfile import Checker, TomlFile
from harvester.classify.topics import LAST
from harvester.classify.words import Words, did_you_mean_list
from harvester.did_you_mean import did_you_mean

SCOPES = ("own_text", "subject", "attachment")
FILE_KEYS = ("id", "title", "request", "order", "decides", "accept_at", "review_at", "was_public", "kind", "rule")
MORE_KEYS = ("rule",)
KIND_KEYS = ("id", "title")
RULE_KEYS = (
    "id", "lang", "kind", "weight", "because", "phrases", "patterns", "unless", "yields_to", "scope", "matches",
    "ignores",
)  # fmt: skip
MOST_WEIGHT = 10


@dataclass(frozen=True)
class Example:
    """A sentence that a rule must match or ignore, and where it stands."""

    text: str
    matches: bool
    at: str  # file:line


@dataclass(frozen=True)
class Rule:
    """One thing that officers say, in the languages that can say it."""

    id: str
    kind: str | None  # full dotted id
    weight: float
    because: str
    scope: frozenset[str]
    languages: tuple[str, ...]
    phrases: tuple[tuple[Phrase, str], ...]  # with file:line
    unless: tuple[tuple[Phrase, str], ...]
    patterns: tuple[tuple[list[dict[str, Any]], str], ...]
    examples: tuple[Example, ...]
    at: str
    yields_to: tuple[str, ...] = ()  # categories whose evidence beside it explains it


@dataclass(frozen=True)
class Category:
    """What a rule file says of the whole: names and thresholds."""

    id: str
    title: str
    request: str
    kinds: Mapping[str, str]  # full dotted id -> title
    accept_at: float
    review_at: float
    decides: str = "category"  # or "disposition"
    order: float = LAST  # its place among the categories, wherever they are listed
    was_public: bool = False  # what a firm had is none of it


def read_rules(
    file: TomlFile,
    words: Mapping[str, Words],
    problems: list[str],
    more: Mapping[str, TomlFile] = MappingProxyType({}),
) -> tuple[Category, list[Rule]] | None:
    """The file's category and rules, those of ``more`` (language -> file) too; every fault goes to ``problems``."""
    if not file.table:
        if file.lines is not None:
            problems.append(f"{file.name}:1: the file is empty; it needs id, title and [[rule]]")
        return None
    top = Checker(file, file.table, (), "", problems)
    top.known(FILE_KEYS)
    decides = top.text("decides", "category")
    if decides not in ("category", "disposition"):
        top.fault(
            f'decides must be "category" or "disposition"{did_you_mean(decides, ["category", "disposition"])}',
            "decides",
        )
    ident = top.text("id")
    if "." in ident or " " in ident:
        top.fault(f"id {ident!r} must be one word without dots and blanks", "id")
    kinds = _kinds(file, top, ident if decides == "category" else "", problems)
    accept_at = top.number("accept_at", 3.0, 100)
    review_at = top.number("review_at", min(1.5, accept_at), 100)
    if review_at > accept_at:
        top.fault(f"review_at ({review_at:g}) is above accept_at ({accept_at:g})", "review_at")
    title = top.text("title", "" if decides == "disposition" else None)
    order = top.number("order", LAST, LAST)
    public = top.flag("was_public")
    category = Category(ident, title, top.text("request", ""), kinds, accept_at, review_at, decides, order, public)
    tables = top.tables("rule")
    if not tables and not more:
        top.fault("there is no [[rule]] in this file")
    seen: dict[str, str] = {}
    rules = [_rule(file, table, n, category, words, seen, problems) for n, table in enumerate(tables)]
    for language, beside in more.items():
        check = Checker(beside, beside.table, (), "", problems)
        check.known(MORE_KEYS)
        if language not in words:
            check.fault(f"its name is no language of words/{did_you_mean(language, words)}")
            continue
        for n, table in enumerate(check.tables("rule")):
            in_its_language = {"lang": language, **table} if isinstance(table, dict) else table
            rules.append(_rule(beside, in_its_language, n, category, words, seen, problems))
    return category, rules


def _kinds(file: TomlFile, top: Checker, category: str, problems: list[str]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for n, table in enumerate(top.tables("kind")):
        check = Checker(file, table, ("kind", n), "kind", problems)
        check.known(KIND_KEYS)
        ident = check.text("id")
        full = f"{category}.{ident}" if category and not ident.startswith(f"{category}.") else ident
        if full in kinds:
            check.fault(f"the id {ident!r} is there twice", "id")
        kinds[full] = check.text("title", ident)
    return kinds


def _rule(
    file: TomlFile,
    table: Any,
    n: int,
    category: Category,
    words: Mapping[str, Words],
    seen: dict[str, str],
    problems: list[str],
) -> Rule:
    ident = table.get("id") if isinstance(table, dict) else None
    name = f"rule {ident!r}" if isinstance(ident, str) else f"rule number {n + 1}"
    check = Checker(file, table, ("rule", n), name, problems)
    check.known(RULE_KEYS)
    ident = check.text("id")
    at = file.at("rule", n, "id")
    if ident in seen:
        check.fault(f"the id is taken; it stands at {seen[ident]} too", "id")
    seen.setdefault(ident, at)
    phrases = _phrases(check, file, n, "phrases", problems, name)
    unless = _phrases(check, file, n, "unless", problems, name)
    patterns = _patterns(check, file, n)
    if not check.value("phrases") and not check.value("patterns"):
        check.fault("phrases is missing: nothing to look for")
    scope = check.texts("scope") or list(SCOPES)
    for wrong in [s for s in scope if s not in SCOPES]:
        check.fault(f"scope {wrong!r} is none of {', '.join(SCOPES)}{did_you_mean(wrong, SCOPES)}", "scope")
    examples = tuple(
        Example(text, key == "matches", file.at("rule", n, key, m))
        for key in ("matches", "ignores")
        for m, text in enumerate(check.texts(key))
    )
    return Rule(
        id=ident,
        kind=_kind(check, category),
        weight=check.number("weight", 2.0, MOST_WEIGHT),
        because=check.text("because"),
        scope=frozenset(scope),
        languages=_languages(check, phrases, unless, bool(patterns), words),
        phrases=tuple(phrases),
        unless=tuple(unless),
        patterns=tuple(patterns),
        examples=examples,
        at=at,
        yields_to=tuple(check.texts("yields_to")),
    )


def _kind(check: Checker, category: Category) -> str | None:
    kind = check.text("kind", "")
    if not kind:
        if category.decides == "disposition":
            check.fault("kind is missing: which disposition does it say?")
        return None
    full = kind
    if category.decides == "category" and not kind.startswith(f"{category.id}."):
        full = f"{category.id}.{kind}"
    if full not in category.kinds:
        known = [k.removeprefix(f"{category.id}.") for k in category.kinds]
        guess = did_you_mean(kind, known) or f"; known here: {', '.join(known) or 'none'}"
        check.fault(f"unknown kind {kind!r}{guess}", "kind")
        return None
    return full


def _phrases(
    check: Checker, file: TomlFile, n: int, key: str, problems: list[str], name: str
) -> list[tuple[Phrase, str]]:
    found = []
    for m, text in enumerate(check.texts(key)):
        at = file.at("rule", n, key, m)
        try:
            found.append((parse(text), at))
        except PhraseFault as fault:
            problems.append(f"{at}: {name}: {text!r}: {fault}")
    return found


def _patterns(check: Checker, file: TomlFile, n: int) -> list[tuple[list[dict[str, Any]], str]]:
    found = []
    value = check.value("patterns")
    if value is None:
        return []
    if not isinstance(value, list):
        check.fault("patterns must be a list of lists of tables, as spaCy's Matcher takes them", "patterns")
        return []
    for m, pattern in enumerate(value):
        if not isinstance(pattern, list) or not pattern or not all(isinstance(t, dict) for t in pattern):
            check.fault('a pattern must look like [{ LOWER = "word" }, { IS_DIGIT = true }]', "patterns", m)
        else:
            found.append((pattern, file.at("rule", n, "patterns", m)))
    return found


def _languages(
    check: Checker,
    phrases: list[tuple[Phrase, str]],
    unless: list[tuple[Phrase, str]],
    raw: bool,
    words: Mapping[str, Words],
) -> tuple[str, ...]:
    """Those the rule names, else those that have all its lists.

    ``unless`` may hold words of one language all the same: in other languages they just never occur.
    """
    named = check.texts("lang")
    parsed = [*phrases, *unless]
    wanted = set().union(*(lists_in(phrase) for phrase, _ in parsed), set())
    if named:
        for wrong in [lang for lang in named if lang not in words]:
            guess = did_you_mean(wrong, words) or f"; there are {', '.join(sorted(words)) or 'none'}"
            check.fault(f"no words/{wrong}.toml for lang {wrong!r}{guess}", "lang")
        named = [lang for lang in named if lang in words]
        for lang in named:
            if not words[lang].unread:
                _unknown_lists(check, parsed, words[lang].lists, f" in words/{lang}.toml")
        return tuple(named)
    if any(one.unread for one in words.values()):
        return ()  # one fault is told; that its lists are missed everywhere would hide it among thousands
    everywhere = {name for one in words.values() for name in one.lists}
    if _unknown_lists(check, parsed, everywhere, ""):
        return ()
    if raw or any(not only_lists(phrase) for phrase, _ in phrases):
        check.fault('words of one language stand in it; say which: lang = "en"')
        return ()
    able = tuple(sorted(lang for lang, one in words.items() if one.has(wanted)))
    if parsed and not able:
        lists = ", ".join(f"<{name}>" for name in sorted(wanted))
        check.fault(f"no language has all the lists that it needs: {lists}")
    return able


def _unknown_lists(check: Checker, phrases: list[tuple[Phrase, str]], known: Collection[str], where: str) -> bool:
    """Tell of each list that nobody knows, at the phrase that names it."""
    found = False
    for phrase, at in phrases:
        for name in sorted(lists_in(phrase) - set(known)):
            check.fault_at(at, f"unknown list <{name}>{where}{did_you_mean_list(name, known)}")
            found = True
    return found
