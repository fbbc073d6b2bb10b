"""Places of words in a sentence, half-open, and how they go together."""

from collections.abc import Callable, Iterable, Sequence

from harvester.classify.grammar import GAP

Span = tuple[int, int]


def joined(before: Sequence[Span], after: Sequence[Span], *, loose: bool) -> list[Span]:
    """From the start of one to the end of another that follows it at once, or within a gap."""
    starts: dict[int, list[int]] = {}
    for start, end in after:
        starts.setdefault(start, []).append(end)
    reach = range(GAP + 1) if loose else range(1)
    return list(
        dict.fromkeys((start, last) for start, end in before for gap in reach for last in starts.get(end + gap, ()))
    )


def smallest(spans: Iterable[Span]) -> list[Span]:
    """Those that hold no other and overlap none before them, in order."""
    spans = set(spans)
    if len(spans) < 2:
        return list(spans)
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s[1], -s[0])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def closest(places: Sequence[Sequence[Span]], apart: Callable[[int, Span, int, Span], bool]) -> list[Span]:
    """One place of every part, all apart, as near together as a walk from each first one finds."""
    best: Span | None = None
    for first in places[0]:
        taken = [first]
        for part, spans in enumerate(places[1:], start=1):
            free = [s for s in spans if all(apart(part, s, other, t) for other, t in enumerate(taken))]
            if not free:
                break
            taken.append(min(free, key=lambda s: (max(s[0] - first[1], first[0] - s[1]), s)))
        else:
            span = min(s[0] for s in taken), max(s[1] for s in taken)
            if best is None or span[1] - span[0] < best[1] - best[0]:
                best = span
    return [] if best is None else [best]
