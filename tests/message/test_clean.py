"""Text that may be shown and stored."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.clean import BLANKS, BREAKS, one_line, storable, visible


@pytest.mark.parametrize(
    "hidden",
    [
        "\x00",
        "\x07",
        "\x1b",
        "\x7f",
        "\x9b",
        "\xad",
        "\u061c",
        "\u200b",
        "\u200d",
        "\u200e",
        "\u202e",
        "\u2066",
        "\u2060",
        "\ufeff",
        "\ud800",
        "\udcff",
        "\u2028",
        "\U000e0041",
        "\u180e",
    ],
)
def test_hidden_characters_are_taken_out(hidden):
    assert visible(f"a{hidden}b") == "ab"


def test_letters_of_every_script_and_blanks_stay():
    text = "Grüße Привет 会議 שלום مرحبا हिन्दी ไทย ½ € 😀 a\xa0b"
    assert visible(text) == text


@pytest.mark.parametrize("mark", BREAKS)
def test_whatever_breaks_a_line_becomes_a_blank(mark):
    assert one_line(f"a{mark}b{mark}") == "a b"


def test_everything_python_takes_for_a_line_break_is_known_as_one():
    assert {c for c in map(chr, range(0x110000)) if len(f"a{c}b".splitlines()) > 1} <= set(BREAKS)
    assert all(c in BLANKS for c in " \t\xa0\u2003\u3000")


def test_lines_of_a_storable_text_end_with_lf():
    assert storable("a\r\nb\rc\nd\x00e") == "a\nb\nc\nde"


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=40))
def test_nothing_hidden_is_left_of_any_text(text):
    found = one_line(text)
    assert not {unicodedata.category(c) for c in found} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(found.splitlines()) <= 1
    assert one_line(found) == found
    kept = storable(text)
    assert not set(kept) & {"\x00", "\r"}
    kept.encode("utf-8")
