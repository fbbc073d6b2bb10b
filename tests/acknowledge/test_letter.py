"""Letters as bytes: whatever goes in, what comes out reads as it was meant, or does not come out."""

import email
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge import letter
from harvester.acknowledge.letter import Spoilt, cut, one_line, set_out, write
from letter_samples import read

FIELDS = [("From", "us@lga.example"), ("To", "you@town.example"), ("Subject", "Hello")]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.text(max_size=300))
def test_a_letter_reads_as_it_was_written_or_is_not_written(subject: str, text: str) -> None:
    fields = [*FIELDS[:2], ("Subject", subject)]
    try:
        raw = write(fields, text)
    except (Spoilt, UnicodeEncodeError):
        return
    assert read(raw).subject == subject and read(raw).text == text


@settings(max_examples=100, deadline=None)
@given(st.text(string.ascii_letters + "äßñ€ж =?_-,;:()\"'", min_size=1, max_size=200).map(str.strip).filter(bool))
def test_every_decent_subject_survives(subject: str) -> None:
    raw = write([*FIELDS[:2], ("Subject", subject)], "Text\n")
    assert read(raw).subject == subject and raw.isascii()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n")) or " " not in subject


@pytest.mark.parametrize(
    "value", ["", "a\r\nBcc: x@y", "a\nb", "a\rb", "a\0b", "a\x85b", "a\u2028b", "a\u2029b", "a\x0bb", "a\x7fb"]
)
@pytest.mark.parametrize("name", ["Subject", "To", "In-Reply-To"])
def test_a_line_end_in_a_header_is_refused(name: str, value: str) -> None:
    with pytest.raises(Spoilt, match=name):
        write([*FIELDS[:2], (name, value)], "Text\n")


@pytest.mark.parametrize(
    "subject", ["=?utf-8?q?a=0ABcc:_x@evil.example?= é", "=?utf-8?q?a=0ABcc:_x?=", "=?utf-8?b?YQ==?= b"]
)
def test_an_encoded_word_in_a_subject_is_shown_as_typed(subject: str) -> None:
    """CVE-2024-6923: the standard library's own writer makes a Bcc of it."""
    raw = write([*FIELDS[:2], ("Subject", subject)], "Text\n")
    assert "Bcc" not in email.message_from_bytes(raw) and read(raw).subject == subject


def test_long_headers_are_folded_at_blanks_only() -> None:
    ids = [f"<{n}{'x' * 60}@town.example>" for n in range(20)]
    raw = write([*FIELDS, ("References", " ".join(ids))], "Text\n")
    assert email.message_from_bytes(raw)["References"].split() == ids
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "text", ["From here on\n.\n..\n", "ä" * 2000 + "\n", "a" * 2000 + "\n", "trailing blank \nx\n"]
)
def test_odd_texts_arrive_whole_in_short_lines(text: str) -> None:
    raw = write(FIELDS, text)
    assert read(raw).text == text and max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("text", ["", " \n", "a\rb\n", "a\0b\n"])
def test_no_text_or_a_control_character_is_refused(text: str) -> None:
    with pytest.raises(Spoilt):
        write(FIELDS, text)


def test_what_a_broken_writer_slips_in_is_found_by_reading_again(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = letter._header
    for slip in ("Bcc: evil@x.example\r\n", "\r\n", "To: other@x.example\r\n"):
        monkeypatch.setattr(letter, "_header", lambda name, value, slip=slip: honest(name, value) + slip)
        with pytest.raises(Spoilt):
            write(FIELDS, "Text\n")


def test_lines_are_wrapped_and_lists_hang() -> None:
    text = set_out("one " * 30 + "\n\n\n\n  - " + "item " * 20 + "\nend   \n\n")
    lines = text.split("\n")
    assert max(map(len, lines)) <= 72 and "\n\n\n" not in text and text.endswith("end\n")
    assert lines[3].startswith("  - item") and lines[4].startswith("    item")


def test_no_break_spaces_keep_words_together() -> None:
    text = set_out("x" * 60 + " 16\u00a0August\u00a02027\n")
    assert text == "x" * 60 + "\n16 August 2027\n"


def test_long_words_are_never_broken() -> None:
    assert set_out("a " + "x" * 100 + "\n") == "a\n" + "x" * 100 + "\n"


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [("short", 10, "short"), ("one two three", 9, "one two…"), ("x" * 20, 5, "xxxx…"), ("a, b; c-", 7, "a, b…")],
)
def test_long_texts_are_cut_at_a_blank(text: str, width: int, short: str) -> None:
    assert cut(text, width) == short and len(short) <= width


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not any(c in line for c in "\r\n\0\x85\u2028\u202e")
