"""The words of a language's word classes, each kept once.

150,000 different entries stand in 700,000 places, since all forms of a word are in the same classes: they are kept in
groups of those that stand in the same ones, and a class is put together again when somebody asks for its words.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from typing import Any

from harvester.classify.expansion import WordClass
from harvester.classify.filed import NUMBERS, Filed, Notes, packed, unpacked
from harvester.classify.grammar import NUMBER

_BLANK = " "  # between entries that are kept; what is looked for in a text is words, and none holds one
_KINDS = ("words", "starts", "ends", "middles")


@dataclass
class Entries:
    """Words, or beginnings, ends or middles of words, group by group."""

    entries: Sequence[str]
    sizes: "array[int]"  # of the groups
    classes: Filed  # of each group, those that hold it
    groups: Filed  # of each class

    def __post_init__(self) -> None:
        self._places = array(NUMBERS, accumulate(self.sizes, initial=0))
        numbers = chain.from_iterable(map(repeat, range(len(self.sizes)), self.sizes))
        self._group_of = dict(zip(self.entries, numbers, strict=True))

    @classmethod
    def of(cls, classes: Sequence[Iterable[str]]) -> "Entries":
        """``classes``: what each holds, in order of their numbers."""
        together: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
        for entry, numbers in _classes_by_entry(classes).items():
            together[numbers].append(entry)
        groups = Notes()
        for group, numbers in enumerate(together):
            for number in numbers:
                groups.add(number, group)
        sizes = array(NUMBERS, map(len, together.values()))
        entries = list(chain.from_iterable(together.values()))
        return cls(entries, sizes, Filed.of_all(together), Filed.of(len(classes), groups))

    @classmethod
    def unpacked(cls, value: Sequence[Any]) -> "Entries":
        """Raises TypeError or ValueError for what ``packed`` did not write."""
        entries, sizes, classes, groups = value
        words = entries.split(_BLANK) if entries else []
        return cls(words, unpacked(sizes), Filed.unpacked(classes), Filed.unpacked(groups))

    def packed(self) -> list[Any]:
        return [_BLANK.join(self.entries), packed(self.sizes), self.classes.packed(), self.groups.packed()]

    def classes_of(self, entry: str) -> Sequence[int]:
        """Which hold it; none holds what is not here."""
        group = self._group_of.get(entry)
        return () if group is None else self.classes[group]

    def held_by(self, number: int) -> frozenset[str]:
        """What a class holds."""
        spans = [(self._places[group], self._places[group + 1]) for group in self.groups[number]]
        return frozenset(chain.from_iterable(self.entries[start:end] for start, end in spans))


@dataclass
class Lexicon:
    """The word classes of a language, by number."""

    words: Entries
    starts: Entries
    ends: Entries
    middles: Entries

    def __post_init__(self) -> None:
        self._start_lengths = sorted({len(start) for start in self.starts.entries})
        self._end_lengths = sorted({len(end) for end in self.ends.entries})

    @classmethod
    def of(cls, classes: Sequence[WordClass]) -> "Lexicon":
        return cls(*[Entries.of([getattr(one, kind) for one in classes]) for kind in _KINDS])

    @classmethod
    def unpacked(cls, value: Sequence[Any]) -> "Lexicon":
        """Raises TypeError or ValueError for what ``packed`` did not write."""
        return cls(*map(Entries.unpacked, value))

    def packed(self) -> list[Any]:
        return [getattr(self, kind).packed() for kind in _KINDS]

    def word_class(self, number: int) -> WordClass:
        return WordClass(*[getattr(self, kind).held_by(number) for kind in _KINDS])

    def classes_of(self, word: str) -> set[int]:
        """What a word in lower case may be."""
        found = set(self.words.classes_of(word))
        if word[:1].isdigit():
            found.update(self.words.classes_of(NUMBER))
        for length in self._start_lengths:
            if length <= len(word):
                found.update(self.starts.classes_of(word[:length]))
        for length in self._end_lengths:
            if length <= len(word):
                found.update(self.ends.classes_of(word[-length:]))
        for middle in self.middles.entries:
            if middle in word:
                found.update(self.middles.classes_of(middle))
        return found


def _classes_by_entry(classes: Sequence[Iterable[str]]) -> dict[str, tuple[int, ...]]:
    """The numbers of the classes that hold an entry."""
    found: dict[str, tuple[int, ...]] = {}
    for number, some in enumerate(classes):
        longer: dict[tuple[int, ...], tuple[int, ...]] = {}
        for entry in sorted(some):
            before = found.get(entry, ())
            known = longer.get(before)
            if known is None:
                known = longer[before] = (*before, number)
            found[entry] = known
    return found
