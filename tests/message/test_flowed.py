"""format=flowed (RFC 3676)."""

from hypothesis import given
from hypothesis import strategies as st

from harvester.message.flowed import unflowed


def test_lines_that_end_in_a_blank_go_on():
    assert unflowed("one \r\ntwo\r\nthree") == "one two\nthree"


def test_delsp_takes_the_blank_away():
    assert unflowed("wo \nrd", delsp=True) == "word"


def test_quoted_lines_are_joined_below_one_mark():
    assert unflowed("> one \n> two\n>> three \n>> four\nown") == "> one two\n>> three four\nown"


def test_a_signature_mark_joins_nothing():
    assert unflowed("words \n-- \nAnna") == "words \n-- \nAnna"


def test_stuffed_blanks_are_undone():
    assert unflowed(" From here\n >no quote") == "From here\n>no quote"


@given(st.text(alphabet=" >ab\n-", max_size=200))
def test_no_letter_is_ever_lost(text):
    def letters(of: str) -> str:
        return "".join(c for c in of if c in "ab")

    assert letters(unflowed(text)) == letters(text)
