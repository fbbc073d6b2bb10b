"""Media types by content against what the mail says."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.message.media import mismatch, type_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def archive(*names: str, mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "x" * 50)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "declared", "name", "expected"),
    [
        (b"%PDF-1.4 words", "application/octet-stream", "plan.bin", "application/pdf"),
        (b"%PDF-1.4 words", "application/pdf", "plan.pdf", "application/pdf"),
        (b"%PDF-1.4 words", "image/png", "plan.png", "application/pdf"),
        (PNG, "image/jpeg", "picture.jpg", "image/png"),
        (b"plain words", "text/plain", "a.txt", "text/plain"),
        (b"a,b\n1,2\n", "application/octet-stream", "a.csv", "text/csv"),
        (b"plain words", "application/octet-stream", "", "application/octet-stream"),
        (b"{\\rtf1 words}", "application/msword", "a.doc", "application/rtf"),
        (archive("[Content_Types].xml", "word/document.xml"), "application/octet-stream", "a.docx", DOCX),
        (archive("[Content_Types].xml", "word/document.xml"), "application/zip", "a.zip", DOCX),
        (archive("a.txt"), "application/x-zip-compressed", "a.zip", "application/x-zip-compressed"),
        (archive("content.xml", mimetype=ODT), "application/octet-stream", "a.odt", ODT),
        (OLE, "application/msword", "a.doc", "application/msword"),
        (OLE, "application/octet-stream", "a.xls", "application/vnd.ms-excel"),
        (b"\x78\x9f\x3e\x22 words", "application/octet-stream", "winmail.dat", "application/ms-tnef"),
        (b"", "application/pdf", "a.pdf", "application/pdf"),
    ],
)
def test_the_bytes_tell_what_a_file_is(data, declared, name, expected):
    assert type_of(data, declared, name) == expected


def test_only_a_real_difference_is_a_mismatch():
    assert mismatch("application/pdf", "image/png")
    assert not mismatch("application/pdf", "application/octet-stream")
    assert not mismatch("application/pdf", "application/x-pdf")
    assert not mismatch("image/jpeg", "image/jpg")


@given(st.binary(max_size=300), st.sampled_from(["", "text/plain", "application/zip", "x"]), st.text(max_size=20))
def test_any_bytes_have_some_type(data, declared, name):
    assert isinstance(type_of(data, declared, name), str)
