"""Comments and quoted strings of structured headers (RFC 5322, section 3.2)."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge.words import Unreadable, words


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("no (a (nested) comment) ", ["no"]),
        ("(first) no", ["no"]),
        (r"no (an escaped \) stays inside)", ["no"]),
        ('"(no comment)" x', ["(no comment)", "x"]),
        ("a(x)b", ["a", "b"]),
        ("", []),
    ],
)
def test_comments_are_taken_out_and_quotes_are_kept(value: str, left: list[str]) -> None:
    assert [word.text for word in words(value)] == left


def test_words_keep_quoted_strings_together_and_marks_apart() -> None:
    found = words('mx.example 1;dmarc=pass (p=none; x) reason="a; b" ; ";"')
    assert [w.text for w in found] == ["mx.example", "1", ";", "dmarc=pass", "reason=a; b", ";", ";"]
    assert [w.quoted for w in found] == [False, False, False, False, True, False, True]


@pytest.mark.parametrize("value", ["a (b", 'a "b', "((a)", '"a\\"'])
def test_what_has_no_end_is_said_to_be_unreadable(value: str) -> None:
    with pytest.raises(Unreadable):
        words(value)


@given(st.text(alphabet='ab@();"\\ \t', max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_value_is_read_or_said_to_be_unreadable(value: str) -> None:
    try:
        found = words(value)
    except Unreadable:
        assert "(" in value or '"' in value
    else:
        assert sum(len(word.text) for word in found) <= len(value)


@pytest.mark.parametrize("shape", ["(", ")", '"', "\\", ";", "()", '""', "(a", "a ", "\\("])
def test_reading_takes_linear_time(shape: str) -> None:
    start = time.process_time()
    with contextlib.suppress(Unreadable):
        words(shape * 100_000)
    assert time.process_time() - start < 5
