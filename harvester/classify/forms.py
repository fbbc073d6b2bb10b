"""Every form of a word, from simplemma's dictionaries (its only door).

The English one knows "closed" and not "closing", "canceled" and not "cancelled"; regular endings are added to it.

Used while a rulebook is compiled, and to tell a name from a word: the dictionary of one language takes up to 450 MB
and a second or two, so they are read one after the other, what was asked once is kept on disk, and the forms of the
words in our own rules ship (``shipped_forms``). A rule changed without a word that is new to its language opens no
dictionary.
"""

from collections.abc import Collection, Mapping
from importlib.metadata import version
from pathlib import Path

from harvester.classify import cache as kept
from harvester.classify.shipped_forms import shipped_forms

Forms = Mapping[str, frozenset[str]]
ENDINGS = 2  # raise it when the same word gets other forms
_VOWELS = frozenset("aeiou")
_FILED_AS = {"hr": "hbs"}  # Croatian stands with its sisters


def dictionary_version() -> str:
    """Part of a rulebook's hash: other dictionaries, other forms."""
    return f"{version('simplemma')}+{ENDINGS}"


def forms_of(words: Collection[str], language: str, cache: Path | None = None) -> Forms:
    """Each word (lower case) with all its forms in lower case; without a dictionary only itself."""
    known = shipped_forms(language, dictionary_version())
    if new := set(words) - known.keys():
        known = known | _asked(new, language, cache)
    return {word: known[word] for word in words}


def _asked(words: set[str], language: str, cache: Path | None) -> dict[str, frozenset[str]]:
    """Those that do not ship, from what was kept; what was never asked is looked up and kept too."""
    known = _fetch(language, cache)
    if not known.keys() >= words:
        known = known | look_up(words - known.keys(), language)
        value = {word: sorted(forms) for word, forms in known.items()}
        kept.keep(cache, f"forms-{language}", dictionary_version(), value, most=1)
    return known


def _fetch(language: str, cache: Path | None) -> dict[str, frozenset[str]]:
    value = kept.fetch(cache, f"forms-{language}", dictionary_version())
    try:
        return {str(word): frozenset(map(str, forms)) for word, forms in (value or {}).items()}
    except (AttributeError, TypeError):
        return {}


class Dictionary:
    """Is it a word at all? Opened when it is asked first; a language that has none knows no word."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words: Mapping[str, str] | None = None

    def knows(self, word: str) -> bool:
        """``word`` in lower case; regular English endings are taken off."""
        bare = [word, word.capitalize()]
        for ending in ("s", "es", "d", "ed", "ing"):
            if word.endswith(ending):
                stem = word.removesuffix(ending)
                bare += [stem, stem + "e"]
        return any(one in self._open() for one in bare)

    def _open(self) -> Mapping[str, str]:
        if self._words is None:
            self._words = _dictionary(self._language)
        return self._words


def _dictionary(language: str) -> Mapping[str, str]:
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    try:
        return DefaultDictionaryFactory(cache_max_size=1).get_dictionary(_FILED_AS.get(language, language))
    except ValueError:
        return {}


def look_up(words: Collection[str], language: str) -> dict[str, frozenset[str]]:
    """The same, in the dictionary."""
    found = {word: {word} for word in words}
    dictionary = _dictionary(language)
    wanted: dict[str, list[str]] = {}  # lemma -> the words that asked for it
    for word in words:
        for lemma in _lemmas(word, dictionary):
            wanted.setdefault(lemma, []).append(word)
    for form in dictionary:
        asking = wanted.get(dictionary[form].lower())
        for word in asking or ():
            found[word].add(form.lower())
    if language == "en":
        for word in words:
            if word in dictionary and not word.endswith(("ing", "ed")):
                found[word] |= regular_english(word)
    return {word: frozenset(forms) for word, forms in found.items()}


def _lemmas(word: str, dictionary: Mapping[str, str]) -> set[str]:
    """What the dictionary files the word under: as written, and as a German noun."""
    spellings = (word, word.capitalize())
    lemmas = {dictionary[s].lower() for s in spellings if s in dictionary}
    return lemmas or {word}


def regular_english(word: str) -> set[str]:
    """The regular forms of a verb; a word that is none gets some that nobody writes, which does no harm."""
    if not word.isalpha() or len(word) < 3:
        return set()
    if word.endswith("e"):
        return {word + "s", word + "d", word[:-1] + "ing"}
    if word.endswith("y") and word[-2] not in _VOWELS:
        return {word[:-1] + "ies", word[:-1] + "ied", word + "ing"}
    plural = word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
    stems = {word}
    if word[-1] not in _VOWELS | set("wxy") and word[-2] in _VOWELS and word[-3] not in _VOWELS:
        short = len(word) < 5
        stems = {word + word[-1]} if short else {word, word + word[-1]}
    return {plural} | {stem + ending for stem in stems for ending in ("ed", "ing")}
