"""From a phrase's tree to steps: plain sequences of word classes, lists and forms spelled out.

A *class* is what one word of the text may be: some words, some beginnings, some endings. A list, a choice or a run
of plain words becomes a few *sequences* of classes and gaps, any of which fits; that is what spaCy's Matcher takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from harvester.classify.forms import Forms
from harvester.classify.grammar import (
    NAME,
    NUMBER,
    Choice,
    Gap,
    ListName,
    Phrase,
    PhraseFault,
    Sequence,
    Word,
    steps_of,
)

MOST_SEQUENCES = 1_000  # of one entry or option; more is no rule but a net


class MissingList(PhraseFault):
    """A list that could not be read, or that nobody wrote."""


@dataclass(frozen=True, slots=True)
class WordClass:
    """One word of the text is one of these, begins so, ends so or holds this."""

    words: frozenset[str] = frozenset()
    starts: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    middles: frozenset[str] = frozenset()

    def __or__(self, other: "WordClass") -> "WordClass":
        return WordClass(
            self.words | other.words, self.starts | other.starts, self.ends | other.ends, self.middles | other.middles
        )

    @property
    def width(self) -> int:
        """How common the class may be; the narrowest of a sequence makes the best anchor."""
        endless = len(self.starts) + len(self.ends) + len(self.middles) + (NUMBER in self.words) + (NAME in self.words)
        return len(self.words) + 20 * endless


Spelled = tuple[WordClass | None, ...]  # None is a gap
SpelledStep = tuple[bool, list[Spelled]]  # whether a gap stands before it, and the ways to read it


class Speller:
    """Spells phrases out in one language: its lists, its forms."""

    def __init__(self, lists: Mapping[str, tuple[Phrase, ...]], forms: Forms) -> None:
        self._lists = lists
        self._forms = forms
        self._spelled: dict[str, list[Spelled]] = {}

    def phrase(self, phrase: Phrase) -> list[list[SpelledStep]]:
        """The steps of each part of the phrase. Raises PhraseFault when one of them has too many ways."""
        return [[(loose, self._step(step)) for loose, step in steps_of(part)] for part in phrase]

    def entries(self, name: str) -> list[Spelled]:
        """All ways to read a list."""
        return self._node(ListName(name))

    def _step(self, step: Sequence) -> list[Spelled]:
        return self._sequence(step) if isinstance(step[0], Word) else self._node(step[0])

    def _sequence(self, sequence: Sequence) -> list[Spelled]:
        choices: list[list[Spelled]] = []
        count = 1
        for node in sequence:
            options = self._node(node)
            count *= len(options)
            if count > MOST_SEQUENCES:
                raise PhraseFault(
                    f"runaway pattern: more than {MOST_SEQUENCES} ways to read one entry; use fewer choices and lists "
                    "in a row, or write several entries"
                )
            choices.append(options)
        return [tuple(c for option in combination for c in option) for combination in product(*choices)]

    def _node(self, node: Word | Gap | ListName | Choice) -> list[Spelled]:
        if isinstance(node, Gap):
            return [(None,)]
        if isinstance(node, Word):
            return [(self._word(node),)]
        if isinstance(node, ListName):
            if node.name not in self._lists:
                raise MissingList(f"unknown list <{node.name}>")
            if node.name not in self._spelled:
                entries = [way for entry in self._lists[node.name] for way in self._sequence(entry[0])]
                self._spelled[node.name] = merged(entries)
            return self._spelled[node.name]
        return merged([way for option in node.options for way in self._sequence(option)])

    def _word(self, word: Word) -> WordClass:
        forms = self._forms.get(word.text, frozenset({word.text})) if word.any_form else {word.text}
        forms = frozenset(forms)
        if word.open_start and word.open_end:
            return WordClass(middles=forms)
        if word.open_start:
            return WordClass(ends=forms)
        if word.open_end:
            return WordClass(starts=forms)
        return WordClass(words=forms)


def merged(ways: list[Spelled]) -> list[Spelled]:
    """Fewer sequences for the same texts: those that differ in one place only become one."""
    done = list(dict.fromkeys(ways))
    longest = max((len(way) for way in done), default=0)
    for place in range(longest):
        groups: dict[tuple[object, ...], WordClass] = {}
        rest: list[Spelled] = []
        for way in done:
            here = way[place] if place < len(way) else None
            if here is None:
                rest.append(way)
                continue
            key = (way[:place], way[place + 1 :])
            groups[key] = groups[key] | here if key in groups else here
        done = rest + [(*key[0], union, *key[1]) for key, union in groups.items()]  # type: ignore[misc]
    return done
