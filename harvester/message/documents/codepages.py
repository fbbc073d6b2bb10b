"""In which of Windows' old character sets does this person's computer write? Files of plain text seldom say so."""

from collections import Counter

LATIN = "cp1252"
OTHERS = ("cp1250", "cp1257", "cp1254", "cp1251", "cp1253")
"""Central European, Baltic, Turkish, Cyrillic, Greek."""
LOOKED_AT = 20_000
FEW = 0.003
"""Of all letters: so many a name from elsewhere may bring into a text that is written in Latin letters."""

_CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")  # Romanian letters as they were written before Unicode had them


def codepage_of(text: str) -> str:
    """The character set that holds the letters of this text, which the same person wrote; else Windows' Latin."""
    said = text[:LOOKED_AT].translate(_CEDILLAS)
    if _writes(LATIN, said):
        return LATIN
    signs = Counter(said)
    letters = {one: times for one, times in signs.items() if one.isalpha()}
    foreign = {one: times for one, times in letters.items() if not _writes(LATIN, one)}
    if sum(foreign.values()) < max(2.0, FEW * sum(letters.values())):
        return LATIN
    held = {page: sum(times for one, times in foreign.items() if _writes(page, one)) for page in OTHERS}
    best = max(OTHERS, key=lambda page: held[page])
    return best if held[best] else LATIN


def _writes(page: str, letters: str) -> bool:
    try:
        letters.encode(page)
    except UnicodeEncodeError:
        return False
    return True
