"""Small files that grow large or last for ever (guarantees: S11): a status within the limits, the next file is fine."""

import time
import zlib
from collections.abc import Callable, Iterator

import pytest

from attached import (
    RELS,
    ROOT_RELS,
    SHOW_PICTURE,
    WORD,
    deflated,
    opendocument,
    paragraph,
    pdf,
    raw_word,
    text,
    word,
    zipped,
)
from harvester.message.documents import Extractor
from harvester.model import Limits, TextStatus

DAMAGED, EMPTY, READ, SCANNED, TIMEOUT, TOO_LARGE, ENCRYPTED = (
    TextStatus.DAMAGED, TextStatus.EMPTY, TextStatus.READ, TextStatus.SCANNED, TextStatus.TIMEOUT,
    TextStatus.TOO_LARGE, TextStatus.ENCRYPTED,
)  # fmt: skip
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def excel(rows: str) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>',
            "_rels/.rels": ROOT_RELS % "xl/workbook.xml",
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELS}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": (ROOT_RELS % "worksheets/sheet1.xml").replace(
                f"{RELS}/officeDocument", f"{RELS}/worksheet"
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def overlapping() -> bytes:
    """Five hundred entries of the directory that all point at one entry's bytes."""
    data = zipped({"word/document.xml": b"x" * 100_000})
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[at:end]
    entries = b"".join(entry.replace(b"document", b"docum%03d" % n) for n in range(500))
    numbers = (500).to_bytes(2, "little") * 2 + len(entries).to_bytes(4, "little")
    return data[:at] + entries + data[end : end + 8] + numbers + data[end + 16 :]


def doctype(inner: str) -> bytes:
    return raw_word(
        f'<!DOCTYPE x [{inner}]><w:document xmlns:w="{WORD}"><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:document>'
    )


def flate_page() -> bytes:
    """A page of 300 MB of operators in a few hundred kilobytes."""
    page = deflated(b"BT /F1 12 Tf (We share) Tj ET " * 10_000_000)
    return pdf([text("x")], objects=[page]).replace(b"/Contents 5 0 R", b"/Contents 6 0 R")


def layers() -> bytes:
    data = zipped({"a.txt": "We share."})
    for _ in range(20):
        data = zipped({"a.zip": data})
    return data


REPEATED = (
    '<table:table table:name="S"><table:table-row table:number-rows-repeated="1000000"><table:table-cell'
    ' office:value-type="string" table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell>'
    "</table:table-row></table:table>"
)
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
HUGE_PICTURE = "/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8"

BOMBS: dict[str, tuple[Callable[[], bytes], set[TextStatus], str]] = {
    "a document of 300 MB": (lambda: word(paragraph("x" * 300_000_000)), {TOO_LARGE}, "archive-size"),
    "a text of 300 MB in a ZIP": (lambda: zipped({"a.txt": b"x" * 300_000_000}), {TOO_LARGE}, "archive-size"),
    "2,000 entries": (lambda: zipped({f"{n}.txt": "" for n in range(2_000)}), {TOO_LARGE}, "archive-entries"),
    "50,000 entries": (lambda: zipped({f"{n}": "" for n in range(50_000)}), {TOO_LARGE}, "archive-entries"),
    "entries over one another": (overlapping, {DAMAGED}, "archive-overlap"),
    "twenty ZIPs in one another": (layers, {READ}, "packed-unsupported"),
    "a billion laughs": (
        lambda: doctype('<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'), {DAMAGED}, "xml-doctype",
    ),
    "an outside entity": (lambda: doctype('<!ENTITY b SYSTEM "file:///etc/passwd">'), {DAMAGED}, "xml-doctype"),
    "XML nested 100,000 deep": (lambda: raw_word("<a>" * 100_000), {DAMAGED}, "xml-depth"),
    "a sheet with a cell in its last corner": (lambda: excel(FAR), {TOO_LARGE}, "memory"),
    "a cell repeated 10^12 times": (lambda: opendocument("spreadsheet", REPEATED), {DAMAGED, TOO_LARGE}, ""),
    "a page of 300 MB": (flate_page, {TOO_LARGE, TIMEOUT}, ""),
    "a picture of 30 GB": (
        lambda: pdf([SHOW_PICTURE], objects=[deflated(bytes(1_000_000), HUGE_PICTURE)]), {SCANNED}, "",
    ),
    "pages that are their own children": (
        lambda: pdf([text("x")]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"), {DAMAGED, EMPTY}, "",
    ),
    "arrays nested in a page": (lambda: pdf(["[" * 2_000_000]), {EMPTY, DAMAGED, TOO_LARGE, TIMEOUT}, ""),
    "states nested in a page": (lambda: pdf(["q " * 3_000_000]), {EMPTY, TOO_LARGE, TIMEOUT}, ""),
    "arrays nested in the catalog": (
        lambda: pdf([text("x")], catalog="/X " + "[" * 300_000 + "]" * 300_000), {READ, DAMAGED, TOO_LARGE}, "",
    ),
    "20,000 empty pages": (lambda: pdf([""] * 20_000), {EMPTY, TIMEOUT}, ""),
    "HTML nested 200,000 deep": (lambda: b"<html>" + b"<div>" * 200_000 + b"We share.", {READ, TIMEOUT}, ""),
    "rich text nested a million deep": (lambda: b"{\\rtf1" + b"{" * 1_000_000 + b" We share.", {READ, TIMEOUT}, ""),
    "rich text of a million numbers": (lambda: b"{\\rtf1" + b"\\u1234?" * 1_000_000, {READ, TIMEOUT}, ""),
    "gzip": (lambda: b"\x1f\x8b" + zlib.compress(bytes(10_000_000)), {TextStatus.UNSUPPORTED}, ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor(Limits()) as one:
        yield one


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_as_a_status_within_the_limits(extractor: Extractor, name: str) -> None:
    make, statuses, flag = BOMBS[name]
    data = make()
    began = time.monotonic()
    found = extractor.text(data, "application/octet-stream", "bomb", 20.0)
    assert time.monotonic() - began < Limits().document_seconds + 10
    assert found.status in statuses
    assert flag in (*found.flags, "")
    assert extractor.text(pdf([text("We share.")]), "", "x.pdf", 20.0).text == "We share."


def test_a_sheet_without_tricks_is_read(extractor: Extractor) -> None:
    data = excel('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>')
    assert extractor.text(data, "", "x", 20.0).text == "1\t2"
