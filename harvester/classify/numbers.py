"""Numbers for the word classes and pieces of a language, while its rules are compiled."""

from collections.abc import Sequence
from typing import Any

from harvester.classify.expansion import Spelled, SpelledStep, WordClass
from harvester.classify.patterns import GAP_SIGN, Part, Piece, Step


class Numbers:
    """Gives every different word class and every different piece of a language one number."""

    def __init__(self) -> None:
        self.classes: dict[WordClass, int] = {}
        self._pieces: dict[str, int] = {}
        self.pieces: list[Piece] = []

    def part(self, steps: Sequence[SpelledStep]) -> Part:
        return tuple(Step(self.piece(ways), loose) for loose, ways in steps)

    def piece(self, ways: Sequence[Spelled]) -> int:
        numbered = [tuple(GAP_SIGN if c is None else self._class(c) for c in way) for way in ways]
        return self._number(Piece(tuple(sorted(set(numbered)))))

    def raw(self, tokens: Sequence[dict[str, Any]], anchors: Sequence[Sequence[str]]) -> Part:
        """``anchors``: words one of each of which must stand in a sentence before the tokens are worth a look."""
        classes = [self._class(WordClass(frozenset(words))) for words in anchors]
        return (Step(self._number(Piece((tuple(classes),), tuple(tokens)))),)

    def _class(self, one: WordClass) -> int:
        return self.classes.setdefault(one, len(self.classes))

    def _number(self, piece: Piece) -> int:
        number = self._pieces.setdefault(repr(piece), len(self.pieces))
        if number == len(self.pieces):
            self.pieces.append(piece)
        return number
