"""Where the words that were searched for stand in a text, so that they can be shown (``store.search`` finds them)."""

import re
from collections.abc import Collection

from harvester.store.search import words_of

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
BEFORE, AFTER, LOOKED_AT = 60, 140, 20_000  # characters


def marked(text: str, wanted: Collection[str]) -> list[tuple[str, bool]]:
    """The text in pieces; True for those that hold one of the ``wanted`` words (as ``words_of`` makes them)."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for word in _WORD.finditer(text):
        if wanted and not set(wanted).isdisjoint(words_of(word[0])):
            pieces += [(text[end : word.start()], False), (word[0], True)]
            end = word.end()
    pieces.append((text[end:], False))
    return [piece for piece in pieces if piece[0]]


def excerpt(text: str, wanted: Collection[str]) -> list[tuple[str, bool]]:
    """Some words around the first hit; [] where there is none."""
    for word in _WORD.finditer(text[:LOOKED_AT]):
        if not set(wanted).isdisjoint(words_of(word[0])):
            start = max(0, text.rfind(" ", 0, max(0, word.start() - BEFORE)) + 1)
            end = min(len(text), word.end() + AFTER)
            pieces = marked(" ".join(text[start:end].split()), wanted)
            return [*([("… ", False)] if start else []), *pieces, *([(" …", False)] if end < len(text) else [])]
    return []
