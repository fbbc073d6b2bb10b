"""Every form of a word, from simplemma's dictionaries (its only door).

Used only while a rulebook is compiled: the dictionaries of one language take up to 450 MB, so they are
read one after the other and not kept.
"""

from collections.abc import Collection, Mapping
from importlib.metadata import version


def dictionary_version() -> str:
    """Part of a rulebook's hash: other dictionaries, other forms."""
    return version("simplemma")


def forms_of(words: Collection[str], language: str) -> Mapping[str, frozenset[str]]:
    """Each word (lower case) with all its forms in lower case; without a dictionary only itself."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    found = {word: {word} for word in words}
    if not words:
        return {}
    try:
        dictionary = DefaultDictionaryFactory(cache_max_size=1).get_dictionary(language)
    except ValueError:
        return {word: frozenset(forms) for word, forms in found.items()}
    wanted: dict[str, list[str]] = {}  # lemma -> the words that asked for it
    for word in words:
        for lemma in _lemmas(word, dictionary):
            wanted.setdefault(lemma, []).append(word)
    for form in dictionary:
        asking = wanted.get(dictionary[form].lower())
        for word in asking or ():
            found[word].add(form.lower())
    return {word: frozenset(forms) for word, forms in found.items()}


def _lemmas(word: str, dictionary: Mapping[str, str]) -> set[str]:
    """What the dictionary files the word under: as written, and as a German noun."""
    spellings = (word, word.capitalize())
    lemmas = {dictionary[s].lower() for s in spellings if s in dictionary}
    return lemmas or {word}
