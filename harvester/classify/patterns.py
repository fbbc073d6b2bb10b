"""A phrase compiled: pieces that are looked for one by one, and how they must stand to each other.

    "<share> ... town clerk & <authority>"     two parts, for the "&"
                                               the first of two steps: <share>, and loosely after it "town clerk"

Each list and each choice is a piece of its own, found once a sentence whatever the number of phrases that ask for
it; so a phrase of four long lists costs four look-ups, not the product of their entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Way = tuple[int, ...]  # numbers of word classes; GAP_SIGN is a gap
GAP_SIGN = -1


@dataclass(frozen=True)
class Piece:
    """Words that stand together: any of these ways. ``raw``: a spaCy token pattern of the staff's own."""

    ways: tuple[Way, ...]
    raw: tuple[dict[str, Any], ...] | None = None

    @cached_property
    def needs(self) -> tuple[int, ...]:
        """For each way the bits of the classes that it needs."""
        return tuple(bits_of(c for c in set(way) if c != GAP_SIGN) for way in self.ways)

    @cached_property
    def alone(self) -> int:
        """The classes of those ways that are one word."""
        return 0 if self.raw is not None else bits_of({way[0] for way in self.ways if len(way) == 1})

    @cached_property
    def claims(self) -> int:
        """The bits of all classes it speaks of; a raw pattern claims every word it covers."""
        return -1 if self.raw is not None else bits_of({c for way in self.ways for c in way if c != GAP_SIGN})


@dataclass(frozen=True, slots=True)
class Step:
    """The number of a piece; ``loose``: up to five words may stand before it."""

    piece: int
    loose: bool = False


Part = tuple[Step, ...]  # what stands between two "&"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A whole phrase; ``of`` says whose it is."""

    parts: tuple[Part, ...]
    of: Any = None
    earlier: tuple[int, ...] = ()  # which of the parts may stand in the sentence before


def pieces_of(parts: Iterable[Part]) -> set[int]:
    return {step.piece for part in parts for step in part}


def bits_of(numbers: Iterable[int]) -> int:
    """One bit for each number."""
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def ones(bits: int) -> list[int]:
    """The numbers of the bits that are set."""
    digits = bin(bits)[:1:-1]  # the lowest first; to look through text is faster than to shift long numbers
    found = []
    at = digits.find("1")
    while at >= 0:
        found.append(at)
        at = digits.find("1", at + 1)
    return found
