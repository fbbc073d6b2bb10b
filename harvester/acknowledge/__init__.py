"""May a reply be answered, in which words, and how the letter leaves the house."""

import re
from pathlib import Path

_LETTER = re.compile(r"([a-z]{2})\.txt\.j2")


def languages(templates: Path) -> frozenset[str]:
    """The languages for which this folder holds a letter (``de.txt.j2``)."""
    if not templates.is_dir():
        return frozenset()
    return frozenset(name[1] for path in templates.iterdir() if (name := _LETTER.fullmatch(path.name)))
