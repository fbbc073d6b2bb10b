"""Countries and languages by their English names."""

from functools import lru_cache
from unicodedata import normalize

LANGUAGE = "en"
NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""Codes of CLDR that are no country of ISO 3166-1: single islands, unions, the unknown. (XK, Kosovo, stays.)"""


@lru_cache(1)
def countries() -> dict[str, str]:
    """Name by code, in the order of the names."""
    from harvester.acknowledge.tongue import territories  # Babel is loaded with the first page that needs it

    names = {code: name for code, name in territories(LANGUAGE).items() if code not in NO_COUNTRIES}
    return dict(sorted(names.items(), key=lambda one: normalize("NFKD", one[1])))


def country_name(code: str | None) -> str:
    """The code itself, where nobody knows it."""
    return countries().get(code, code) if code else ""


@lru_cache(1)
def _languages() -> dict[str, str]:
    from harvester.acknowledge.tongue import languages

    return languages(LANGUAGE)


def language_name(code: str | None) -> str:
    """Nothing for a language that could not be told."""
    return _languages().get(code, code) if code and code != "unknown" else ""
