"""Files come as files: one harmless line of a name, never a type that a browser would run (S9 and S10)."""

from urllib.parse import unquote

import pytest

from harvester.review.download import BYTES, disposition, download


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Übersicht März.pdf", "Ubersicht Marz.pdf"),
        ('a"; filename=evil.exe; x=".pdf', "a_; filename=evil.exe; x=_.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a__Set-Cookie: x=1.pdf"),
        ("100%25.pdf", "100_25.pdf"),
        ("報告.pdf", "file.pdf"),
        ("報告", "file"),
        ("a\\b.pdf", "a_b.pdf"),
    ],
)
def test_a_name_stands_on_one_line_in_ascii_and_whole_in_utf_8(name, plain):
    line = disposition(name)
    head, _, coded = line.partition("; filename*=UTF-8''")
    assert line.isascii()
    assert line.isprintable()
    assert head == f'attachment; filename="{plain}"'
    assert unquote(coded) == name


@pytest.mark.parametrize(
    ("media_type", "told"),
    [
        ("application/pdf", "application/pdf"),
        ("text/html", BYTES),
        ("image/svg+xml", BYTES),
        ("application/xhtml+xml", BYTES),
        ("text/javascript", BYTES),
        ("text/xml", BYTES),
        ("nonsense\r\nX: y", BYTES),
    ],
)
def test_only_types_of_the_list_are_told(tmp_path, media_type, told):
    (tmp_path / "file").write_bytes(b"x")
    assert download(tmp_path / "file", "name", media_type).headers["content-type"].partition(";")[0] == told
