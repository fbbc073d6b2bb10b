"""Bytes become text by the name a mail gives, and by a cure where the name is wrong."""

import codecs
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message import charset
from harvester.message.charset import CURED, DAMAGED, UNKNOWN, codec_of, decode, is_ascii_label, text_of


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("Grüße €", "utf-8", "UTF-8"),
        ("Grüße €", "utf-8", "utf8"),
        ("Grüße €", "cp1252", "windows-1252"),
        ("Grüße €", "cp1252", "ISO-8859-1"),
        ("Grüße €", "iso8859-15", "iso-8859-15"),
        ("Zażółć", "iso8859-2", "ISO-8859-2"),
        ("Привет", "koi8-r", "KOI8-R"),
        ("Привет", "cp1251", "windows-1251"),
        ("会議の資料", "iso2022_jp", "ISO-2022-JP"),
        ("会議の資料", "cp932", "Shift_JIS"),
        ("会議①", "cp932", "x-sjis"),
        ("会議の資料", "euc_jp", "EUC-JP"),
        ("안녕하세요", "cp949", "ks_c_5601-1987"),
        ("会议資料", "gb18030", "GB2312"),
        ("會議", "big5", "Big5"),
        ("Grüße", "utf-16", "utf-16"),
        ("Grüße", "utf-16-le", "utf-16le"),
    ],
)
def test_text_in_its_declared_character_set_is_read_without_a_flag(text, codec, label):
    found = decode(text.encode(codec), label)
    assert (found.text, found.flag) == (text, None)


@pytest.mark.parametrize(
    ("data", "label", "text", "flag"),
    [
        (b"plain", None, "plain", None),
        (b"plain", "us-ascii", "plain", None),
        (b"plain", "x-nobody-knows", "plain", UNKNOWN),
        ("Grüße".encode(), None, "Grüße", None),
        ("Grüße".encode("latin-1"), "us-ascii", "Grüße", None),
        ("Grüße".encode(), "x-nobody-knows", "Grüße", UNKNOWN),
        ("Grüße".encode(), "iso-8859-1", "Grüße", CURED),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße", CURED),
        ("Grüße Grüße".encode()[:-3] + b"\xc3", "utf-8", "Grüße Grü\ufffd", DAMAGED),
        (b"a\x81b", "iso-8859-15", "a\x81b", None),
        (b"a\x81b", "windows-1252", "a\ufffdb", DAMAGED),
        (b"\xef\xbb\xbfa", "iso-8859-1", "a", None),
        (b"\xff\xfea\x00", "utf-8", "a", None),
        (b"\x1b$B2q5D\x1b(B", None, "会議", None),
        (b"", None, "", None),
    ],
)
def test_a_wrong_name_is_cured_and_told(data, label, text, flag):
    found = decode(data, label)
    assert (found.text, found.flag) == (text, flag)


@pytest.mark.parametrize(
    "label",
    [
        "unicode_escape",
        "raw_unicode_escape",
        "utf-7",
        "idna",
        "punycode",
        "undefined",
        "rot13",
        "hex",
        "base64",
        "zlib",
        "mbcs",
        "../x",
        "utf-8\x00",
    ],
)
def test_no_character_set_outside_the_list_is_handed_to_a_codec(label):
    assert codec_of(label) is None
    assert text_of(rb"\u003cscript\u003e +ADw- \xff", label) == rb"\u003cscript\u003e +ADw- \xff".decode()


def test_every_codec_of_the_list_exists_and_is_a_text_encoding():
    for codec in set(charset._CODECS.values()):
        assert "".encode(codec).decode(codec) == ""
        assert codecs.lookup(codec)._is_text_encoding


@pytest.mark.parametrize("label", ['"UTF-8"', " utf-8 ", "utf-8*en", "UTF-8;", "'utf-8'", "<utf-8>"])
def test_what_stands_around_a_label_is_taken_off(label):
    assert codec_of(label) == "utf-8"


@pytest.mark.parametrize(("label", "expected"), [(None, True), ("", True), ("US-ASCII", True), ("utf-8", False)])
def test_no_label_means_ascii(label, expected):
    assert is_ascii_label(label) is expected


LABELS = st.sampled_from([None, "", "nonsense", *charset._CODECS])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40) | st.text(max_size=20).map(lambda t: t.encode("utf-8", "ignore")), LABELS)
def test_any_bytes_under_any_label_are_text(data, label):
    assert isinstance(text_of(data, label), str)


@pytest.mark.parametrize("unit", [b"\xff", b"\xc3", b"\xc3\xbc", b"\x1b$B", b"a\xff", b"\x00", b"~{", b"\x81\x30"])
def test_hostile_bytes_take_linear_time_in_every_codec(unit):
    data = unit * (200_000 // len(unit))
    for label in (None, "utf-8", "iso-8859-1", "shift_jis", "iso-2022-jp", "gb2312", "big5", "euc-kr", "utf-16", "hz"):
        begun = time.process_time()
        decode(data, label)
        assert time.process_time() - begun < 5
