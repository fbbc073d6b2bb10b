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
