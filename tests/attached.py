"""Files as people attach them, made here: honest ones of every kind, and the parts for dishonest ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ROOT_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELS}/officeDocument" Target="%s"/></Relationships>'
)


def zipped(entries: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(body: str, rels: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A Word file with this inside ``w:body`` (prefixes w, r, mc, wps, a, m)."""
    return raw_word(
        f'<w:document xmlns:w="{WORD}" xmlns:r="{RELS}" xmlns:a="urn:a" xmlns:wps="urn:wps"'
        f' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>{body}</w:body></w:document>',
        rels,
        more,
    )


def raw_word(document: str | bytes, rels: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    return zipped(
        {
            "_rels/.rels": ROOT_RELS % "word/document.xml",
            "word/document.xml": document,
            "word/_rels/document.xml.rels": f"<Relationships>{rels}</Relationships>",
            **(more or {}),
        }
    )


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def opendocument(kind: str, body: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """``kind``: text, presentation or spreadsheet; ``body`` goes inside ``office:text`` and the like."""
    names = " ".join(
        f'xmlns:{prefix}="{OFFICE}:{prefix}:1.0"' for prefix in ("office", "text", "table", "draw", "presentation")
    )
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f'<office:document-content {names} xmlns:xlink="http://www.w3.org/1999/xlink">'
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
            "META-INF/manifest.xml": "<manifest/>",
            **(more or {}),
        }
    )


def pdf(pages: Sequence[str], extra: str = "", objects: Sequence[bytes] = (), catalog: str = "") -> bytes:
    """A PDF whose pages draw these operators (``text(...)``); ``extra`` goes into every page's dictionary.

    Objects: 1 catalog, 2 pages, 3 font, then for each page itself and its content, then ``objects``.
    """
    first = 4 + 2 * len(pages)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    parts = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(pages):
        resources = f"/Resources << /Font << /F1 3 0 R >> /XObject << /Im1 {first} 0 R >> >>"
        where = f"/Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R"
        parts.append(f"<< /Type /Page {where} {resources} {extra} >>".encode())
        parts.append(stream(content.encode("cp1252")))
    parts.extend(objects)
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table)
    return bytes(out)


def stream(content: bytes, extra: str = "") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), extra.encode(), content)


def deflated(content: bytes, extra: str = "") -> bytes:
    return stream(zlib.compress(content, 9), f"/Filter /FlateDecode {extra}")


def text(*lines: str) -> str:
    """Page operators that write these lines from the top."""
    shown = " ".join(f"({line.replace('(', '').replace(')', '')}) Tj 0 -20 Td" for line in lines)
    return f"BT /F1 12 Tf 72 760 Td {shown} ET"


PICTURE = stream(
    b"\x80", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
)
SHOW_PICTURE = "q 500 0 0 700 40 40 cm /Im1 Do Q"


def winmail(files: Sequence[tuple[str, bytes]], properties: bytes = b"", long_names: bool = True) -> bytes:
    """A winmail.dat as Outlook packs it (MS-OXTNEF): each file with its DOS name, its bytes and its real name."""
    out = b"\x78\x9f\x3e\x22\x01\x00" + _attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    if properties:
        out += _attribute(1, 0x00069003, properties)
    for name, data in files:
        out += _attribute(2, 0x00069002, bytes(14)) + _attribute(2, 0x00018010, name[:8].encode("cp1252") + b"\0")
        out += _attribute(2, 0x0006800F, data)
        if long_names:
            out += _attribute(2, 0x00069005, mapi((0x3707, 0x1F, (name + "\0").encode("utf-16-le"))))
    return out


def mapi(*properties: tuple[int, int, bytes]) -> bytes:
    """(number, type, value): properties of variable length, after one named and one fixed that nobody asks for."""
    named = struct.pack("<HH16sIIQ", 0x40, 0x8001, bytes(16), 0, 7, 0)
    fixed = struct.pack("<HHI", 0x3, 0x0E21, 1)
    out = struct.pack("<I", 2 + len(properties)) + named + fixed
    for number, kind, value in properties:
        out += struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)
    return out


def _attribute(level: int, attribute: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, attribute, len(value)) + value + struct.pack("<H", sum(value) % 65_536)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (MS-CFB) with these streams; ``folder/name`` lies in a folder."""
    folders = sorted({path.rpartition("/")[0] for path in streams if "/" in path})
    names = ["Root Entry", *folders, *streams]
    small = {path: data for path, data in streams.items() if len(data) < 4_096}
    mini, mini_table, starts = bytearray(), [], {}
    for path, data in small.items():
        starts[path] = len(mini_table) if data else 0xFFFFFFFE
        mini_table += _chained(len(mini_table), -(-len(data) // 64))
        mini += data + bytes(-len(data) % 64)
    contents = {"": bytes(mini), **{path: data for path, data in streams.items() if path not in small}}
    packed_table = b"".join(struct.pack("<I", number) for number in mini_table)
    sectors, table = bytearray(), [0xFFFFFFFD] * 4  # the table itself comes first, and tells of 512 sectors
    places = {}
    directory_size = -(-len(names) * 128 // 512) * 512
    for key, data in {"directory": bytes(directory_size), "mini": packed_table, **contents}.items():
        places[key] = len(table) if data else 0xFFFFFFFE
        table += _chained(len(table), -(-len(data) // 512))
        sectors += data + bytes(-len(data) % 512)
    directory = b"".join(_entry(n, names, streams, {**places, **starts}, len(mini)) for n in range(len(names)))
    at = (places["directory"] - 4) * 512
    sectors[at : at + len(directory)] = directory
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6xI", 62, 3, 0xFFFE, 9, 6, 0)
    header += struct.pack("<IIIIIIII", 4, places["directory"], 0, 4_096, places["mini"], 1, 0xFFFFFFFE, 0)
    header += struct.pack("<4I", 0, 1, 2, 3) + b"\xff" * 4 * 105
    return header + b"".join(struct.pack("<I", n) for n in (table + [0xFFFFFFFF] * 512)[:512]) + bytes(sectors)


def _chained(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), 0xFFFFFFFE] if count else []


def _entry(n: int, names: list[str], streams: Mapping[str, bytes], places: Mapping[str, int], mini: int) -> bytes:
    """Entries of one folder follow one another to the right."""
    nobody = 0xFFFFFFFF
    folder_of = [None, *(name.rpartition("/")[0] for name in names[1:])]
    inside = "" if n == 0 else names[n] if names[n] not in streams else None
    child = next((i for i, folder in enumerate(folder_of) if folder == inside and i != n), nobody)
    right = next((i for i in range(n + 1, len(names)) if n and folder_of[i] == folder_of[n]), nobody)
    kind = 5 if n == 0 else 1 if names[n] not in streams else 2
    start = places[""] if n == 0 else places.get(names[n], 0)
    size = mini if n == 0 else len(streams.get(names[n], b""))
    name = names[n].rpartition("/")[2].encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIQ",
        name,
        len(name) + 2,
        kind,
        1,
        nobody,
        right,
        child if inside is not None else nobody,
        start,
        size,
    )


def old_word(body: str, notes: str = "", heads: str = "", bits: int = 0) -> bytes:
    """A Word file of 1997: the first half of the text in one byte a character, the rest in two (MS-DOC)."""
    text = body + notes + heads
    half = len(text) // 2
    narrow, wide = text[:half].encode("cp1252"), text[half:].encode("utf-16-le")
    fib = bytearray(0x600)
    struct.pack_into("<HH", fib, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", fib, 10, bits)
    struct.pack_into("<8i", fib, 0x4C, len(body), len(notes), len(heads), 0, 0, 0, 0, 0)
    plc = struct.pack("<III", 0, half, len(text)) + struct.pack("<HIH", 0, 2 * len(fib) | 1 << 30, 0)
    plc += struct.pack("<HIH", 0, len(fib) + len(narrow), 0)
    clx = b"\x01\x02\x00xx\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<II", fib, 0x1A2, 7, len(clx))
    table = "1Table" if bits & 0x0200 else "0Table"
    return compound({"WordDocument": bytes(fib) + narrow + wide, table: bytes(7) + clx, "\x01CompObj": b"x" * 5_000})


def outlook_message(body: str = "", html: bytes = b"", files: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """A mail as Outlook saves it (.msg, MS-OXMSG)."""
    streams = {"__properties_version1.0": bytes(32), "__substg1.0_1000001F": body.encode("utf-16-le")}
    if html:
        streams["__substg1.0_10130102"] = html
    for number, (name, data) in enumerate(files):
        folder = f"__attach_version1.0_#{number:08X}"
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        streams[f"{folder}/__substg1.0_37010102"] = data
    return compound(streams)


def signed(content: bytes | None, pieces: int = 0) -> bytes:
    """A CMS envelope (RFC 5652) around this content, whole or in pieces of so many bytes; no signer has signed."""

    def element(tag: int, value: bytes) -> bytes:
        size = len(value)
        length = bytes([size]) if size < 128 else b"\x84" + size.to_bytes(4, "big")
        return bytes([tag]) + length + value

    def endless(tag: int, value: bytes) -> bytes:
        return bytes([tag, 0x80]) + value + b"\x00\x00"

    data = element(0x06, bytes.fromhex("2a864886f70d010701"))
    if content is not None and pieces:
        parts = b"".join(element(0x04, content[n : n + pieces]) for n in range(0, len(content), pieces))
        data += endless(0xA0, endless(0x24, parts))
    elif content is not None:
        data += element(0xA0, element(0x04, content))
    inside = element(0x02, b"\x01") + endless(0x31, b"") + (endless if pieces else element)(0x30, data)
    inside += element(0x31, b"")
    return endless(0x30, element(0x06, bytes.fromhex("2a864886f70d010702")) + endless(0xA0, endless(0x30, inside)))
