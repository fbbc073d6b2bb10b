"""``make forms``: looks up the forms of the words in the rules as they ship, and writes ``word_forms.json``."""

import json
from pathlib import Path

from harvester.classify.compiling import in_any_form
from harvester.classify.forms import dictionary_version, look_up
from harvester.classify.rulebook import read_all
from harvester.classify.shipped_forms import FILE
from harvester.shipment import shipped


def asked_for(rules: Path) -> dict[str, set[str]]:
    """By language, the words that these rules want in any form."""
    words, files = read_all(rules, [])
    read = [rule for _, some in files for rule in some]
    return {
        code: in_any_form(one, [rule for rule in read if code in rule.languages]) for code, one in sorted(words.items())
    }


def written(asked: dict[str, set[str]]) -> str:
    """The file, a word a line."""
    looked_up = {code: look_up(words, code) for code, words in asked.items() if words}
    forms = {
        code: {word: " ".join(sorted(known[word] - {word})) for word in sorted(known)}
        for code, known in looked_up.items()
    }
    return json.dumps({"version": dictionary_version(), "forms": forms}, ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    Path(str(FILE)).write_text(written(asked_for(shipped() / "rules")), encoding="utf-8")
