"""What each word class may be in phrases: a piece by itself, the anchor of a way of several words, or its neighbour.

A way's anchor is its rarest word, the neighbour stands right beside it. There are tens of thousands of classes and
ways, so all is kept as numbers (see ``filed``).
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from harvester.classify.expansion import WordClass
from harvester.classify.filed import NUMBERS, Filed, Notes, packed, unpacked
from harvester.classify.patterns import GAP_SIGN, Piece, Way

ANYWHERE = -1
PLACES = "h"  # in an array: of words in a way, or ANYWHERE
COMMON = 300  # a little word stands in as many sentences as so many others together


class SeveralWords(NamedTuple):
    """A way of several words: number ``at`` of a piece."""

    piece: int
    at: int
    classes: Way
    right: int  # which of its words is the right one of anchor and neighbour; ANYWHERE with gaps, or of a raw pattern


class Roles(NamedTuple):
    """By class, the pieces that it is by itself (``alone``) and the ways whose anchor it is, the neighbour to the right
    (``leads``), to the left (``ends``) or missing (``lone``), or whose neighbour it is, right (``follows``) or left
    (``opens``) of the anchor.
    """

    widths: "array[int]"  # of pieces: how many words each may be
    piece: "array[int]"  # of each way of several words, ...
    at: "array[int]"  # ... which of the piece's ways it is, ...
    right: "array[int]"  # ... and which of its words is the right one of anchor and neighbour
    alone: Filed
    leads: Filed
    follows: Filed
    ends: Filed
    opens: Filed
    lone: Filed

    @classmethod
    def of(cls, classes: Sequence[WordClass], pieces: Sequence[Piece], common: Collection[str] = ()) -> "Roles":
        """``common`` words make bad anchors."""
        return _Casting(classes, pieces, common).roles()

    @classmethod
    def unpacked(cls, value: Sequence[Any]) -> "Roles":
        """Raises TypeError or ValueError for what ``packed`` did not write."""
        widths, piece, at, right, *filed = value
        return cls(
            unpacked(widths), unpacked(piece), unpacked(at), unpacked(right, PLACES), *map(Filed.unpacked, filed)
        )

    def packed(self) -> list[Any]:
        return [one.packed() if isinstance(one, Filed) else packed(one) for one in self]

    def way(self, pieces: Sequence[Piece], number: int) -> SeveralWords:
        piece, at = self.piece[number], self.at[number]
        return SeveralWords(piece, at, pieces[piece].ways[at], self.right[number])


class _Casting:
    """Gives the roles, once for a rulebook."""

    def __init__(self, classes: Sequence[WordClass], pieces: Sequence[Piece], common: Collection[str]) -> None:
        little = frozenset(common)
        self._widths = array(NUMBERS, [one.width + COMMON * len(little.intersection(one.words)) for one in classes])
        self._piece, self._at, self._right = array(NUMBERS), array(NUMBERS), array(PLACES)
        self._notes: defaultdict[str, Notes] = defaultdict(Notes)
        self._of_pieces = array(NUMBERS)
        for number, piece in enumerate(pieces):
            rarest = [self._rarest(way) for way in piece.ways]
            self._of_pieces.append(sum(self._widths[one] for one in rarest))
            for at, (way, anchor) in enumerate(zip(piece.ways, rarest, strict=True)):
                if piece.raw is None and len(way) == 1:
                    self._notes["alone"].add(anchor, number)
                else:
                    self._right.append(self._noted(way, anchor, raw=piece.raw is not None))
                    self._piece.append(number)
                    self._at.append(at)

    def roles(self) -> Roles:
        size = len(self._widths)
        by_class = [
            Filed.of(size, self._notes[name]) for name in ("alone", "leads", "follows", "ends", "opens", "lone")
        ]
        return Roles(self._of_pieces, self._piece, self._at, self._right, *by_class)

    def _noted(self, way: Way, anchor: int, *, raw: bool) -> int:
        """The next way under its anchor and the neighbour of it; which of its words is the right one."""
        number, notes = len(self._piece), self._notes
        at = way.index(anchor)
        gaps = raw or GAP_SIGN in way
        if not raw and at + 1 < len(way) and way[at + 1] != GAP_SIGN:
            notes["leads"].add(anchor, number)
            notes["follows"].add(way[at + 1], number)
            return ANYWHERE if gaps else at + 1
        if not raw and at > 0 and way[at - 1] != GAP_SIGN:
            notes["ends"].add(anchor, number)
            notes["opens"].add(way[at - 1], number)
            return ANYWHERE if gaps else at
        notes["lone"].add(anchor, number)
        return ANYWHERE

    def _rarest(self, way: Way) -> int:
        """The class of the way that fewest words belong to."""
        if len(way) == 1:
            return way[0]
        classes = [c for c in way if c != GAP_SIGN] if GAP_SIGN in way else way
        return min(classes, key=self._widths.__getitem__)
