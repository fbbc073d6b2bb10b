"""Answers typed into our own text where no ``>`` tells them apart.

Outlook quotes without marks: whoever writes "see my answers below" types them between our questions, below
the header block. Our words are known, so what stands between two pieces of them was typed by somebody.
"""

from collections.abc import Sequence
from itertools import groupby

Span = tuple[int, int]

LEAST_WORDS = 2
SENTENCE = 5
"""Words of ours that must stand on either side: a request told in other words still holds our links."""


def typed_between(
    lines: Sequence[str], starts: Sequence[int], known: Sequence[Span], stops: Sequence[bool]
) -> list[range]:
    """Ranges of lines that stand between lines of ours.

    ``lines`` are those of one quote, ``starts`` their places in the text, ``known`` what of the text is ours.
    A line that ``stops`` (a header label, ``On ... wrote:``) begins another mail: what stands before it and
    after the last of our words is that writer's, not an answer.
    """
    groups = _grouped(lines, _touched(lines, starts, known), stops)
    found: list[range] = []
    above = False  # have we seen our words in this mail?
    for n, (kind, span) in enumerate(groups):
        if kind is None:
            above = False
        elif kind:
            above = _words(lines, span) >= SENTENCE
        elif above and n + 1 < len(groups):
            following, place = groups[n + 1]
            if following and _words(lines, place) >= SENTENCE:
                found.append(span)
    return [typed for typed in found if sum(len(lines[n].split()) for n in typed) >= LEAST_WORDS]


def _grouped(lines: Sequence[str], ours: Sequence[bool], stops: Sequence[bool]) -> list[tuple[bool | None, range]]:
    """Lines in a row that are ours (True), somebody's (False) or begin another mail (None). A blank line goes with
    what stands above it."""
    kinds: list[bool | None] = []
    for line, is_ours, stop in zip(lines, ours, stops, strict=True):
        blank = not line.strip() and bool(kinds)
        kinds.append(kinds[-1] if blank else None if stop else is_ours)
    at = 0
    groups = []
    for kind, group in groupby(kinds):
        count = len(list(group))
        groups.append((kind, range(at, at + count)))
        at += count
    return groups


def _words(lines: Sequence[str], span: range) -> int:
    """Words of these lines but for links."""
    return sum("://" not in word for n in span for word in lines[n].split())


def _touched(lines: Sequence[str], starts: Sequence[int], known: Sequence[Span]) -> list[bool]:
    """Which lines hold any of our words; both are in order."""
    touched = [False] * len(lines)
    n = 0
    for start, end in known:
        while n < len(lines) and starts[n] + len(lines[n]) <= start:
            n += 1
        k = n
        while k < len(lines) and starts[k] < end:
            touched[k] = True
            k += 1
        n = max(n, k - 1)
    return touched
