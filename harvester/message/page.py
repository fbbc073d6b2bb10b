"""What is left of an HTML body: readable text, where its links stand, and whose words it says they are."""

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
