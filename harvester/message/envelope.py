"""What lies in a CMS envelope (RFC 5652; S/MIME, and files named ``plan.pdf.p7m``): signed content can be read without
any key. Signatures are not checked. BER is read as it comes, definite and indefinite lengths alike, in one pass.
"""

import binascii
import re
from dataclasses import dataclass
from enum import Enum, auto

TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/cms"})
ENDING = ".p7m"

_SEQUENCE, _OBJECT, _EXPLICIT, _OCTETS, _PIECES = 0x30, 0x06, 0xA0, 0x04, 0x24
_FAMILY = bytes.fromhex("2a864886f70d0107")  # 1.2.840.113549.1.7; 9.16.1.x below it are kinds nobody sends
_SIGNED, _ENVELOPED, _ENCRYPTED = b"\x02", b"\x03", b"\x06"
_AUTHENTICATED = bytes.fromhex("2a864886f70d010910")
_END = b"\x00\x00"
_PEM = re.compile(rb"\s*(?:-----BEGIN [A-Z0-9 ]{1,40}-----)?\s*(MI[A-Za-z0-9+/=\s]+)")


class Kind(Enum):
    SIGNED = auto()
    ENCRYPTED = auto()
    OTHER = auto()  # damaged, or no envelope at all


@dataclass(frozen=True, slots=True)
class Envelope:
    kind: Kind
    content: bytes = b""


class _Broken(Exception):
    """This is not what it should be."""


def opened(data: bytes) -> Envelope:
    """Never fails: what cannot be understood is OTHER."""
    try:
        return _opened(_binary(data))
    except (_Broken, IndexError, binascii.Error):
        return Envelope(Kind.OTHER)


def _binary(data: bytes) -> bytes:
    """Some programs write the file in base64."""
    if data[:1] == b"\x30":
        return data
    found = _PEM.match(data)
    return binascii.a2b_base64(found[1]) if found else data


def _opened(data: bytes) -> Envelope:
    at = _into(data, 0, _SEQUENCE)
    start, at = _value(data, at, _OBJECT)
    kind = data[start:at]
    if kind in (_FAMILY + _ENVELOPED, _FAMILY + _ENCRYPTED) or kind.startswith(_AUTHENTICATED):
        return Envelope(Kind.ENCRYPTED)
    if kind != _FAMILY + _SIGNED:
        return Envelope(Kind.OTHER)
    at = _into(data, _into(data, at, _EXPLICIT), _SEQUENCE)
    at = _after(data, _after(data, at))  # the version, and how it was digested
    at = _into(data, at, _SEQUENCE)
    at = _after(data, at)  # what the content is
    if data[at : at + 1] != bytes([_EXPLICIT]):
        return Envelope(Kind.OTHER)  # a signature alone; its content lies elsewhere
    return Envelope(Kind.SIGNED, _octets(data, _into(data, at, _EXPLICIT)))


def _head(data: bytes, at: int) -> tuple[int, int, int | None]:
    """(tag, where the content begins, its length; None where an end mark follows)."""
    tag, length = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise _Broken
    at += 2
    if length < 0x80:
        return tag, at, length
    if length == 0x80:
        return tag, at, None
    count = length & 0x7F
    if count > 8:
        raise _Broken
    return tag, at + count, int.from_bytes(data[at : at + count], "big")


def _into(data: bytes, at: int, wanted: int) -> int:
    tag, start, _ = _head(data, at)
    if tag != wanted:
        raise _Broken
    return start


def _value(data: bytes, at: int, wanted: int) -> tuple[int, int]:
    tag, start, length = _head(data, at)
    if tag != wanted or length is None:
        raise _Broken
    return start, start + length


def _after(data: bytes, at: int) -> int:
    """Behind this element, however deep it goes."""
    depth = 0
    while True:
        if depth and data[at : at + 2] == _END:
            depth -= 1
            at += 2
        else:
            _, at, length = _head(data, at)
            if length is None:
                depth += 1
            else:
                at += length
        if not depth:
            return at


def _octets(data: bytes, at: int) -> bytes:
    """One string, or pieces of one (X.690, section 8.7), as far as they go."""
    tag, start, length = _head(data, at)
    if tag == _OCTETS and length is not None:
        return data[start : start + length]
    if tag != _PIECES:
        raise _Broken
    end = len(data) if length is None else min(len(data), start + length)
    pieces: list[bytes] = []
    at = start
    while at < end and data[at : at + 2] != _END:
        tag, start, length = _head(data, at)
        if tag == _OCTETS and length is not None:
            pieces.append(data[start : start + length])
            at = start + length
        elif tag == _PIECES:
            at = start  # pieces of a piece stand in the same order
        else:
            break
    return b"".join(pieces)
