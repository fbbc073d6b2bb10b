"""winmail.dat (MS-OXTNEF): the files that Outlook packed, and the letter itself where nothing else is packed.

The format neither compresses nor refers back: whatever is read lies once in the file, one piece behind the other.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from harvester.message.documents.rtf import BY_NUMBER
from harvester.message.documents.transcript import Unreadable
from harvester.model import TextStatus

MAGIC = b"\x78\x9f\x3e\x22"
HEAD = 6  # bytes: the magic number and a key

CODEPAGE, PROPERTIES, BODY = 0x00069007, 0x00069003, 0x0002800C
FILE_BEGINS, FILE_TITLE, FILE_DATA, FILE_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
PR_BODY, PR_HTML, PR_RTF, PR_LONG_NAME, PR_NAME, PR_DATA = 0x1000, 0x1013, 0x1009, 0x3707, 0x3704, 0x3701

_STRING, _UNICODE, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_SIZES = {0x1: 0, 0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of values whose type says how long they are, as they lie there: filled up to a multiple of four."""
_MANY = 0x1000
_NAMED = 0x8000


@dataclass(slots=True)
class Packed:
    """One file inside."""

    name: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Winmail:
    """What is in it. ``whole`` is False if it ends too early, or goes on as nobody can read it."""

    files: list[Packed] = field(default_factory=list)
    body: str = ""
    html: bytes = b""
    rtf: bytes = b""  # compressed
    whole: bool = True


def open_winmail(data: bytes) -> Winmail:
    """DAMAGED as Unreadable, if nothing can be read at all."""
    if not data.startswith(MAGIC):
        raise Unreadable(TextStatus.DAMAGED)
    found = Winmail()
    charset = "cp1252"
    read = 0
    try:
        for attribute, value in _attributes(data):
            read += 1
            if attribute == CODEPAGE and len(value) >= 4:
                charset = BY_NUMBER.get(int.from_bytes(value[:4], "little"), charset)
            elif attribute == BODY:
                found.body = _words(value, charset)
            elif attribute == PROPERTIES:
                _take_letter(found, value, charset)
            elif attribute == FILE_BEGINS:
                found.files.append(Packed())
            elif attribute in (FILE_TITLE, FILE_DATA, FILE_PROPERTIES):
                if not found.files:
                    found.files.append(Packed())
                _take_file(found.files[-1], attribute, value, charset)
    except (struct.error, IndexError):
        found.whole = False
    if not read:
        raise Unreadable(TextStatus.DAMAGED)
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(id, value) in order (section 2.1.3); checksums are not looked at, for some writers get them wrong."""
    at = HEAD
    while at + 11 <= len(data) and data[at] in (1, 2):
        attribute, length = struct.unpack_from("<II", data, at + 1)
        if at + 9 + length > len(data):
            raise IndexError
        yield attribute, data[at + 9 : at + 9 + length]
        at += 11 + length


def _take_letter(found: Winmail, value: bytes, charset: str) -> None:
    for number, _, said in _properties(value, charset):
        if number == PR_BODY and isinstance(said, str):
            found.body = said
        elif number == PR_HTML:
            found.html = said if isinstance(said, bytes) else said.encode("utf-8")
        elif number == PR_RTF and isinstance(said, bytes):
            found.rtf = said


def _take_file(file: Packed, attribute: int, value: bytes, charset: str) -> None:
    if attribute == FILE_TITLE:
        file.name = file.name or _words(value, charset)
    elif attribute == FILE_DATA:
        file.data = value
    else:
        names: dict[int, str] = {}
        for number, kind, said in _properties(value, charset):
            if isinstance(said, str):
                names[number] = said
            elif number == PR_DATA:
                inside = said[16:] if kind == _OBJECT else said  # before an object stands what kind it is
                if not file.data or inside.startswith(MAGIC):  # a mail; its FILE_DATA only says that it is one
                    file.data = inside
        file.name = names.get(PR_LONG_NAME) or names.get(PR_NAME) or file.name


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, int, str | bytes]]:
    """(number, type, value) of those that are text or bytes (section 2.1.3.4), up to what cannot be read."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(min(count, len(data) // 4)):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= _NAMED:
            by_name, size = struct.unpack_from("<II", data, at + 16)
            at += 24 + (_padded(size) if by_name else 0)
        many, kind = bool(kind & _MANY), kind & ~_MANY
        fixed = _SIZES.get(kind)
        values = 1
        if many or fixed is None:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        if fixed is not None:
            at += values * fixed
            continue
        if kind not in (_STRING, _UNICODE, _BINARY, _OBJECT):
            return
        for _ in range(min(values, len(data) // 4)):
            (size,) = struct.unpack_from("<I", data, at)
            value = data[at + 4 : at + 4 + size]
            if len(value) < size:
                raise IndexError
            at += 4 + _padded(size)
            if kind in (_BINARY, _OBJECT):
                yield number, kind, value
            else:
                yield number, kind, _words(value, "utf-16-le" if kind == _UNICODE else charset)


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4


def _words(value: bytes, charset: str) -> str:
    return value.decode(charset, "replace").partition("\x00")[0]
