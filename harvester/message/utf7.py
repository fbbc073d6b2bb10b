"""Letters in UTF-7 (RFC 2152), which Outlook once wrote: ``Fr+APY-sche`` is ``Frösche``.

Only letters: what would become ``<``, ``>``, ``&`` or a control character stays as it was written, for by that way
harmless letters turned into tags and slipped past whoever had looked at them.
"""

import binascii
import re

LABELS = frozenset({"utf-7", "utf7", "unicode-1-1-utf-7", "csunicode11utf7", "x-unicode-2-0-utf-7"})
MOST = 100_000
"""Shifts undone in one text; what follows stays as it is."""

_SHIFT = re.compile(r"\+([A-Za-z0-9+/]*+)-?")
_ALONE = re.compile(r"[<>&\x00-\x1f\x7f-\x9f]")


def letters(text: str) -> str:
    return _SHIFT.sub(_unshifted, text, count=MOST)


def _unshifted(shift: re.Match[str]) -> str:
    coded = shift[1]
    if not coded:
        return "+" if shift[0] == "+-" else shift[0]
    spare = len(coded) * 6 % 16  # bits after the last whole character: fewer than six, and zero
    if spare >= 6:
        return shift[0]
    data = binascii.a2b_base64(coded + "A" * (-len(coded) % 4))
    whole = len(coded) * 6 // 16 * 2
    try:
        found = data[:whole].decode("utf-16-be")
    except UnicodeDecodeError:
        return shift[0]
    return shift[0] if _ALONE.search(found) else found
