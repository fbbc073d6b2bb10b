"""A text with pieces of evidence on it, cut where any of them begins or ends: so overlapping ones stay right."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from harvester.review.pieces import Piece


@dataclass(frozen=True, slots=True)
class Run:
    """Words under the same pieces. ``begins``: those of them that begin here, the first run of each."""

    text: str
    under: tuple[Piece, ...] = ()
    begins: tuple[Piece, ...] = ()

    @property
    def top(self) -> Piece:
        """Whose colour it wears: what counts before what does not, and of those the shortest."""
        return min(self.under, key=lambda one: (not one.counts, one.end - one.start))

    @property
    def numbers(self) -> str:
        return " ".join(str(one.number) for one in self.under)

    @property
    def tip(self) -> str:
        return "\n".join(one.tip for one in self.under)


def runs(text: str, pieces: Sequence[Piece], start: int = 0) -> list[Run]:
    """``text`` is what stands from ``start`` on; pieces that reach beyond it are cut, others left out."""
    end = start + len(text)
    here = [one for one in pieces if max(one.start, start) < min(one.end, end)]
    cuts = {start, end} | {min(max(at, start), end) for one in here for at in (one.start, one.end)}
    found: list[Run] = []
    told: set[int] = set()
    places = sorted(cuts)
    for left, right in pairwise(places):
        under = tuple(one for one in here if one.start < right and one.end > left)
        begins = tuple(one for one in under if one.number not in told)
        told |= {one.number for one in begins}
        found.append(Run(text[left - start : right - start], under, begins))
    return found
