"""UTF-7: letters come back, tags do not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.utf7 import letters


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Die Fr+APY-sche", "Die Frösche"),
        ("+AOQ-rger, +ACI-wir leben+ACI-", 'ärger, "wir leben"'),
        ("1 +- 1, a+b, 3 + 4", "1 + 1, a+b, 3 + 4"),
        ("+ZeVnLIqe -", "日本語 -"),
        ("+ZeVnLIqe", "日本語"),
        ("+2D3eAA-", "\U0001f600"),
        ("+ADw-script+AD4- +ACY-lt+ADs-", "+ADw-script+AD4- +ACY-lt;"),
        ("+ADwA9g-", "+ADwA9g-"),
        ("+AA0ACg-Bcc", "+AA0ACg-Bcc"),
        ("+AAA-", "+AAA-"),
        ("+2AA-", "+2AA-"),
        ("+A-", "+A-"),
        ("+", "+"),
        ("", ""),
    ],
)
def test_letters_are_read_and_what_could_be_a_tag_stays_as_it_was_written(written, read):
    assert letters(written) == read


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<>&\\~"), max_size=30))
def test_what_was_written_in_utf_7_is_read_again(text):
    assert letters(text.encode("utf-7").decode("ascii")) == text


@pytest.mark.parametrize("mark", ["+", "+A", "+-", "+AAA-", "+AOQ-"])
def test_a_long_text_takes_no_long_time(mark):
    began = time.process_time()
    letters(mark * (2_000_000 // len(mark)))
    assert time.process_time() - began < 2
