"""Whose words are these? The whole text in order, cut into own, quoted, forwarded, signature, disclaimer.

Line by line, in three passes: quotes and what announces them; signatures and notes within what is left;
then lines of one kind become one segment. Nothing is deleted, and time stays linear on any input.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

from harvester.message.attribution import plain
from harvester.message.cited import keep_citation, open_marked
from harvester.message.marks_of_lines import with_common_marks
from harvester.message.notices import disclaims, is_mobile_note
from harvester.message.passed_on import open_what_was_passed_on
from harvester.message.quotes import Kinds, give_back_answers, mark_quotes
from harvester.message.signature import (
    farewell,
    is_closing,
    is_delimiter,
    is_thanks,
    name_block,
)
from harvester.model import Segment, SegmentKind

OWN, KNOWN = SegmentKind.OWN, SegmentKind.KNOWN
SIGNATURE, DISCLAIMER = SegmentKind.SIGNATURE, SegmentKind.DISCLAIMER

LONGEST_SIGNATURE = 30
"""Lines; what is longer below ``-- `` is not a signature."""


def segment(text: str, marks: Sequence[Segment] = (), known: Sequence[tuple[int, int]] = ()) -> tuple[Segment, ...]:
    """Segments that cover ``text`` from start to end, in order, without gaps or overlaps.

    ``marks`` is what the HTML says (``Page.marks``), ``known`` what of the text is ours (``KnownTexts.spans``).
    With ``known`` given, the segments of kind OWN are the respondent's words and nothing else: our words
    within them become KNOWN, and an answer typed between our words inside a quote becomes OWN. Segments
    begin at line starts, but for KNOWN ones. Empty text has no segments.
    """
    if not text:
        return ()
    raw = with_common_marks(text.split("\n"))
    starts = [0] * len(raw)
    at = 0
    for n, line in enumerate(raw):
        starts[n] = at
        at += len(line) + 1
    lines = [plain(line) for line in raw]
    kinds = _marked(starts, marks)
    mark_quotes(raw, lines, kinds)
    if known:
        give_back_answers(raw, lines, kinds, starts, known)
    open_what_was_passed_on(raw, lines, kinds, starts, known)
    keep_citation(raw, lines, kinds, starts, known)
    open_marked(raw, lines, kinds, starts, known)
    _below(lines, kinds)
    return _less_known(text, _joined(lines, kinds, starts, len(text)), known)


def _marked(starts: list[int], marks: Sequence[Segment]) -> Kinds:
    """The kind of each line that begins inside a mark."""
    kinds: Kinds = [None] * len(starts)
    for mark in marks:
        first, end = bisect_left(starts, mark.start), bisect_left(starts, mark.end)
        kinds[first:end] = [mark.kind] * (end - first)
    return kinds


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
    # the last lines that hold something: only among them a delimiter can have a signature's length below it
    ends = deque((n for n in range(start, end) if lines[n]), maxlen=LONGEST_SIGNATURE + 1)
    n = start
    while n < end:
        line = lines[n]
        if not line or kinds[n] is not None:
            n += 1
        elif is_delimiter(line) and (len(ends) <= LONGEST_SIGNATURE or n > ends[0]):
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
            begin = _notice_begins(lines, n, stop)
            kinds[begin:stop] = [DISCLAIMER] * (stop - begin)
        n = max(stop, n + 1)


def _notice_begins(lines: list[str], start: int, stop: int) -> int:
    """Where in a paragraph its notice begins: an answer may stand right above without a blank line."""
    begin = next((n for n in range(start, stop) if disclaims(lines[n])), start)
    while begin > start and lines[begin - 1][-1] not in ".!?:":
        begin -= 1  # the sentence began above
    return begin


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
