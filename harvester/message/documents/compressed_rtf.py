"""RTF as Outlook packs it (MS-OXRTFCP): single letters, or references to what stood there before."""

import struct

PACKED, PLAIN = b"LZFu", b"MELA"
HEADER = 16  # bytes
BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What every packer and unpacker knows from the start (section 2.1.3.1.1)."""
WINDOW = 4_096


def decompressed(data: bytes, most: int) -> bytes:
    """At most so many bytes; as far as it goes, where it is damaged; nothing where it is something else."""
    if len(data) < HEADER:
        return b""
    (size,) = struct.unpack_from("<I", data, 4)
    if data[8:12] == PLAIN:
        return data[HEADER : HEADER + min(size, most)]
    if data[8:12] != PACKED:
        return b""
    return _unpacked(data, min(size, most))


def _unpacked(data: bytes, most: int) -> bytes:
    window = bytearray(BEGINNING.ljust(WINDOW, b" "))
    write = len(BEGINNING)
    out = bytearray()
    at = HEADER
    while at < len(data) and len(out) < most:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                out.append(data[at])
                window[write] = data[at]
                write = (write + 1) % WINDOW
                at += 1
                continue
            token = int.from_bytes(data[at : at + 2], "big")
            at += 2
            read = token >> 4
            if read == write:  # the end
                return bytes(out[:most])
            for _ in range((token & 15) + 2):
                out.append(window[read])
                window[write] = window[read]
                read, write = (read + 1) % WINDOW, (write + 1) % WINDOW
    return bytes(out[:most])
