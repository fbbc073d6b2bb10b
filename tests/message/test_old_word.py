"""Word's files from before 2007."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attached import compound, old_word
from harvester.message.documents import Extracted
from harvester.message.documents.kinds import kind_of
from harvester.message.documents.reading import read
from harvester.model import Limits, TextStatus

SHARE = "Our council shares a chief executive."


def found(data: bytes, **limits) -> Extracted:
    return read(data, kind_of(data, "application/msword", "answer.doc"), Limits(**limits))


def test_words_in_either_width_are_read_in_order():
    assert found(old_word(f"{SHARE}\rDie Städte – größer.\r")).text == f"{SHARE}\nDie Städte – größer."
    assert found(old_word(SHARE + "\r", bits=0x0200)).text == SHARE


def test_footnotes_are_read_and_page_headers_are_not():
    assert found(old_word("Body\r", "Note\r", "Letterhead\r")).text == "Body\n\nNote"


def test_cells_rows_and_signs_become_characters():
    one = found(old_word("a\x07b\x07\x07c\x07d\x07\x07\rE\x1eMail, Ver\x1fwaltung\x0bnext\x0cpage\r"))
    assert one.text == "a\tb\nc\td\n\nE-Mail, Verwaltung\nnext\npage"


def test_of_a_field_its_result_is_read_and_where_it_leads():
    field = '\x13 HYPERLINK "https://town.example/report" \\o "x" \x14our \x13 PAGE \x147\x15 report\x15'
    assert found(old_word(f"See {field}.\r")) == Extracted(
        TextStatus.READ, "See our 7 report.", ("https://town.example/report",)
    )
    assert found(old_word("a\x13 TOC \x15b \x13 never ended\r")).text == "ab   never ended"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (old_word(SHARE, bits=0x0100), TextStatus.ENCRYPTED),
        (old_word("\x01\r"), TextStatus.SCANNED),
        (old_word("\r"), TextStatus.EMPTY),
        (compound({"WordDocument": b"\xdc\xa5\x65\x00" + bytes(2_000)}), TextStatus.UNSUPPORTED),  # Word 6
        (compound({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(2_000)}), TextStatus.DAMAGED),
        (compound({"WordDocument": b"\xec"}), TextStatus.DAMAGED),
        (compound({"PowerPoint Document": b"x"}), TextStatus.UNSUPPORTED),
    ],
    ids=["password", "picture", "nothing", "word-6", "no-pieces", "torn", "powerpoint"],
)
def test_what_cannot_be_read_says_why(data, status):
    assert found(data).status == status


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_one_gives_a_status(data):
    whole = bytearray(old_word(SHARE * 5, "note", "head"))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    one = found(bytes(whole))
    assert isinstance(one.status, TextStatus)
    assert not any(flag.startswith("unforeseen") for flag in one.flags)
