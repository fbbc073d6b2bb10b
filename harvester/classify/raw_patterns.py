"""Token patterns of spaCy's Matcher that staff wrote: what is wrong with them, and the words that they are found by."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from harvester.classify.grammar import GAP
from harvester.classify.matchers import refusal
from harvester.classify.tokens import cut

_ATTRIBUTES = (
    "ORTH TEXT LOWER LENGTH SHAPE NORM PREFIX SUFFIX IS_ALPHA IS_ASCII IS_DIGIT IS_LOWER IS_UPPER IS_TITLE"
    " IS_STOP IS_CURRENCY LIKE_NUM LIKE_URL LIKE_EMAIL OP"
)
KNOWN_ATTRIBUTES = frozenset(_ATTRIBUTES.split())
"""What a blank pipeline can answer."""

_REPEAT = re.compile(r"\{(\d*)(,?)(\d*)\}")


def raw_faults(pattern: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What is wrong with a spaCy token pattern of the staff's own, as ends of sentences."""
    for token in pattern:
        for key, value in token.items():
            if str(key).upper() not in KNOWN_ATTRIBUTES:
                yield (
                    f"{key} cannot be used: rules run without a trained model, which alone knows it; "
                    "known: LOWER, TEXT, SHAPE, IS_DIGIT, LIKE_NUM ..."
                )
            yield from _fits_nothing(str(key).upper(), value)
        if _is_open(str(token.get("OP", "1"))):
            yield f"runaway pattern: OP = {token['OP']!r} has no end; write '?' or '{{0,5}}'"
    if why := refusal(pattern):
        yield f"spaCy does not take the pattern: {why}"
    elif not raw_anchors(pattern):
        yield 'anchorless pattern: one token must name its words, such as { LOWER = "merger" }'


def _fits_nothing(key: str, value: object) -> Iterator[str]:
    """Words of a token that no word of a text can be, as texts are cut."""
    if key not in ("LOWER", "TEXT", "ORTH"):
        return
    for word in _words_named(value):
        text = cut(f"{word}a" if word.endswith(("'", "\u2019")) else word)  # "l'" is one only before a letter
        words = text.lower if key == "LOWER" else text.words
        if word not in words:
            tokens = ", ".join(f'{{ {key} = "{one}" }}' for one in words)
            yield f'{key} = "{word}" fits nothing: ' + (f"write {tokens}" if words else "it holds no word")


def _words_named(value: object) -> list[str]:
    words = [value] if isinstance(value, str) else value.get("IN") if isinstance(value, dict) else None
    return words if words and all(isinstance(word, str) for word in words) else []


def _is_open(op: str) -> bool:
    if op in ("1", "?", "!"):
        return False
    repeat = _REPEAT.fullmatch(op)
    if repeat is None:
        return True
    low, comma, high = repeat.groups()
    return int(high or (low if not comma else 99) or 99) > GAP


def raw_anchors(pattern: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The words of each token that must be there and can be looked up; empty if there is none."""
    found = []
    for token in pattern:
        if token.get("OP", "1") != "1":
            continue
        for key in ("LOWER", "lower", "TEXT", "ORTH"):
            if words := _words_named(token.get(key)):
                found.append([word.lower() for word in words])
                break
    return found
