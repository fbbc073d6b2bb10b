"""A rulebook compiled for running."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from harvester.classify.anchors import Anchors
from harvester.classify.expansion import WordClass
from harvester.classify.finder import Finder
from harvester.classify.language import little_words_of
from harvester.classify.lexicon import Lexicon
from harvester.classify.matchers import Matchers
from harvester.classify.patterns import Pattern, Piece
from harvester.classify.roles import Roles
from harvester.classify.rulefile import Category
from harvester.classify.tokens import Text
from harvester.classify.told import Memory
from harvester.classify.vocabulary import Reading, Vocabulary

USES = (RULES, CANCELS, CUES) = ("rules", "cancels", "cues")
"""What patterns are looked for as."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """What a hit needs to know of its rule."""

    id: str
    category: str
    kind: str | None
    weight: float
    because: str
    scope: frozenset[str]
    yields_to: frozenset[str] = frozenset()
    was_public: bool = False  # what a firm had is none of its category


@dataclass(frozen=True)
class Owner:
    """Whose a pattern is: a rule's phrase, what cancels it, or a cue of this name."""

    rule: int = -1
    cancels: bool = False
    cue: str = ""
    phrase: int = -1  # which of the rule's phrases

    @property
    def use(self) -> str:
        return CUES if self.cue else CANCELS if self.cancels else RULES


@dataclass(frozen=True)
class Language:
    """All patterns of one language, with what is needed to find them."""

    code: str
    lexicon: Lexicon
    pieces: tuple[Piece, ...]
    patterns: tuple[Pattern, ...]
    roles: Roles
    anchors: Mapping[str, Anchors]  # of patterns for each use

    @classmethod
    def of(
        cls, code: str, classes: Sequence[WordClass], pieces: tuple[Piece, ...], patterns: tuple[Pattern, ...]
    ) -> "Language":
        roles = Roles.of(classes, pieces, little_words_of(code))
        anchors = {
            use: Anchors.of([p for p in patterns if p.of.use == use], roles.widths.__getitem__, len(pieces))
            for use in USES
        }
        return cls(code, Lexicon.of(classes), pieces, patterns, roles, anchors)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.lexicon, self.pieces, self.roles)

    @cached_property
    def _matchers(self) -> Matchers:
        return Matchers(self.vocabulary)

    def _finder(self, use: str) -> Finder:
        patterns = [p for p in self.patterns if p.of.use == use]
        return Finder(self.vocabulary, self._matchers, patterns, self.anchors[use])

    @cached_property
    def rules(self) -> Finder:
        """What rules look for; what cancels them is looked for where they are found."""
        return self._finder(RULES)

    @cached_property
    def cancels(self) -> Finder:
        return self._finder(CANCELS)

    @cached_property
    def cues(self) -> Finder:
        return self._finder(CUES)

    @cached_property
    def cancelling(self) -> Mapping[int, Sequence[int]]:
        """By rule, the numbers of the patterns of ``cancels`` that are its."""
        numbers: dict[int, list[int]] = {}
        for number, pattern in enumerate(self.cancels.patterns):
            numbers.setdefault(pattern.of.rule, []).append(number)
        return numbers

    @cached_property
    def told(self) -> Memory:
        """By rules, in sentences that were read before."""
        return Memory()

    def read(self, text: Text) -> Reading:
        return self.vocabulary.read(text)

    def make_ready(self) -> None:
        """Build now what is otherwise built at the first text."""
        _ = self.rules, self.cancels, self.cancelling, self.cues


@dataclass(frozen=True)
class Compiled:
    """Everything that a run needs of a rulebook."""

    categories: tuple[Category, ...]
    rules: tuple[CompiledRule, ...]
    languages: Mapping[str, Language]
    speaks: frozenset[str]  # languages in which some rule of a category speaks, and not with a few words only
