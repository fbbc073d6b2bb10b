"""Forms of the words in the rules as they ship, looked up beforehand: whoever keeps to them opens no dictionary.

``word_forms.json``: a version, and by language each word with its other forms. ``make forms`` writes it after rules or
simplemma have changed; with another version of the dictionaries it is not believed.
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

_FILE = files(__package__).joinpath("word_forms.json")


def shipped_forms(language: str, version: str) -> dict[str, frozenset[str]]:
    """Each word with all its forms, in lower case; none if the file is of other dictionaries."""
    table = _table()
    if table["version"] != version:
        return {}
    return {word: frozenset((word, *forms.split())) for word, forms in table["forms"].get(language, {}).items()}


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return table


def written(version: str, languages: Iterable[tuple[str, dict[str, frozenset[str]]]]) -> str:
    """The file, a word a line."""
    forms = {
        language: {word: " ".join(sorted(known[word] - {word})) for word in sorted(known)}
        for language, known in languages
        if known
    }
    return json.dumps({"version": version, "forms": forms}, ensure_ascii=False, indent=0) + "\n"


def main() -> None:
    from harvester.classify.compiling import in_any_form
    from harvester.classify.forms import dictionary_version, look_up
    from harvester.classify.rulebook import read_all
    from harvester.shipment import shipped

    words, read = read_all(shipped() / "rules", [])
    rules = [rule for _, some in read for rule in some]
    looked_up = [
        (code, look_up(in_any_form(one, [rule for rule in rules if code in rule.languages]), code))
        for code, one in sorted(words.items())
    ]
    with open(str(_FILE), "w", encoding="utf-8") as file:
        file.write(written(dictionary_version(), looked_up))


if __name__ == "__main__":
    main()
