"""How mail clients announce somebody else's words, in the languages our respondents write.

Three shapes: a header block (``From:``/``Sent:``/``To:``/``Subject:`` lines), an attribution line
(``On ... wrote:``), a separator (``-----Original Message-----``, ``Begin forwarded message:``).
Words are looked up, lines are cut at 1,000 characters and no pattern nests repeats: time stays linear.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from harvester.message.letter_words import choice, labels, letter_words

LINE_CUT = 1_000
WRAPPED = 3
"""An attribution line may be wrapped over so many lines."""

_FORMAT: dict[int, str | None] = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\ufeff\u00ad")
)
_FORMAT[0x202F] = " "  # French blanks before a colon
_DRESS = "*_~`'\"|> \t\xa0"  # what markdown and plain-text versions of bold leave around a label

_WEEKDAY = (
    "mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|gio|maa|tis|ons|tor|fre|lör|sön|man|lør"
    "|søn|pon|wto|śro|czw|pią|sob|nie|pá|ma|ti|ke|to|pe|la|su|пон|вто|сре|чет|пет|съб|нед|вт|ср|чт|пт|сб|вс|пн|δευ|τρι|τετ|πεμ|παρ|σαβ|κυρ"
)


_ROLE = labels()
_LONGEST_LABEL = max(map(len, _ROLE))
_ORIGINAL = letter_words("original")
_FORWARDED = letter_words("forwarded")
# Lotus Notes: "----- Forwarded by Anna Berg/TOWN on 03.08.2010 14:02 -----"
_FORWARDED_BY = (
    "forwarded by ",
    "weitergeleitet von ",
    "transféré par ",
    "reenviado por ",
    "inoltrato da ",
    "doorgestuurd door ",
)
_VERB = re.compile(
    rf"(?<!\w)(?:{choice(letter_words('wrote'))})(?!\w)|書きました|のメッセージ|さんのメール|[写寫]道|작성",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d\d|\d{4}年")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_ADDRESS = re.compile(r"[^\s<>@]@[\w-]|\[mailto:")
_OPENS = re.compile(
    rf"\W{{0,3}}(?:(?:{choice(letter_words('opens'))})\s|(?:{_WEEKDAY})\w{{0,9}}[.,]?\s|\d)",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\s[^:]{1,100}<[^\s<>@]{1,64}@[\w.-]{1,200}$")
"""``2011/4/7 Anna Berg <anna@town.example>``: a date and a mailbox and nothing else, as Gmail once wrote."""
_REPLY_ABOVE = re.compile(
    r"above this line|oberhalb dieser (?:zeile|linie)|über dieser (?:zeile|linie)|au-dessus de cette ligne"
    r"|(?:encima|arriba) de esta línea|sopra questa (?:riga|linea)|boven deze (?:regel|lijn)|acima desta linha"
    r"|ovanför denna rad|over denne linje|tämän rivin yläpuolelle|powyżej tej linii|nad tento řádek|nad tento riadok",
    re.IGNORECASE,
)
"""``##- Please type your reply above this line -##``, as help desks write."""
_RULE = re.compile(r"[-_=*–—\s]{5,}$")


class Sign(IntEnum):
    """How sure an attribution line is."""

    NONE = 0
    WEAK = 1  # counts where quoted lines follow
    STRONG = 2  # counts by itself: all that follows is quoted


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Lines ``start`` to ``end`` (half-open) are a header block; the words quoted begin at ``end``."""

    start: int
    end: int


def plain(line: str) -> str:
    """A line without its quote marks, invisible characters and length beyond what we look at."""
    cut = line[:LINE_CUT]
    if not cut.isascii():
        cut = cut.translate(_FORMAT).replace("\xa0", " ")
    return cut.strip(" \t\r>|")


def role(line: str) -> str | None:
    """The role of a header label at the start of a (plain) line: ``*Van:* Anna`` is ``from``."""
    at = line.find(":", 0, _LONGEST_LABEL + 8)
    if at < 0:
        at = line.find("：", 0, _LONGEST_LABEL + 8)
        if at < 0:
            return None
    return _ROLE.get(line[:at].strip(_DRESS).casefold())


def header_block(lines: Sequence[str], at: int, *, announced: bool = False) -> HeaderBlock | None:
    """A header block that begins at line ``at``.

    Three different labels within a dozen lines; two are enough where a separator ``announced`` it.
    Long values may be folded over lines, and HTML leaves blank lines between labels.
    """
    first = role(lines[at])
    if first not in ("from", "sent", "subject", "to"):
        return None
    roles = {first}
    end, strange = at + 1, 0
    for n in range(at + 1, min(at + 14, len(lines))):
        line = lines[n]
        found = role(line)
        if found is not None:
            roles.add(found)
            end, strange = n + 1, 0
        elif n == end and line.startswith("<") and _ADDRESS.search(line):
            end = n + 1  # the last address of a long "To:"
        elif line:
            strange += 1
            if strange > 2 or roles >= {"from", "sent", "to", "subject"}:
                break
    proper = roles - {"other", "cc"}
    enough = (len(proper) >= 3 and "from" in proper) or roles >= {"to", "cc", "subject"}  # Notes begins with "To"
    # a reply's block names the writer first; two labels need an address or a date to be believed
    if not enough and len(roles) >= 2 and "from" in proper and first == "from":
        joined = " ".join(lines[at:end])
        enough = announced or bool(_ADDRESS.search(joined) and _YEAR.search(joined))
    return HeaderBlock(at, end) if enough else None


def bare_block(lines: Sequence[str], at: int) -> int | None:
    """Lotus Notes writes labels on lines of their own, below the sender and the date::

        Anna Berg <anna@town.example>
        03.08.2010 10:12
        An
        desk@lga.example
        Kopie
        Thema
        Request

    The first line of such a block whose ``An`` is line ``at``, or None.
    """
    if _ROLE.get(lines[at].casefold()) != "to":
        return None
    below = {_ROLE.get(line.casefold()) for line in lines[at + 1 : at + 12] if len(line) <= _LONGEST_LABEL}
    if not below >= {"cc", "subject"}:
        return None
    start = at
    for n in range(at - 1, max(-1, at - 6), -1):
        if lines[n] and not (_dated(lines[n]) or _ADDRESS.search(lines[n])):
            break
        start = n if lines[n] else start
    return start


def is_arrowed(written: str) -> bool:
    """GroupWise: ``>>> Anna Berg <anna@town.example> 03/08/2010 10:12 >>>``; ``written`` is the line as it stands."""
    return written.startswith(">>> ") and written.rstrip().endswith(">>>") and _dated(written[:LINE_CUT])


def separator(line: str) -> str | None:
    """``original`` or ``forwarded`` for the lines that announce another mail, else None."""
    if len(line) > 120:
        return None
    core = line.strip("-–—_=*#~<>: \t.")
    words = core.casefold()
    dashed = len(line) - len(core) >= 4 and line[:1] in "-–—_=*#~"
    if words in _FORWARDED and (dashed or line.endswith((":", "："))):
        return "forwarded"
    if dashed and words in _ORIGINAL:
        return "original"
    if dashed and words.startswith(_FORWARDED_BY):
        return "forwarded"
    if line[:1] in "-–—_=*#~" and _REPLY_ABOVE.search(line):
        return "original"
    return None


def is_rule(line: str) -> bool:
    """A drawn line: ``________________``, ``----------``."""
    return len(line) >= 5 and line[0] in "-_=*–—" and _RULE.match(line) is not None


def attribution(line: str) -> Sign:
    """How surely one (joined, plain) line is ``On ... wrote:`` in any of our languages."""
    line = line.strip("- \t*_")
    if len(line) < 6 or len(line) > 600:
        return Sign.NONE
    ends = line[-1] in ":："
    if not ends and not line.endswith(("----", "wrote", "schrieb", "écrit")):
        return Sign.NONE
    return _sign_of(line, ends)


@lru_cache(maxsize=500)  # lines of our request, which most replies quote, end in a colon too
def _sign_of(line: str, ends: bool) -> Sign:
    verb = _VERB.search(line)
    if not verb and not ends:
        return Sign.NONE
    year, clock, address = _YEAR.search(line), _CLOCK.search(line), _ADDRESS.search(line)
    if verb and (year or _OPENS.match(line)) and (clock or address) and _names_somebody(line[verb.end() :]):
        return Sign.STRONG
    if verb and (year or address):
        return Sign.WEAK
    if (address and (year or clock)) or (year and clock):
        return Sign.WEAK  # "2016-10-24 15:36 GMT+02:00 Anna <anna@town.example>:"
    short = len(line) < 80
    return Sign.WEAK if short and (verb or address) else Sign.NONE  # Horde: "Quoting Anna <anna@town.example>:"


def _lacks_its_colon(line: str) -> bool:
    """``Am 03.08.10 um 10:12 schrieb Anna Berg``, as web.de writes above a block quote."""
    if len(line) > 120 or line[-1:] in ":：.!?" or not _OPENS.match(line):
        return False
    verb = _VERB.search(line)
    dated = bool(_YEAR.search(line) and _CLOCK.search(line))
    return verb is not None and dated and _names_somebody(line[verb.end() :])


def _names_somebody(tail: str) -> bool:
    """After the verb stands nothing, a name, an address or a date: not "... wrote to its residents:"."""
    if _ADDRESS.search(tail) or _dated(tail):
        return True
    words = re.findall(r"[^\W\d_]+", tail)
    return not words or any(not word[0].islower() for word in words)


def attribution_ending_at(lines: Sequence[str], at: int) -> tuple[int, Sign]:
    """(first line, sign) of the attribution whose last line is ``at``; ``(at, Sign.NONE)`` if there is none."""
    last = lines[at].rstrip("- \t*_")
    if (last[:1].isdigit() and _BARE.match(last)) or _lacks_its_colon(last):
        return at, Sign.WEAK
    if not last or (last[-1] not in ":：" and "----" not in lines[at][-6:]):
        return at, Sign.NONE
    if len(last) < 3 and (at == 0 or len(lines[at - 1]) < 6):
        return at, Sign.NONE  # a lone colon
    best = attribution(lines[at])
    if best and _dated(lines[at]):
        return at, best
    joined = lines[at]
    for start in range(at - 1, max(-1, at - WRAPPED), -1):
        if not lines[start] or len(joined) > 600:
            break
        joined = f"{lines[start]} {joined}"
        begins = _OPENS.match(lines[start]) is not None
        alone = start == 0 or not lines[start - 1]
        if not ((begins or alone) and _dated(lines[start])):
            continue
        sign = attribution(joined)
        if sign and (begins or sign is Sign.STRONG):
            return start, sign
    return at, best


def _dated(line: str) -> bool:
    return bool(_YEAR.search(line) or _CLOCK.search(line))
