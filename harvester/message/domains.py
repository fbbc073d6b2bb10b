"""Who owns a domain: the only door of publicsuffixlist.

Two hosts belong to one organisation if they lie below the same registered name (RFC 7489, section 3.2).
The list of public suffixes ships with the library; nothing is fetched.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

LONGEST = 253  # RFC 1035, section 2.3.4, without the dot at the end
LONGEST_LABEL = 59  # without xn--

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_KEPT = frozenset("ßς")


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def ascii_domain(domain: str) -> str:
    """Lower case, punycode, without dots at the ends; unreadable names only lose their case."""
    plain = domain.strip().strip(".").lower()
    if plain.isascii() or len(plain) > LONGEST:
        return plain
    try:
        return ".".join(_ascii_label(label) for label in _DOTS.split(plain))
    except UnicodeError:
        return plain


def _ascii_label(label: str) -> str:
    """As browsers do: the letters that IDNA 2003 replaced by others are letters of their own (RFC 5894, 7.2)."""
    if _KEPT.isdisjoint(label):
        return label.encode("idna").decode("ascii")
    for piece in filter(None, re.split(f"[{''.join(_KEPT)}]", label)):
        piece.encode("idna")  # UnicodeError for what stands in no name
    coded = unicodedata.normalize("NFKC", label).encode("punycode").decode("ascii")
    if len(coded) > LONGEST_LABEL:
        raise UnicodeError("label too long")
    return f"xn--{coded}"


@lru_cache(maxsize=4096)
def organisational(domain: str) -> str:
    """``mail.town.gov.example`` -> the name that was registered; a public suffix alone stays as it is."""
    plain = ascii_domain(domain)
    if not plain or len(plain) > LONGEST:
        return plain
    return str(_suffixes().privatesuffix(plain) or plain)
