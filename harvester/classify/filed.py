"""Numbers under numbers, in arrays.

There are hundreds of thousands of them in a rulebook. As objects they would take ten times the memory, and since
whoever looks at an object writes its reference count, every worker would soon have its own copy of the pages that all
of them share.
"""

import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

NUMBERS = "I"


class Notes:
    """What will be filed."""

    def __init__(self) -> None:
        self.keys, self.values = array(NUMBERS), array(NUMBERS)

    def add(self, key: int, value: int) -> None:
        self.keys.append(key)
        self.values.append(value)


@dataclass(frozen=True, slots=True)
class Filed:
    """Numbers under the keys 0 to ``size - 1``, those of each in the order in which they were noted."""

    starts: "array[int]"
    values: "array[int]"

    @classmethod
    def of(cls, size: int, notes: Notes) -> "Filed":
        counts = [0] * (size + 1)
        for key in notes.keys:
            counts[key + 1] += 1
        order = sorted(range(len(notes.keys)), key=notes.keys.__getitem__)
        return cls(array(NUMBERS, accumulate(counts)), array(NUMBERS, [notes.values[n] for n in order]))

    @classmethod
    def of_all(cls, rows: Iterable[Iterable[int]]) -> "Filed":
        """Each row's numbers under the row's own."""
        starts, values = array(NUMBERS, [0]), array(NUMBERS)
        for row in rows:
            values.extend(row)
            starts.append(len(values))
        return cls(starts, values)

    @classmethod
    def unpacked(cls, texts: Sequence[str]) -> "Filed":
        """Raises TypeError or ValueError for what ``packed`` did not write."""
        starts, values = texts
        return cls(unpacked(starts), unpacked(values))

    def packed(self) -> list[str]:
        return [packed(self.starts), packed(self.values)]

    def __getitem__(self, key: int) -> Sequence[int]:
        return self.values[self.starts[key] : self.starts[key + 1]]


def packed(numbers: "array[int]") -> str:
    """As text for JSON, the same on every machine."""
    return b64encode(_little_endian(numbers).tobytes()).decode()


def unpacked(text: str, kind: str = NUMBERS) -> "array[int]":
    """``kind``: the array's type code. Raises TypeError or ValueError for what ``packed`` did not write."""
    numbers = array(kind)
    numbers.frombytes(b64decode(text, validate=True))
    return _little_endian(numbers)


def _little_endian(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers
