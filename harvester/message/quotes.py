"""Which lines are somebody else's words: ``>`` lines, what stands below a header block or ``On ... wrote:``.

Works on lines: ``raw`` as written, ``lines`` without marks and blanks (``attribution.plain``), ``kinds`` what is
known of each so far; None may become anything.
"""

from bisect import bisect_left
from collections.abc import Sequence

from harvester.message.attribution import (
    Sign,
    attribution,
    attribution_ending_at,
    bare_block,
    header_block,
    is_arrowed,
    is_rule,
    role,
    separator,
)
from harvester.message.interleaved import Span, typed_between
from harvester.model import SegmentKind

QUOTED, FORWARDED = SegmentKind.QUOTED, SegmentKind.FORWARDED
SIGNATURE, DISCLAIMER = SegmentKind.SIGNATURE, SegmentKind.DISCLAIMER

Kinds = list[SegmentKind | None]


def mark_quotes(raw: list[str], lines: list[str], kinds: Kinds, start: int = 0) -> None:
    """Mark quoted and forwarded lines; after a header block or a sure attribution all the rest is."""
    said = 0  # characters of their own above this line
    passing: SegmentKind | None = None  # what an unbroken run of ``>`` lines holds
    n = start
    while n < len(lines):
        line = lines[n]
        if kinds[n] is not None or (not line and not raw[n].lstrip().startswith(">")):
            n += 1
            continue
        if is_arrowed(raw[n]):
            _tail(kinds, n, QUOTED)
            return
        if is_quoted(raw, n):
            if separator(line) == "forwarded":
                passing = FORWARDED
            kinds[n] = passing = passing or QUOTED
            n += 1
            continue
        passing = None
        bare = bare_block(lines, n)
        announced = "original" if bare is not None else _announced(lines, n)
        if announced is not None:
            n = n if bare is None else _after_marked(kinds, bare, n)
            covers = said == 0 and not any(kinds[k] in (QUOTED, FORWARDED) for k in range(n) if lines[k])
            _tail(kinds, n, FORWARDED if announced == "forwarded" or covers else QUOTED)
            return
        first, sign = attribution_ending_at(lines, n)
        first = max(first, _after_marked(kinds, first, n))
        if sign is Sign.STRONG or (sign and _quote_follows(raw, lines, kinds, n)):
            kinds[first : n + 1] = [QUOTED] * (n + 1 - first)
            said -= sum(len(lines[k]) for k in range(first, n))
            # with nothing above, somebody pasted the line away from its quote: these are the words we have
            if said > 0 and not _quote_follows(raw, lines, kinds, n):
                _tail(kinds, n + 1, QUOTED)
                return
        else:
            said += len(line)
        n += 1


def _announced(lines: list[str], n: int) -> str | None:
    """``forwarded`` or ``original``: does line ``n`` open another mail by a separator, drawn line or header block?"""
    announced = separator(lines[n])
    if announced is not None:
        return announced
    if is_rule(lines[n]):
        below = _next(lines, n)
        return "original" if below < len(lines) and header_block(lines, below, announced=True) else None
    return "original" if role(lines[n]) is not None and header_block(lines, n) else None


def _quote_follows(raw: list[str], lines: list[str], kinds: Kinds, n: int) -> bool:
    below = _next(lines, n)
    return below < len(lines) and (kinds[below] in (QUOTED, FORWARDED) or is_quoted(raw, below))


def is_quoted(raw: list[str], n: int) -> bool:
    """``> words``. A lone ``>50 %`` between own lines is no quote."""
    line = raw[n].lstrip(" \t\xa0")
    if not line.startswith(">"):
        return False
    if line[1:2].isdigit():
        above, below = raw[n - 1 : n] if n else [], raw[n + 1 : n + 2]
        return any(other.lstrip().startswith(">") for other in (*above, *below))
    return True


def _next(lines: list[str], n: int) -> int:
    """The next line that holds something; looks no further than ten lines."""
    for k in range(n + 1, min(n + 10, len(lines))):
        if lines[k]:
            return k
    return len(lines)


def _after_marked(kinds: Kinds, start: int, end: int) -> int:
    for n in range(end, start - 1, -1):
        if kinds[n] is not None:
            return n + 1
    return start


def _tail(kinds: Kinds, start: int, kind: SegmentKind) -> None:
    for n in range(start, len(kinds)):
        if kinds[n] in (None, SIGNATURE, DISCLAIMER):
            kinds[n] = kind
        elif kind is FORWARDED:
            kinds[n] = FORWARDED


def give_back_answers(raw: list[str], lines: list[str], kinds: Kinds, starts: list[int], known: Sequence[Span]) -> None:
    """Give back what was typed into our words in a quote without ``>``."""
    n, count = 0, len(lines)
    passed = 0  # spans of ours above the quote
    while n < count:
        if kinds[n] is not QUOTED:
            n += 1
            continue
        end = n
        while end < count and kinds[end] is QUOTED:
            end += 1
        stops = [is_quoted(raw, k) or _announces(lines, k) for k in range(n, end)]
        reach = starts[end] if end < count else starts[end - 1] + len(raw[end - 1])
        while passed < len(known) and known[passed][1] <= starts[n]:
            passed += 1
        here = known[passed : bisect_left(known, (reach, 0), passed)]
        for typed in typed_between(raw[n:end], starts[n:end], here, stops):
            for k in typed:
                kinds[n + k] = None
        n = end


def _announces(lines: list[str], n: int) -> bool:
    """Does another mail begin here?"""
    line = lines[n]
    if not line:
        return False
    return role(line) is not None or separator(line) is not None or attribution(line) is not Sign.NONE
