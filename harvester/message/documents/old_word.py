"""Word's files from 1997 to 2003 (MS-DOC): the words in the order of the text, footnotes behind, and fields' links.

Comments and what stands above and below each page are left out. Deleted words under revision cannot be told apart
without the formatting, which is not read.
"""

import re
import struct
from collections.abc import Iterator

from harvester.message.documents.compound import Compound
from harvester.message.documents.transcript import Transcript, Unreadable
from harvester.model import TextStatus

MAGIC = 0xA5EC
PICTURES = ("\x01", "\x08")  # where they stand in the text
WORD_97 = 0x00C1
ENCRYPTED, SECOND_TABLE = 0x0100, 0x0200
COUNTS, CLX = 0x4C, 0x1A2  # where they stand in the first stream
PIECES, PROPERTIES = 2, 1
NARROW = 1 << 30  # this piece is in one byte a character

_SIGNS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\x07": "\t", "\x1e": "-", "\x1f": None, "\x01": None,
     "\x02": None, "\x05": None, "\x08": None}
)  # fmt: skip
_FIELD = re.compile(r"\x13([^\x13-\x15]*)(?:\x14([^\x13-\x15]*))?\x15")
_ROW_END = re.compile(r"\t\t(?=[^\t]|$)")
FIELD_LINK = re.compile(r'\bHYPERLINK\s+"([^"]*)"')
NESTED = 5
"""Fields within fields, as deep as they are understood."""


def read_old_word(file: Compound, transcript: Transcript) -> None:
    """Raises Unreadable: ENCRYPTED, DAMAGED, or UNSUPPORTED for what is older."""
    main = file.read("WordDocument")
    try:
        magic, version = struct.unpack_from("<HH", main)
        (bits,) = struct.unpack_from("<H", main, 10)
        if magic != MAGIC or version < WORD_97:
            raise Unreadable(TextStatus.UNSUPPORTED)
        if bits & ENCRYPTED:
            raise Unreadable(TextStatus.ENCRYPTED)
        body, notes, heads, _, comments, ends, boxes, _ = struct.unpack_from("<8i", main, COUNTS)
        at, size = struct.unpack_from("<II", main, CLX)
        table = file.read("1Table" if bits & SECOND_TABLE else "0Table")
        text = "".join(_pieces(main, table[at : at + size]))
    except struct.error as fault:
        raise Unreadable(TextStatus.DAMAGED) from fault
    at = 0
    for length, read in ((body, True), (notes, True), (heads, False), (comments, False), (ends, True), (boxes, True)):
        end = at + max(0, length)
        if read and at < end:
            transcript.add(_words(text[at:end], transcript) + "\n")
        at = end
    if transcript.empty and any(picture in text for picture in PICTURES):
        raise Unreadable(TextStatus.SCANNED)


def _pieces(main: bytes, clx: bytes) -> Iterator[str]:
    """The text lies in pieces all over the stream (section 2.8.35); changes were appended, not written in."""
    at = 0
    while clx[at : at + 1] == bytes([PROPERTIES]):
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at : at + 1] != bytes([PIECES]):
        raise Unreadable(TextStatus.DAMAGED)
    (size,) = struct.unpack_from("<I", clx, at + 1)
    plc = clx[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    left = 2 * len(main)  # pieces may be written to lie over one another
    for number in range(count):
        (where,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)
        length = ends[number + 1] - ends[number]
        if length < 0 or length > left:
            raise Unreadable(TextStatus.DAMAGED)
        left -= length
        if where & NARROW:
            start = (where & ~NARROW) // 2
            yield main[start : start + length].decode("cp1252", "replace")
        else:
            yield main[where : where + 2 * length].decode("utf-16-le", "replace")


def _words(text: str, transcript: Transcript) -> str:
    """Of a field its result is read, and where it leads."""

    def result(field: re.Match[str]) -> str:
        for target in FIELD_LINK.findall(field[1][:4_096]):
            transcript.link(target)
        return field[2] or ""

    for _ in range(NESTED):
        text, fields = _FIELD.subn(result, text)
        if not fields:
            break
    text = re.sub(r"[\x13-\x15]", " ", text)
    return _ROW_END.sub("\n", text.translate(_SIGNS))
