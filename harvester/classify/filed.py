"""Numbers under numbers, in arrays.

There are hundreds of thousands of them in a rulebook. As objects they would take ten times the memory, and since
whoever looks at an object writes its reference count, every worker would soon have its own copy of the pages that all
of them share.
"""

from array import array
from collections.abc import Sequence
from itertools import accumulate

NUMBERS = "I"


class Notes:
    """What will be filed."""

    def __init__(self) -> None:
        self.keys, self.values = array(NUMBERS), array(NUMBERS)

    def add(self, key: int, value: int) -> None:
        self.keys.append(key)
        self.values.append(value)


class Filed:
    """Numbers under the keys 0 to ``size - 1``, those of each in the order in which they were noted."""

    def __init__(self, size: int, notes: Notes) -> None:
        counts = [0] * (size + 1)
        for key in notes.keys:
            counts[key + 1] += 1
        self._starts = array(NUMBERS, accumulate(counts))
        order = sorted(range(len(notes.keys)), key=notes.keys.__getitem__)
        self._values = array(NUMBERS, [notes.values[n] for n in order])

    def __getitem__(self, key: int) -> Sequence[int]:
        return self._values[self._starts[key] : self._starts[key + 1]]
