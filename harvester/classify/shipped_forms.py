"""Forms of the words in the rules as they ship, looked up beforehand: whoever keeps to them opens no dictionary.

``word_forms.json``: a version, and by language each word with its other forms. ``make forms`` writes it after rules or
simplemma have changed; with another version of the dictionaries it is not believed.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

FILE = files(__package__).joinpath("word_forms.json")


def shipped_forms(language: str, version: str) -> dict[str, frozenset[str]]:
    """Each word with all its forms, in lower case; none if the file is of other dictionaries."""
    table = _table()
    if table["version"] != version:
        return {}
    return {word: frozenset((word, *forms.split())) for word, forms in table["forms"].get(language, {}).items()}


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return table
