"""The border for text: what a sender wrote becomes what both databases take.

PostgreSQL refuses NUL, and both refuse lone surrogates (a broken charset can leave them behind). Each becomes
U+FFFD, one for one, so that offsets of segments and evidence stay right.
"""

import re

_REFUSED = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """The same text without what no database takes; a plain ``str`` also where an enum came in."""
    if type(text) is not str:
        text = str(text)
    if text.isascii() and "\0" not in text:
        return text
    return _REFUSED.sub("\ufffd", text)
