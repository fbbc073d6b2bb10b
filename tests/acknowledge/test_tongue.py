"""Plurals, lists and dates in languages that count otherwise than English."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from harvester.acknowledge.tongue import Tongue, WrongWords

POLISH = {"one": "{n} załącznik", "few": "{n} załączniki", "many": "{n} załączników", "other": "{n} załącznika"}


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, ""), (1, "1 załącznik"), (2, "2 załączniki"), (5, "5 załączników"), (12, "12 załączników")],
)
def test_polish_counts_in_three_forms(number: int, text: str) -> None:
    assert Tongue("pl").count(number, **POLISH) == text


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["one", "other"]),
        ("de", ["one", "other"]),
        ("fr", ["one", "other"]),
        ("pl", ["few", "many", "one"]),
        ("lv", ["one", "other", "zero"]),
        ("sl", ["few", "one", "other", "two"]),
        ("ga", ["few", "many", "one", "other", "two"]),
        ("ja", ["other"]),
    ],
)
def test_a_language_knows_its_own_forms(language: str, forms: list[str]) -> None:
    assert Tongue(language).plurals() == forms


def test_a_form_that_is_missing_is_named() -> None:
    with pytest.raises(WrongWords, match=r'count\(\) for 3 lacks few="\.\.\."; pl needs'):
        Tongue("pl").count(3, one="{n} plik", many="{n} plików")


def test_large_numbers_are_grouped() -> None:
    assert Tongue("de").count(1234, one="{n} Link", other="{n} Links") == "1.234 Links"


def test_lists_leave_out_what_is_empty() -> None:
    assert Tongue("en").listed("a", "", "b") == "a and b"
    assert Tongue("fr").listed("a", "b", "c") == "a, b et c"
    assert Tongue("de").listed("", "") == ""


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "Monday, 16 August 2027"), ("de", "Montag, 16. August 2027"), ("fr", "lundi 16 août 2027")],
)
def test_dates_are_written_as_the_language_does_and_kept_together(language: str, day: str) -> None:
    when = datetime(2027, 8, 16, 23, 59, 59, tzinfo=ZoneInfo("Europe/London"))
    assert Tongue(language).day(when) == day.replace(" ", "\u00a0")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(LookupError, match="'xx' is not the code of a language"):
        Tongue("xx")
