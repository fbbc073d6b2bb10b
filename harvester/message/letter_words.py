"""The words around somebody's words, as ``letter_words.toml`` lists them: header labels, verbs, closings.

Who cuts quotes and who cuts signatures both look here. All languages count at once: a Danish reply may
quote a mail under French labels.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

ROLES = ("from", "sent", "to", "cc", "subject", "other")
"""What a header label may stand for."""


@cache
def letter_words(kind: str) -> frozenset[str]:
    """Every language's words of one kind, in small letters."""
    return frozenset(word.casefold() for table in by_language().values() for word in table[kind])


@cache
def by_language() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("letter_words.toml").read_text(encoding="utf-8"))


def labels() -> dict[str, str]:
    """Header label in small letters -> its role."""
    return {word: role for role in ROLES for word in letter_words(role)}


def choice(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))
