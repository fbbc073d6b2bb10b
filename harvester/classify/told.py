"""What rules see in a sentence, remembered for all sentences that phrases cannot tell from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from harvester.classify.finder import MOST_SENTENCES
from harvester.classify.vocabulary import Reading, Shape


@dataclass(frozen=True, slots=True)
class Told:
    """A rule (its number) in the words ``first`` to ``last`` (exclusive) of a sentence, counted from its first."""

    rule: int
    first: int
    last: int
    classes: int  # bits of the word classes that its phrases here name; a cue among them is part of the phrase
    looks_back: bool = False  # some of what it speaks of stands in the sentence before


class Memory:
    """Of one language. Some sentences tell what they do only after certain others: these are remembered in pairs."""

    def __init__(self) -> None:
        self._told: dict[Shape, Sequence[Told]] = {}
        self._after: dict[tuple[Shape, Shape], Sequence[Told]] = {}

    def of(self, reading: Reading, sentence: int) -> Sequence[Told] | None:
        shape = reading.shape(sentence)
        known = self._told.get(shape)
        return self._after.get((shape, reading.shape_before(sentence))) if known is None else known

    def remember(self, reading: Reading, sentence: int, told: Sequence[Told], *, looks_back: bool) -> None:
        """``looks_back``: not said of the sentence by itself."""
        if len(self._told) + len(self._after) >= MOST_SENTENCES:
            self._told.clear()
            self._after.clear()
        shape = reading.shape(sentence)
        if looks_back:
            self._after[shape, reading.shape_before(sentence)] = told
        else:
            self._told[shape] = told
