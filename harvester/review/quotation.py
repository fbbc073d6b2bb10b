"""Words that somebody selected or pasted, found where they stand in a reply. Only what is there can be marked."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from harvester.model import Message
from harvester.report.cases import texts_of

LONGEST = 5_000  # characters
SHOWN = 60


class NotThere(Exception):
    """These words cannot be marked; the sentence says why, and helps."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Place:
    """``text`` is verbatim what stands at ``where[start:end]``."""

    where: str
    start: int
    end: int
    text: str


def find(words: str, message: Message | None, where: str = "", start: int | None = None) -> Place:
    """``words`` verbatim, but that blanks and line ends may differ: browsers change them. In ``where`` before all
    other texts, and of several places the one nearest to ``start``. Raises NotThere.
    """
    if message is None:
        raise NotThere("Nothing of this reply was read, so nothing can be marked")
    wanted = " ".join(words.split())
    if len(wanted) > LONGEST:
        raise NotThere(f"Mark at most {LONGEST:,} characters at once")
    for name, text in sorted(texts_of(message).items(), key=lambda source: source[0] != where):
        found = _places(wanted, text)
        if found:
            begin, end = found[0] if start is None else min(found, key=lambda span: abs(span[0] - start))
            return Place(name, begin, end, text[begin:end])
    short = wanted if len(wanted) <= SHOWN else wanted[:SHOWN].rsplit(" ", 1)[0] + " …"
    raise NotThere(f"“{short}” does not stand in this reply: copy the words as they are, or select them above")


def _places(wanted: str, text: str) -> list[tuple[int, int]]:
    """Where these words stand, however they are parted. Linear in the text."""
    if not wanted:
        return []
    flat, begins, places = [], [], []
    length = 0
    for word in re.finditer(r"\S+", text):
        flat.append(word[0])
        begins.append(length)
        places.append(word.start())
        length += len(word[0]) + 1
    joined = " ".join(flat)

    def place(at: int) -> int:
        number = bisect_right(begins, at) - 1
        return places[number] + at - begins[number]

    found = []
    at = joined.find(wanted)
    while at >= 0:
        found.append((place(at), place(at + len(wanted) - 1) + 1))
        at = joined.find(wanted, at + len(wanted))
    return found
