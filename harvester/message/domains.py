"""Who owns a domain: the only door of publicsuffixlist.

Two hosts belong to one organisation if they lie below the same registered name (RFC 7489, section 3.2).
The list of public suffixes ships with the library; nothing is fetched.
"""

from functools import cache, lru_cache
from typing import Any

LONGEST = 253  # RFC 1035, section 2.3.4, without the dot at the end


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
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain


@lru_cache(maxsize=4096)
def organisational(domain: str) -> str:
    """``mail.town.gov.example`` -> the name that was registered; a public suffix alone stays as it is."""
    plain = ascii_domain(domain)
    if not plain or len(plain) > LONGEST:
        return plain
    return str(_suffixes().privatesuffix(plain) or plain)
