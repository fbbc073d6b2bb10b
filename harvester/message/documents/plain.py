"""Text without structure: which characters do these bytes stand for?"""

import codecs

HEAD = 4_096
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(data: bytes, charset: str = "cp1252") -> str:
    """By byte order mark; else UTF-8 if it is valid; else UTF-16 by its zero bytes; else ``charset``, which whoever
    hands the file over knows better: a guess by the bytes would now and then turn good text into rubbish.
    """
    for mark, marked in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    wide = _utf_16(data[:HEAD])
    if wide:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(charset, "replace")


def is_text(data: bytes) -> bool:
    """False for what only pretends to be text: its beginning is full of control characters."""
    head = data[:HEAD]
    if any(head.startswith(mark) for mark, _ in BOMS) or _utf_16(head):
        return True
    controls = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in head)
    return controls * 100 <= len(head)


def _utf_16(head: bytes) -> str | None:
    """Latin text in UTF-16 without a mark: every other byte is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half and odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if half and even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None
