"""``>`` lines that are no quote of a mail program: a passage that the writer cites, a mail passed on under marks.

Programs announce what they quote ("On ... wrote:", a header block) and quote a letter whole, with its closing. What
somebody puts under ``>`` by hand stands at the top without any of this: it is part of what they have to say, like
the answer below it. And where nothing but ``>`` lines is there, their words are all the words we have. Our own words
never count: where any stand in such lines, they stay quoted.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from harvester.message.attribution import Sign, attribution_ending_at, header_block, is_rule, role, separator
from harvester.message.interleaved import Span
from harvester.message.notices import is_mobile_note
from harvester.message.passed_on import covers
from harvester.message.quotes import FORWARDED, QUOTED, Kinds, is_quoted
from harvester.message.signature import is_closing, is_delimiter, is_thanks

_MARKS = re.compile(r"^[> \t\xa0]*>[ \t]?", re.MULTILINE)


def keep_citation(raw: list[str], lines: list[str], kinds: Kinds, starts: list[int], known: Sequence[Span]) -> None:
    """Lines cited at the very top, above the writer's own words and the only ones under marks, are the writer's."""
    first = next((n for n, line in enumerate(lines) if line), len(lines))
    end = first
    while end < len(lines) and kinds[end] is QUOTED and is_quoted(raw, end):
        end += 1
    if end == first or any(kinds[n] in (QUOTED, FORWARDED) for n in range(end, len(lines)) if lines[n]):
        return
    if not any(kinds[n] is None and lines[n] for n in range(end, len(lines))):
        return
    if any(_is_of_a_letter(lines, n) for n in range(first, end)) or _holds_ours(raw, starts, range(first, end), known):
        return
    kinds[first:end] = [None] * (end - first)


def open_marked(raw: list[str], lines: list[str], kinds: Kinds, starts: list[int], known: Sequence[Span]) -> None:
    """Nothing but ``>`` lines and perhaps a covering note: the words under the fewest marks are what there is to
    read.
    """
    marked: list[int] = []
    note: list[str] = []
    for n, line in enumerate(lines):
        if not line or is_mobile_note(line):
            continue
        if kinds[n] not in (QUOTED, FORWARDED):
            if marked:
                return
            note.append(line)
        elif is_quoted(raw, n):
            marked.append(n)
    if not marked or not covers(note):
        return
    said = _less_announcements(lines, marked)
    least = min((_depth(raw[n]) for n in said), default=0)
    said = [n for n in said if _depth(raw[n]) == least]
    if _holds_ours(raw, starts, said, known):
        return
    for n in said:
        kinds[n] = None


def without_marks(words: str) -> str:
    """Own words that stand under marks on every line, as ``open_marked`` finds them, read on from line to line."""
    if not words.lstrip().startswith(">") or not all(
        line.startswith(">") for line in words.split("\n") if line.strip()
    ):
        return words
    return _MARKS.sub("", words)


def _less_announcements(lines: list[str], marked: Sequence[int]) -> list[int]:
    """The lines that hold words; not header blocks, separators and ``On ... wrote:``."""
    announces: set[int] = set()
    end = 0
    for n in marked:
        if n < end or separator(lines[n]) or is_rule(lines[n]):
            announces.add(n)
        elif role(lines[n]) is not None and (block := header_block(lines, n, announced=True)):
            end = block.end
            announces.add(n)
        else:
            first, sign = attribution_ending_at(lines, n)
            if sign is not Sign.NONE:
                announces.update(range(first, n + 1))
    return [n for n in marked if n not in announces]


def _is_of_a_letter(lines: list[str], n: int) -> bool:
    """Does this line announce another mail, or end one?"""
    line = lines[n]
    if not line:
        return False
    if is_delimiter(line) or is_closing(line) or is_thanks(line) or separator(line) is not None:
        return True
    if role(line) is not None and header_block(lines, n):
        return True
    return attribution_ending_at(lines, n)[1] is not Sign.NONE


def _holds_ours(raw: list[str], starts: list[int], rows: Sequence[int], known: Sequence[Span]) -> bool:
    """Do any of our words stand in these lines?"""
    for n in rows:
        place = bisect_left(known, (starts[n], 0))
        if place < len(known) and known[place][0] < starts[n] + len(raw[n]):
            return True
        if place and known[place - 1][1] > starts[n]:
            return True
    return False


def _depth(line: str) -> int:
    """How many marks a line begins with: ``> >> words`` has three."""
    return len(line[: len(line) - len(line.lstrip("> \t\xa0"))].replace(" ", "").replace("\t", "").replace("\xa0", ""))
