"""Answers typed into our own text where no ``>`` tells them apart.

Outlook quotes without marks: whoever writes "see my answers below" types them between our questions, below
the header block. Our words are known, so what stands between two pieces of them was typed by somebody.
"""

from collections.abc import Sequence
from itertools import groupby

Span = tuple[int, int]

LEAST_WORDS = 2


def typed_between(
    lines: Sequence[str], starts: Sequence[int], known: Sequence[Span], stops: Sequence[bool]
) -> list[range]:
    """Ranges of lines that stand between lines of ours.

    ``lines`` are those of one quote, ``starts`` their places in the text, ``known`` what of the text is ours.
    A line that ``stops`` (a header label, ``On ... wrote:``) begins another mail: what stands before it and
    after the last of our words is that writer's, not an answer.
    """
    ours = _touched(lines, starts, known)
    found: list[range] = []
    above = False  # have we seen our words in this mail?
    at = 0
    for (is_ours, stop), group in groupby(zip(ours, stops, strict=True)):
        count = len(list(group))
        if stop:
            above = False
        elif is_ours:
            above = True
        elif above and at + count < len(lines) and ours[at + count] and not stops[at + count]:
            found.append(range(at, at + count))
        at += count
    return [typed for typed in found if sum(len(lines[n].split()) for n in typed) >= LEAST_WORDS]


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
