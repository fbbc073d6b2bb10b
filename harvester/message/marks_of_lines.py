"""Marks of quoted lines other than ``>``, told as ``>``: initials (``JD> words``), bars, colons.

The Bat! and Fido readers write the initials of whom they quote, a few programs a bar or a colon. All of these
may begin anybody's line, so they need a reason: the same initials twice, or ``On ... wrote:`` right above.
Letters keep their places: ``JD> words`` becomes two blanks and ``> words``.
"""

import re
from collections import Counter

from harvester.message.attribution import Sign, attribution_ending_at, plain

_INITIALS = re.compile(r"[ \t>]{0,8}(?P<who>[^\W\d_]{1,3})>(?=[ \t>]|$)")
_OTHER = "|:»}¦│"
"""A blank or another mark stands behind it."""
_TRIED = 100
"""Places where such lines begin."""


def with_common_marks(raw: list[str]) -> list[str]:
    """The lines with every quote mark as ``>``; the list itself where there are only common ones."""
    initials = {
        n: found
        for n, line in enumerate(raw)
        if ">" in line[1:12] and (found := _INITIALS.match(line)) and found["who"].isupper()
    }
    uses = Counter(found["who"] for found in initials.values())
    marked = {
        n: found.end() - 1
        for n, found in initials.items()
        if uses[found["who"]] > 1 or raw[_above(raw, n)].rstrip().endswith(":")
    }
    marked |= _under_other_marks(raw)
    if not marked:
        return raw
    return [
        " " * marked[n] + ">" + line[marked[n] + 1 :] if n in marked else line  # same length, same places
        for n, line in enumerate(raw)
    ]


def _under_other_marks(raw: list[str]) -> dict[int, int]:
    """Lines that begin with the mark that stands right below ``On ... wrote:``, and the place of the mark."""
    looks = [n for n, line in enumerate(raw) if line and line[0] in _OTHER and line[1:2] in ("", " ", line[0])]
    begins = [(n, above) for n in looks if (above := _above(raw, n)) != n and raw[above][:1] != raw[n][0]]
    for n, above in begins[:_TRIED]:
        rows = [plain(line) for line in raw[max(0, above - 3) : above + 1]]
        if attribution_ending_at(rows, len(rows) - 1)[1] is Sign.STRONG:
            return {k: 0 for k in looks if raw[k][:1] == raw[n][0]}
    return {}


def _above(raw: list[str], n: int) -> int:
    """The line above that holds something, not more than three up; else the line itself."""
    return next((k for k in range(n - 1, max(-1, n - 4), -1) if raw[k].strip()), n)
