"""Where each pattern is anchored: at its rarest piece, so that a sentence without that is done with at one glance."""

from array import array
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from harvester.classify.filed import NUMBERS, Filed, Notes, packed, unpacked
from harvester.classify.patterns import Pattern, pieces_of


class Anchors(NamedTuple):
    """Of some patterns, by their number."""

    needs: Filed  # the pieces of each, rarest first
    anchor: "array[int]"  # of each its rarest piece
    beside: "array[int]"  # of each its second piece, for a glance; the anchor if there is none
    anchored: Filed  # by piece, whose anchor it is

    @classmethod
    def of(cls, patterns: Sequence[Pattern], width: Callable[[int], int], pieces: int) -> "Anchors":
        """``width``: how common a piece is; ``pieces``: how many there are."""
        rarest_first = [sorted(pieces_of(one.parts), key=width) for one in patterns]
        anchor = array(NUMBERS, [some[0] for some in rarest_first])
        beside = array(NUMBERS, [some[:2][-1] for some in rarest_first])
        anchored = Notes()
        for number, piece in enumerate(anchor):
            anchored.add(piece, number)
        return cls(Filed.of_all(rarest_first), anchor, beside, Filed.of(pieces, anchored))

    @classmethod
    def unpacked(cls, value: Sequence[Any]) -> "Anchors":
        """Raises TypeError or ValueError for what ``packed`` did not write."""
        needs, anchor, beside, anchored = value
        return cls(Filed.unpacked(needs), unpacked(anchor), unpacked(beside), Filed.unpacked(anchored))

    def packed(self) -> list[Any]:
        return [self.needs.packed(), packed(self.anchor), packed(self.beside), self.anchored.packed()]
