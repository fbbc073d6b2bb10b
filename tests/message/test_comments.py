"""Comments of structured headers (RFC 5322, section 3.2.2)."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.comments import without_comments


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("no", "no"),
        ("no (sent by hand)", "no"),
        ("(a) no (b)", "no"),
        ("a(x)b", "a b"),
        ("no (a (nested (deep)) one) yes", "no yes"),
        (r"no (a \) b) yes", "no yes"),
        (r"no (a \( b) yes", "no yes"),
        ('"(not a comment)"', '"(not a comment)"'),
        (r'"a \" (still text)"', r'"a \" (still text)"'),
        ('a ("quote in a comment) b', "a b"),
        ("no (never closed dmarc=pass", "no"),
        ("no ) yes", "no ) yes"),
        ("", ""),
    ],
)
def test_what_stands_in_parentheses_is_left_out(value, expected):
    assert " ".join(without_comments(value).split()) == expected


@given(st.text(st.characters(exclude_characters='()"\\'), max_size=30), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_no_word_of_a_comment_is_left_at_any_depth(text, depth):
    assert without_comments("a" + "(" * (depth + 1) + text + ")" * (depth + 1) + "b") == "a b"


@pytest.mark.parametrize("unit", ["(", ")", "()", "\\", '"', '("', "(\\", "a"])
def test_hostile_values_take_linear_time_and_no_recursion(unit):
    begun = time.process_time()
    without_comments("(" + unit * (200_000 // len(unit)))
    assert time.process_time() - begun < 5
