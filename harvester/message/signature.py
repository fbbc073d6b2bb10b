"""What stands below a person's words: closing and contact lines, notes of mobile phones, disclaimers.

Everything here looks at single (plain) lines; ``segments`` decides where such lines may stand.
"""

import re
from collections.abc import Sequence

from harvester.message.letter_words import letter_words
from harvester.message.notices import is_mobile_note

AFTERTHOUGHT = ("p.s", "ps:", "ps ", "p.p.s", "pps", "n.b", "nb:", "p. s", "post scriptum", "p.d.", "pd:")

_CLOSING = frozenset(word.rstrip(".") for word in letter_words("closing"))
_THANKS = letter_words("thanks")
_LONGEST_CLOSING = max(word.count(" ") + 1 for word in _CLOSING)
_CONTACT = re.compile(r"\d{3}|@|www\.|https?:|\.\w{2,8}$|\+\d")


def is_delimiter(line: str) -> bool:
    """``-- `` (RFC 3676, section 4.3), also without its blank, and the dash that phones write for it."""
    return line.rstrip() in ("--", "—", "– –") and line[:1] in "-—–"


def is_closing(line: str) -> bool:
    """``Kind regards,`` - alone, or with the name on the same line."""
    if len(line) > 80:
        return False
    words = _bare(line)
    if words in _CLOSING:
        return True
    head, comma, tail = words.partition(",")
    if comma and head.strip() in _CLOSING:
        return len(tail.split()) <= 4
    parts = words.split()
    for n in range(min(_LONGEST_CLOSING, len(parts) - 1), 0, -1):
        closing = " ".join(parts[:n])
        # "Best offer", "Salutations to all": one short word may begin anything
        if (n > 1 or len(closing) > 7) and _bare(closing) in _CLOSING:
            return len(parts) - n <= 4
    return False


def is_thanks(line: str) -> bool:
    """``Many thanks,`` alone on its line: a closing if only a name follows."""
    return len(line) <= 40 and _bare(line) in _THANKS


def _bare(line: str) -> str:
    """A line's words without what stands around them, in small letters."""
    return line.strip(" \t,.;:!-–—*_").casefold()


def is_afterthought(line: str) -> bool:
    return line[:16].casefold().startswith(AFTERTHOUGHT)


def is_contact(line: str) -> bool:
    """A line that may stand in a name block: short and no sentence."""
    if len(line) > 90:
        return False
    words = line.count(" ") + 1
    if line[-1:] == "?" or (words >= 5 and line[-1] in ".!:"):
        return False  # a sentence
    if _CONTACT.search(line):
        return words <= 14
    return words <= 8 and not line.startswith(("- ", "* ", "• "))


def farewell(lines: Sequence[str], at: int, end: int) -> int:
    """How far a signature that begins on line ``at`` is still the letter (exclusive): closing, name, a number.

    The job title and the address below are not: "Head of Shared Services" says nothing of a case, and the
    link to the town's front page is no answer. ``at`` if the signature does not begin with a closing.
    """
    stop, taken = at, 0
    for n in range(at, end):
        line = lines[n]
        if not line:
            continue
        if taken == 0:
            if is_thanks(line) or _is_bare_closing(line):
                taken = 1
            elif is_closing(line):
                taken = 2  # the name stands on the same line
            else:
                return at
        elif is_mobile_note(line) or taken > 3:
            break
        elif taken == 1 and _is_bare_closing(line):
            pass  # "Mit freundlichen Grüßen / Im Auftrag"
        elif (taken == 1 and len(line.split()) <= 5 and not _CONTACT.search(line)) or _is_phone(line):
            taken += 1
        else:
            break
        stop = n + 1
    return stop


def _is_bare_closing(line: str) -> bool:
    return len(line) <= 80 and _bare(line) in _CLOSING


def _is_phone(line: str) -> bool:
    """``070-0000000``, ``Tel. +45 00 00 00 00``."""
    return len(line) <= 40 and sum(map(str.isdigit, line)) >= 5 and sum(map(str.isalpha, line)) <= 6


def name_block(lines: Sequence[str], at: int, end: int) -> int:
    """Where the block of contact lines that begins at the closing on line ``at`` stops (exclusive)."""
    stop, blank, taken = at + 1, 0, 0
    for n in range(at + 1, end):
        line = lines[n]
        if not line:
            blank += 1
            if blank > 3 and taken:
                break
            continue
        if is_afterthought(line) or not is_contact(line) or taken >= 15 or _heads_a_list(lines, n, end):
            break
        taken, blank, stop = taken + 1, 0, n + 1
    return stop


def _heads_a_list(lines: Sequence[str], n: int, end: int) -> bool:
    """``Examples:`` goes on with an answer, ``Visit us:`` with an address."""
    if lines[n][-1] not in ":：":
        return False
    return not any(line and _CONTACT.search(line) for line in lines[n + 1 : min(n + 3, end)])
