"""The header block as our own scanner reads it, whatever a sender or a relay did to it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.headers import (
    JUNK,
    NO_GAP,
    REPEATED,
    date,
    in_reply_to,
    message_id,
    read_block,
    references,
    scan,
    sender,
    subject,
)

FROM = b"From: Anna <a@town.example>"


def first(raw: bytes, name: str) -> str:
    return scan(raw).first(name)


def body(raw: bytes) -> bytes:
    return raw[read_block(raw).body_at :]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b"\r\r\n"], ids=["CRLF", "LF", "CR", "CRCRLF"])
def test_every_kind_of_line_end_is_read(end):
    raw = end.join([FROM, b"Subject: one", b"\ttwo", b"Auto-Submitted: auto-replied", b"", b"words", b"X: no"])
    found = scan(raw)
    assert (found.first("from"), found.first("auto-submitted")) == ("Anna <a@town.example>", "auto-replied")
    assert found.first("subject").split() == ["one", "two"]
    assert found.first("x") == ""
    assert body(raw).startswith(b"words")


@pytest.mark.parametrize(
    "before",
    [
        b"\r\n",
        b"\n\n\n",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\r\n",
        b"From a@town.example Mon Jan  5 10:00:00 2026\n",
        b">From a@town.example Mon Jan  5 10:00:00 2026\r\n",
        b"\nFrom a@town.example Mon Jan  5 10:00:00 2026\n\n",
    ],
)
def test_what_stands_before_the_first_field_is_passed_over(before):
    raw = before + FROM + b"\r\nAuto-Submitted: auto-replied\r\n\r\nwords"
    block = read_block(raw)
    assert block.headers.first("auto-submitted") == "auto-replied"
    assert (raw[block.body_at :], block.flags, block.broken) == (b"words", (), False)


@pytest.mark.parametrize("blanks", [b" ", b"\t", b"  \t "])
def test_blanks_before_the_colon_hide_no_field(blanks):
    raw = FROM + b"\r\nAuto-Submitted" + blanks + b": auto-replied\r\nSubject: s\r\n\r\nwords"
    assert first(raw, "auto-submitted") == "auto-replied"
    assert read_block(raw).flags == ()


def test_names_are_compared_without_case():
    assert first(b"AUTO-submitted: auto-replied\r\n" + FROM + b"\r\n\r\n", "auto-submitted") == "auto-replied"


def test_all_occurrences_are_kept_in_their_order():
    found = scan(FROM + b"\r\nPrecedence: first\r\nX: y\r\nprecedence: bulk\r\n\r\n")
    assert tuple(found.all("precedence")) == ("first", "bulk")


def test_junk_between_fields_ends_nothing_and_is_told():
    raw = FROM + b"\r\nthis is no field\r\nAuto-Submitted: auto-replied\r\n\r\nwords"
    block = read_block(raw)
    assert block.headers.first("auto-submitted") == "auto-replied"
    assert (block.flags, block.broken, body(raw)) == ((JUNK,), False, b"words")


def test_a_fold_behind_junk_belongs_to_the_junk():
    found = scan(FROM + b"\r\nSubject: hello\r\njunk\r\n  folded junk\r\nX: y\r\n\r\n")
    assert (found.first("subject"), found.first("x")) == ("hello", "y")


def test_a_fold_before_any_field_is_junk():
    block = read_block(b" folded\r\n" + FROM + b"\r\n\r\nwords")
    assert (block.headers.first("from"), block.flags) == ("Anna <a@town.example>", (JUNK,))


def test_a_line_of_blanks_inside_the_block_is_a_fold():
    raw = FROM + b"\r\nSubject: one\r\n \t\r\n two\r\nAuto-Submitted: auto-replied\r\n\r\nwords"
    assert first(raw, "auto-submitted") == "auto-replied"
    assert first(raw, "subject").split() == ["one", "two"]


def test_a_line_of_blanks_before_the_text_is_the_empty_line():
    raw = FROM + b"\r\n \t\r\nDear all, words\r\n"
    assert (body(raw), read_block(raw).flags) == (b"Dear all, words\r\n", ())


@pytest.mark.parametrize("gap", [b"\r", b"\v", b"\f"])
def test_a_field_behind_a_stray_line_break_is_seen(gap):
    """Other programs may see a line of its own there."""
    raw = FROM + b"\r\nSubject: hello" + gap + b"Auto-Submitted: auto-replied\r\n\r\nwords"
    assert first(raw, "auto-submitted") == "auto-replied"


def test_text_without_an_empty_line_before_it_is_text_and_is_told():
    raw = FROM + b"\r\nSubject: hello\r\nDear all\r\nwe have no records\r\n"
    assert (body(raw), read_block(raw).flags) == (b"Dear all\r\nwe have no records\r\n", (NO_GAP,))


def test_a_block_that_stops_at_the_end_of_the_bytes_is_read():
    assert first(FROM + b"\r\nSubject: hello", "subject") == "hello"


@pytest.mark.parametrize("name", ["From", "Subject", "Date", "Message-ID", "Sender", "Reply-To"])
def test_a_field_that_may_come_once_and_comes_twice_is_told(name):
    raw = FROM + b"\r\n" + f"{name}: a@x.example\r\n".encode() * 2 + b"\r\nwords"
    assert REPEATED in read_block(raw).flags


def test_received_may_come_often():
    assert read_block(FROM + b"\r\n" + b"Received: by x\r\n" * 9 + b"\r\nwords").flags == ()


@pytest.mark.parametrize(
    ("raw", "broken"),
    [
        (FROM + b"\r\n\r\nwords", False),
        (b"Subject: only\r\n\r\nwords", False),
        (b"just words\r\nand words\r\n", True),
        (b"note: words\r\nhint: words\r\n\r\n", True),
        (b"", True),
        (FROM + b"\r\n" + b"junk here\r\n" * 3 + b"To: b@town.example\r\n\r\nwords", False),
        (FROM + b"\r\n" + b"junk here\r\n" * 4 + b"To: b@town.example\r\n\r\nwords", True),
    ],
)
def test_a_block_is_broken_when_it_is_no_mail_or_mostly_junk(raw, broken):
    assert read_block(raw).broken is broken


def test_size_and_largest_field_are_counted_in_bytes():
    block = read_block(FROM + b"\r\nX-Long: " + b"y" * 1_000 + b"\r\n " + b"z" * 1_000 + b"\r\n\r\nwords")
    assert 2_000 < block.largest < 2_020
    assert block.largest < block.size < 2_060


def test_no_more_bytes_are_looked_at_than_asked():
    assert len(read_block(b"X: y\r\n" * 1_000, most=60).raw) == 10


@pytest.mark.parametrize(
    ("value", "content_type", "expected"),
    [
        ("Grüße".encode(), b"", "Grüße"),
        ("Grüße".encode("latin-1"), b"", "Grüße"),
        ("Привет".encode("koi8-r"), b"Content-Type: text/plain; charset=koi8-r\r\n", "Привет"),
        ("Привет".encode(), b"Content-Type: text/plain; charset=koi8-r\r\n", "Привет"),
        ("会議".encode("cp932"), b'Content-Type: text/plain; charset="Shift_JIS"\r\n', "会議"),
        (b"\x1b$B2q5D\x1b(B", b"", "会議"),
        ("Grüße".encode("latin-1"), b"Content-Type: text/plain; charset=unicode_escape\r\n", "Grüße"),
    ],
)
def test_8_bit_subjects_without_a_character_set_are_read(value, content_type, expected):
    assert subject(scan(FROM + b"\r\n" + content_type + b"Subject: " + value + b"\r\n\r\n")) == expected


def test_no_multibyte_character_set_moves_the_marks_of_an_address():
    raw = b"From: " + b'"\x95\x5c" <a@town.example>\r\nContent-Type: text/plain; charset=Shift_JIS\r\n\r\n'
    assert "表" in subject(scan(raw.replace(b"From", b"Subject")))  # a Subject may be read that way
    assert "表" not in first(raw, "from")
    assert sender(scan(raw)).address is None  # its backslash may be a letter's or a quote's: doubt, no answer


def test_nul_bytes_are_taken_out():
    assert first(FROM + b"\r\nSubject: a\x00b\r\n\r\n", "subject") == "ab"


def test_the_subject_is_one_line_and_the_first_counts():
    encoded = b"=?utf-8?q?one=0D=0ABcc:_x@y.example?="
    assert subject(scan(FROM + b"\r\nSubject: " + encoded + b"\r\nSubject: second\r\n\r\n")) == "one  Bcc: x@y.example"
    assert subject(scan(FROM + b"\r\n\r\n")) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"<a.1@town.example>", "<a.1@town.example>"),
        (b"junk <a.1@town.example> junk", "<a.1@town.example>"),
        (b"without-brackets", "without-brackets"),
        (b"", None),
        (b"x" * 2_000, "x" * 998),
    ],
)
def test_the_message_id_is_what_stands_there(value, expected):
    assert message_id(scan(FROM + b"\r\nMessage-ID: " + value + b"\r\n\r\n")) == expected


def test_a_mail_without_message_id_has_none():
    assert message_id(scan(FROM + b"\r\n\r\n")) is None


def test_references_are_all_ids_once_oldest_first():
    raw = FROM + b"\r\nReferences: <1@x> (<no@x>)\r\n <2@x> <1@x>\r\nReferences: <3@x>\r\nIn-Reply-To: 4@x\r\n\r\n"
    assert references(scan(raw)) == ("<1@x>", "<2@x>", "<3@x>")
    assert in_reply_to(scan(raw)) == ("<4@x>",)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([b"From:", b"Subject :", b" ", b"\t", b"\r", b"\n", b"\r\n", b"\x00", b"=?utf-8?q?",
                                 b"?=", b"\xff", b"\x1b$B", b"From ", b"a@b", b"<", b"(", b":", b"\v"]), max_size=40)
       | st.lists(st.binary(max_size=30), max_size=3))  # fmt: skip
def test_any_bytes_are_read(pieces):
    raw = b"".join(pieces)
    block = read_block(raw)
    assert 0 <= block.body_at <= len(raw)
    assert all("\n" not in name and name == name.lower() for name, _ in block.raw)
    found = block.headers
    for text in (subject(found), message_id(found) or "", *references(found), *in_reply_to(found)):
        assert not set(text) & set("\r\n\x00")
    date(found)
    sender(found)


@pytest.mark.parametrize(
    "unit",
    [b"\r", b"\n ", b" \n", b"\r\r\n ", b"a:", b"a:\n", b"junk\n", b"\v", b"X: =?", b"\r\n \r\n \t", b"From ",
     b"From: a\n", b"References: <\n", b"Subject: \x1b$B\n", b"\x00\n"],
)  # fmt: skip
def test_hostile_blocks_take_linear_time(unit):
    for raw in (unit * (200_000 // len(unit)), FROM + b"\r\nReferences: " + unit * (200_000 // len(unit))):
        begun = time.process_time()
        found = read_block(raw).headers
        subject(found), references(found), in_reply_to(found), message_id(found), sender(found), date(found)
        assert time.process_time() - begun < 5
