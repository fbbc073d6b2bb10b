"""A mail passed on with nothing, or only a covering note, above it: what was passed on is what they have to say.

A colleague's answer forwarded without a word or under "please see below", an answer below a quote without ``>``.
Our own words are no answer: where they stand in what was passed on, only what comes below them counts.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from harvester.message.attribution import Sign, attribution_ending_at, header_block, is_rule, separator
from harvester.message.interleaved import Span
from harvester.message.letter_words import choice, letter_words
from harvester.message.notices import is_mobile_note
from harvester.message.quotes import FORWARDED, QUOTED, Kinds, is_quoted, mark_quotes
from harvester.message.signature import is_closing, is_delimiter

ANSWER_WORDS = 5
"""A line of so many words below our unmarked letter is an answer, not our name and number."""
NOTE_WORDS = 25
"""A covering note is not longer."""


def open_what_was_passed_on(
    raw: list[str], lines: list[str], kinds: Kinds, starts: list[int], known: Sequence[Span]
) -> None:
    """Give the words of a mail that was passed on as the reply's own; its header block stays ``forwarded``."""
    first = _first_passed_on(raw, lines, kinds)
    if first is None:
        return
    body = _below_the_announcement(lines, first)
    for n in range(body, len(kinds)):
        if kinds[n] in (QUOTED, FORWARDED) and not is_quoted(raw, n):
            kinds[n] = None
    mark_quotes(raw, lines, kinds, body)
    ours_end = max((end for start, end in known if kinds[bisect_right(starts, start) - 1] is None), default=0)
    below = [n for n in range(body, len(kinds)) if kinds[n] is None and starts[n] >= ours_end]
    says_something = any(len(lines[n].split()) >= ANSWER_WORDS for n in below)
    for n in range(body, len(kinds)):
        if ours_end and kinds[n] is None and not (says_something and starts[n] >= ours_end):
            kinds[n] = QUOTED  # our own letter around the words we know
    if not ours_end and any(kinds[n] is None and lines[n] for n in range(body, len(kinds))):
        kinds[first:body] = [FORWARDED] * (body - first)


def _first_passed_on(raw: list[str], lines: list[str], kinds: Kinds) -> int | None:
    """The line where another mail begins that is not marked by ``>``, if no own words but a covering note are here."""
    own = [n for n, line in enumerate(lines) if kinds[n] is None and line and not is_mobile_note(line)]
    first = next(
        (n for n, kind in enumerate(kinds) if kind in (QUOTED, FORWARDED) and lines[n] and not is_quoted(raw, n)), None
    )
    if first is None or (own and own[-1] > first) or not covers([lines[n] for n in own]):
        return None
    return first


def covers(note: Sequence[str]) -> bool:
    """No words, or few that point to what stands below, name and signature aside."""
    said: list[str] = []
    for line in note:
        if is_delimiter(line) or is_closing(line):
            break
        said += line.split()
        if len(said) > NOTE_WORDS:
            return False
    return not said or _points_below().search(" ".join(said).casefold()) is not None


@cache
def _points_below() -> re.Pattern[str]:
    phrases = letter_words("below")
    blanks = [phrase for phrase in phrases if phrase[0] < "\u3000"]  # Japanese has none between words
    return re.compile(rf"(?<!\w)(?:{choice(blanks)})(?!\w)|{choice(phrases.difference(blanks))}")


def _below_the_announcement(lines: list[str], first: int) -> int:
    """The first line of the words themselves: below separators and the header block."""
    n = first
    while n < len(lines) and (not lines[n] or is_rule(lines[n]) or separator(lines[n])):
        n += 1
    block = header_block(lines, n, announced=True) if n < len(lines) else None
    if block is not None:
        return block.end
    for k in range(n, min(n + 3, len(lines))):
        if lines[k] and attribution_ending_at(lines, k)[1] is not Sign.NONE:
            return k + 1
    return n
