"""Names of files are text for people, never a path (rule N)."""

import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.names import MOST_BYTES, extension, safe_name, type_by_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("answer.pdf", "answer.pdf"),
        ("our answer (2).pdf", "our answer (2).pdf"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe.pdf?=", "Grüße.pdf"),
        ("u\u0308ber.pdf", "über.pdf"),
        ("u\u200b\u0308ber.pdf", "über.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\a.pdf", "a.pdf"),
        ("..\\../a.pdf", "a.pdf"),
        ("a/", "attachment-7.pdf"),
        ('a:b*c?d"e<f>g|h.pdf', "a_b_c_d_e_f_g_h.pdf"),
        ("a.pdf::$DATA", "a.pdf__$DATA"),
        ("...hidden", "hidden"),
        (" . .a.pdf. . ", "a.pdf"),
        ("\u3000a.pdf\xa0", "a.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nb\x00.pdf", "a  b.pdf"),
        (".\u200b.\u200b/x\u200b/..", "attachment-7.pdf"),
        ("", "attachment-7.pdf"),
        ("...", "attachment-7.pdf"),
        ("\u200b\u202e", "attachment-7.pdf"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("aux .txt", "_aux .txt"),
        ("COM1", "_COM1"),
        ("com0.txt", "_com0.txt"),
        ("LPT¹.txt", "_LPT¹.txt"),
        ("COM³", "_COM³"),
        ("C\u200bON.txt", "_CON.txt"),
        ("..CON", "_CON"),
        ("x/PRN", "_PRN"),
        ("CONSUL.txt", "CONSUL.txt"),
        ("COM10.txt", "COM10.txt"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(name, expected):
    assert safe_name(name, "application/pdf", 7) == expected


def test_a_long_name_is_cut_between_characters_and_keeps_its_extension():
    found = safe_name("ü" * 300 + ".pdf", "application/pdf", 1)
    assert found == "ü" * 98 + ".pdf"
    assert len(found.encode()) == MOST_BYTES


def test_what_is_too_long_for_an_extension_is_none():
    assert safe_name("a." + "b" * 300, "text/plain", 1) == "a." + "b" * 198


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/pdf", ".pdf"),
        ("text/plain", ".txt"),
        ("image/jpeg", ".jpg"),
        ("message/rfc822", ".eml"),
        ("text/calendar", ".ics"),
        ("application/x-nobody-knows", ".bin"),
        ("application/octet-stream", ".bin"),
        ("", ".bin"),
    ],
)
def test_a_file_without_a_name_is_called_by_its_number_and_type(media_type, expected):
    assert extension(media_type) == expected
    assert safe_name("", media_type, 3) == f"attachment-3{expected}"


def test_the_extension_promises_a_type():
    assert type_by_name("a.PDF") == "application/pdf"
    assert type_by_name("a") is None


_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])[ .]*(\..*)?", re.IGNORECASE | re.DOTALL)
_PIECES = [
    *'./\\:*?"<>| aü0¹',
    "CON",
    "nul",
    "COM",
    "\u200b",
    "\u202e",
    "\x00",
    "\r\n",
    "u",
    "\u0308",
    "\ud800",
    "\u3000",
    "=?utf-8?q?=2E=2F?=",
    "x" * 90,
    "é" * 60,
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join) | st.text(max_size=300))
def test_whatever_is_written_the_name_obeys_every_rule_at_once(name):
    found = safe_name(name, "application/pdf", 1)
    assert found
    assert not set(found) & set('/\\:*?"<>|')
    assert len(found.encode("utf-8")) <= MOST_BYTES
    assert found[0] not in ". "
    assert found[-1] not in ". "
    assert not _DEVICE.fullmatch(found)
    assert not {unicodedata.category(c) for c in found} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert unicodedata.is_normalized("NFC", found)


@pytest.mark.parametrize("unit", [".", "/", " ", "u\u0308", "\u0308", "CON.", "\u200b", "=?utf-8?q?", "ü"])
def test_hostile_names_take_linear_time(unit):
    begun = time.process_time()
    safe_name(unit * (200_000 // len(unit)), "text/plain", 1)
    assert time.process_time() - begun < 5
