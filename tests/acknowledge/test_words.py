"""Comments, quoted strings and address lists of structured headers (RFC 5322, section 3.2)."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge.words import Unreadable, addresses, without_comments, words


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("no (a (nested) comment)", "no"),
        ("(first) no", "no"),
        (r"no (an escaped \) stays inside)", "no"),
        ('"(no comment)" x', '"(no comment)" x'),
        ("a(x)b", "a b"),
        ("no (without end", "no (without end"),
        ('say "without end', 'say "without end'),
        ("", ""),
    ],
)
def test_comments_are_taken_out_and_quotes_are_kept(value: str, left: str) -> None:
    assert without_comments(value) == left


def test_words_keep_quoted_strings_together_and_marks_apart() -> None:
    found = words('mx.example 1;dmarc=pass (p=none; x) reason="a; b" ; ";"')
    assert [w.text for w in found] == ["mx.example", "1", ";", "dmarc=pass", "reason=a; b", ";", ";"]
    assert [w.quoted for w in found] == [False, False, False, False, True, False, True]


@pytest.mark.parametrize("value", ["a (b", 'a "b', "((a)", '"a\\"'])
def test_what_has_no_end_is_said_to_be_unreadable(value: str) -> None:
    with pytest.raises(Unreadable):
        words(value)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("replies@lga.example", ["replies@lga.example"]),
        ("Desk <replies@lga.example>, b@x.example", ["replies@lga.example", "b@x.example"]),
        ('"replies@lga.example" <other@x.example>', ["other@x.example"]),
        ("replies@lga.example <other@x.example>", ["other@x.example"]),
        ('"replies@lga.example"', []),
        ("Team: a@x.example, B <b@x.example>;", ["a@x.example", "b@x.example"]),
        ("undisclosed-recipients:;", []),
        ("(replies@lga.example) other@x.example", ["other@x.example"]),
        ('"Last, First" <a@x.example>', ["a@x.example"]),
        ("Broken ( <a@x.example>, b@x.example", ["a@x.example", "b@x.example"]),
        ("", []),
    ],
)
def test_addresses_are_told_from_names_groups_and_comments(value: str, found: list[str]) -> None:
    assert addresses(value) == found


@given(st.text(alphabet='ab@<>(),;:"\\ \t', max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_value_can_be_read(value: str) -> None:
    without_comments(value)
    addresses(value)


@pytest.mark.parametrize("shape", ["(", ")", '"', "\\", "<", ",", "()", '""', "(a", "a@b,", "\\("])
def test_reading_takes_linear_time(shape: str) -> None:
    value = shape * 100_000
    start = time.process_time()
    without_comments(value)
    addresses(value)
    assert time.process_time() - start < 2
