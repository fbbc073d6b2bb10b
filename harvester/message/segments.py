"""Whose words are these? The whole text in order, cut into own, quoted, forwarded, signature, disclaimer.

Line by line, in three passes: quotes and what announces them; signatures and notes within what is left;
then lines of one kind become one segment. Nothing is deleted, and time stays linear on any input.
"""

from bisect import bisect_left
from collections.abc import Sequence

from harvester.message.attribution import (
    Sign,
    attribution,
    attribution_ending_at,
    header_block,
    is_rule,
    plain,
    role,
    separator,
)
from harvester.message.interleaved import typed_between
from harvester.message.signature import (
    disclaims,
    farewell,
    is_closing,
    is_delimiter,
    is_mobile_note,
    is_thanks,
    name_block,
)
from harvester.model import Segment, SegmentKind

OWN, QUOTED, FORWARDED = SegmentKind.OWN, SegmentKind.QUOTED, SegmentKind.FORWARDED
KNOWN, SIGNATURE, DISCLAIMER = SegmentKind.KNOWN, SegmentKind.SIGNATURE, SegmentKind.DISCLAIMER

COVER_NOTE = 160
"""Up to so many characters of one's own above a mail passed on are a note to the reader, not an answer."""
LONGEST_SIGNATURE = 30
"""Lines; what is longer below ``-- `` is not a signature."""

Kinds = list[SegmentKind | None]


def segment(text: str, marks: Sequence[Segment] = (), known: Sequence[tuple[int, int]] = ()) -> tuple[Segment, ...]:
    """Segments that cover ``text`` from start to end, in order, without gaps or overlaps.

    ``marks`` is what the HTML says (``Page.marks``), ``known`` what of the text is ours (``KnownTexts.spans``).
    With ``known`` given, the segments of kind OWN are the respondent's words and nothing else: our words
    within them become KNOWN, and an answer typed between our words inside a quote becomes OWN. Segments
    begin at line starts, but for KNOWN ones. Empty text has no segments.
    """
    if not text:
        return ()
    raw = text.split("\n")
    starts = [0] * len(raw)
    at = 0
    for n, line in enumerate(raw):
        starts[n] = at
        at += len(line) + 1
    lines = [plain(line) for line in raw]
    kinds = _marked(starts, marks)
    _quotes(raw, lines, kinds)
    if known:
        _answers(raw, lines, kinds, starts, known)
    _below(lines, kinds)
    return _less_known(text, _joined(lines, kinds, starts, len(text)), known)


def _answers(
    raw: list[str], lines: list[str], kinds: Kinds, starts: list[int], known: Sequence[tuple[int, int]]
) -> None:
    """Give back what was typed into our words in a quote without ``>``."""
    n, count = 0, len(lines)
    while n < count:
        if kinds[n] is not QUOTED:
            n += 1
            continue
        end = n
        while end < count and kinds[end] is QUOTED:
            end += 1
        stops = [_is_quoted(raw, k) or _announces(lines, k) for k in range(n, end)]
        for typed in typed_between(raw[n:end], starts[n:end], known, stops):
            for k in typed:
                kinds[n + k] = None
        n = end


def _announces(lines: list[str], n: int) -> bool:
    """Does another mail begin here?"""
    line = lines[n]
    if not line:
        return False
    return role(line) is not None or separator(line) is not None or attribution(line) is not Sign.NONE


def _marked(starts: list[int], marks: Sequence[Segment]) -> Kinds:
    """The kind of each line that begins inside a mark."""
    kinds: Kinds = [None] * len(starts)
    for mark in marks:
        first, end = bisect_left(starts, mark.start), bisect_left(starts, mark.end)
        kinds[first:end] = [mark.kind] * (end - first)
    return kinds


def _quotes(raw: list[str], lines: list[str], kinds: Kinds) -> None:
    """Mark quoted and forwarded lines; after a header block or a sure attribution all the rest is."""
    said = 0  # characters of their own above this line
    passing: SegmentKind | None = None  # what an unbroken run of ``>`` lines holds
    n, count = 0, len(lines)
    while n < count:
        line = lines[n]
        if not line and not raw[n].lstrip().startswith(">"):
            n += 1
            continue
        if kinds[n] is not None:
            n += 1
            continue
        if _is_quoted(raw, n):
            if separator(line) == "forwarded":
                passing = FORWARDED
            elif passing is None:
                passing = QUOTED
            kinds[n] = passing
            n += 1
            continue
        passing = None
        announced = separator(line)
        if announced is None and is_rule(line):
            block = header_block(lines, _next(lines, n), announced=True) if _next(lines, n) < count else None
            announced = "original" if block else None
        if announced is None and role(line) is not None:
            block = header_block(lines, n)
            announced = "original" if block else None
        if announced is not None:
            _tail(kinds, n, FORWARDED if announced == "forwarded" or _only_covers(lines, kinds, n, said) else QUOTED)
            return
        start, sign = attribution_ending_at(lines, n)
        if sign:
            start = max(start, _after_marked(kinds, start, n))
            follows = _next(lines, n)
            quote_follows = follows < count and (kinds[follows] in (QUOTED, FORWARDED) or _is_quoted(raw, follows))
            earlier = said - sum(len(lines[k]) for k in range(start, n))
            if quote_follows:
                kinds[start : n + 1] = [QUOTED] * (n + 1 - start)
                said = earlier
            elif sign is Sign.STRONG:
                kinds[start : n + 1] = [QUOTED] * (n + 1 - start)
                said = earlier
                if earlier > 0:  # else: somebody pasted the line away from its quote; these are the words we have
                    _tail(kinds, n + 1, QUOTED)
                    return
            n += 1
            continue
        said += len(line)
        n += 1


def _is_quoted(raw: list[str], n: int) -> bool:
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


def _only_covers(lines: list[str], kinds: Kinds, n: int, said: int) -> bool:
    """Nothing of one's own stands above: the mail was passed on, not answered."""
    return said == 0 and not any(kinds[k] in (QUOTED, FORWARDED) for k in range(n) if lines[k])


def _tail(kinds: Kinds, start: int, kind: SegmentKind) -> None:
    for n in range(start, len(kinds)):
        if kinds[n] in (None, SIGNATURE, DISCLAIMER):
            kinds[n] = kind
        elif kind is FORWARDED:
            kinds[n] = FORWARDED


def _below(lines: list[str], kinds: Kinds) -> None:
    """Signatures, notes of phones and disclaimers within each stretch of own lines."""
    n, count = 0, len(lines)
    while n < count:
        if kinds[n] is not None:
            n += 1
            continue
        end = n
        while end < count and kinds[end] is None:
            end += 1
        _stretch(lines, kinds, n, end)
        n = end
    _farewells(lines, kinds)


def _farewells(lines: list[str], kinds: Kinds) -> None:
    """``Kind regards, Anna`` is still the letter; what stands below her name is not."""
    n, count = 0, len(lines)
    while n < count:
        if kinds[n] is not SIGNATURE:
            n += 1
            continue
        end = n
        while end < count and kinds[end] is SIGNATURE:
            end += 1
        stop = farewell(lines, n, end)
        kinds[n:stop] = [None] * (stop - n)
        n = end


def _stretch(lines: list[str], kinds: Kinds, start: int, end: int) -> None:
    n = start
    while n < end:
        line = lines[n]
        if not line or kinds[n] is not None:
            n += 1
        elif is_delimiter(line) and _held(lines, n, end) <= LONGEST_SIGNATURE:
            kinds[n:end] = [SIGNATURE] * (end - n)
            break
        elif is_mobile_note(line):
            kinds[n] = SIGNATURE
            n += 1
        elif is_closing(line) or (is_thanks(line) and _only_a_name_follows(lines, n, end)):
            stop = name_block(lines, n, end)
            kinds[n:stop] = [SIGNATURE] * (stop - n)
            n = stop
        else:
            n += 1
    _disclaimers(lines, kinds, start, end)


def _held(lines: list[str], start: int, end: int) -> int:
    """Lines that hold something, counted no further than matters."""
    held = 0
    for n in range(start, end):
        held += bool(lines[n])
        if held > LONGEST_SIGNATURE:
            break
    return held


def _only_a_name_follows(lines: list[str], n: int, end: int) -> bool:
    below: list[str] = []
    for line in lines[n + 1 : min(end, n + 12)]:
        if line and not is_mobile_note(line):
            below.append(line)
    return len(below) <= 2 and all(len(line.split()) <= 4 for line in below)


def _disclaimers(lines: list[str], kinds: Kinds, start: int, end: int) -> None:
    """Paragraphs that are legal notices; a doubtful one counts right below a certain one."""
    after = False
    n = start
    while n < end:
        if not lines[n] or kinds[n] is SIGNATURE:
            n += 1
            continue
        stop = n
        while stop < end and lines[stop] and kinds[stop] is None:
            stop += 1
        signs = disclaims(" ".join(lines[n:stop][:40]))
        after = signs >= 2 or (after and signs == 1)
        if after:
            kinds[n:stop] = [DISCLAIMER] * (stop - n)
        n = max(stop, n + 1)


def _joined(lines: list[str], kinds: Kinds, starts: list[int], length: int) -> tuple[Segment, ...]:
    """One segment for each run of lines of a kind; blank lines go with what stands above them."""
    segments: list[Segment] = []
    kind: SegmentKind | None = None
    begun = 0
    for n, found in enumerate(kinds):
        if not lines[n]:
            continue
        now = found or OWN
        if kind is None:
            kind = now
        elif now is not kind:
            segments.append(Segment(kind, begun, starts[n]))
            kind, begun = now, starts[n]
    segments.append(Segment(kind or OWN, begun, length))
    return tuple(segments)


def _less_known(text: str, segments: tuple[Segment, ...], known: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    """Own segments without our words; the blanks between two pieces of ours are ours too."""
    if not known:
        return segments
    cut: list[Segment] = []
    n = 0
    for part in segments:
        if part.kind is not OWN:
            cut.append(part)
            continue
        at = part.start
        while n < len(known) and known[n][1] <= at:
            n += 1
        k = n
        while k < len(known) and known[k][0] < part.end:
            start, end = max(known[k][0], at), min(known[k][1], part.end)
            if text[at:start].strip():
                cut.append(Segment(OWN, at, start))
            else:
                start = at
            if cut and cut[-1].kind is KNOWN and cut[-1].end == start:
                start = cut.pop().start
            cut.append(Segment(KNOWN, start, end))
            at = end
            k += 1
        if at < part.end:
            blank_after_ours = at > part.start and not text[at : part.end].strip()
            if blank_after_ours:
                cut[-1] = Segment(KNOWN, cut[-1].start, part.end)
            else:
                cut.append(Segment(OWN, at, part.end))
    return tuple(cut)
