"""What each word class may be in phrases: a piece by itself, the anchor of a way of several words, or its neighbour.

A way's anchor is its rarest word, the neighbour stands right beside it. There are tens of thousands of classes and
ways, so all is kept as numbers (see ``filed``).
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from harvester.classify.expansion import WordClass
from harvester.classify.filed import NUMBERS, Filed, Notes
from harvester.classify.patterns import GAP_SIGN, Piece, Way

ANYWHERE = -1
COMMON = 300  # a little word stands in as many sentences as so many others together


class SeveralWords(NamedTuple):
    """A way of several words: number ``at`` of a piece."""

    piece: int
    at: int
    classes: Way
    right: int  # which of its words is the right one of anchor and neighbour; ANYWHERE with gaps, or of a raw pattern


class Roles:
    """By class, the pieces that it is by itself (``alone``) and the ways whose anchor it is, the neighbour to the right
    (``leads``), to the left (``ends``) or missing (``lone``), or whose neighbour it is, right (``follows``) or left
    (``opens``) of the anchor. ``common`` words make bad anchors.
    """

    def __init__(self, classes: Sequence[WordClass], pieces: Sequence[Piece], common: Collection[str]) -> None:
        little = frozenset(common)
        self._widths = array("L", [one.width + COMMON * len(little.intersection(one.words)) for one in classes])
        self._pieces = pieces
        self._piece, self._at, self._right = array(NUMBERS), array(NUMBERS), array("h")  # of ways
        notes: defaultdict[str, Notes] = defaultdict(Notes)
        self.widths = array("L")  # of pieces: how many words each may be
        for number, piece in enumerate(pieces):
            rarest = [self._rarest(way) for way in piece.ways]
            self.widths.append(sum(self._widths[one] for one in rarest))
            for at, (way, anchor) in enumerate(zip(piece.ways, rarest, strict=True)):
                if piece.raw is None and len(way) == 1:
                    notes["alone"].add(anchor, number)
                else:
                    self._right.append(self._noted(notes, way, anchor, raw=piece.raw is not None))
                    self._piece.append(number)
                    self._at.append(at)
        self.alone, self.leads, self.follows, self.ends, self.opens, self.lone = (
            Filed(len(classes), notes[name]) for name in ("alone", "leads", "follows", "ends", "opens", "lone")
        )

    def way(self, number: int) -> SeveralWords:
        piece, at = self._piece[number], self._at[number]
        return SeveralWords(piece, at, self._pieces[piece].ways[at], self._right[number])

    def _noted(self, notes: "defaultdict[str, Notes]", way: Way, anchor: int, *, raw: bool) -> int:
        """The next way under its anchor and the neighbour of it; which of its words is the right one."""
        number = len(self._piece)
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
