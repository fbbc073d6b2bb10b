"""What is left of an HTML body: readable text, where its links stand, and whose words it says they are."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harvester.model import Segment


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: the span of its visible words in the page's text, and where it leads."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Page:
    """Readable text; ``anchors`` and ``marks`` are spans of it in order, marks do not overlap."""

    text: str
    anchors: tuple[Anchor, ...] = ()
    marks: tuple[Segment, ...] = ()


def anchors_in(anchors: Iterable[Anchor], segments: Sequence[Segment]) -> Iterator[Anchor]:
    """Those that begin in one of the segments, which are in order."""
    starts = [segment.start for segment in segments]
    for anchor in anchors:
        n = bisect_right(starts, anchor.start) - 1
        if n >= 0 and anchor.start < segments[n].end:
            yield anchor
