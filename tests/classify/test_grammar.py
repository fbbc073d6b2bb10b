"""The phrase language: what staff may write, and what is told to them when it cannot be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.classify.grammar import (
    Choice,
    Earlier,
    Gap,
    ListName,
    PhraseFault,
    Word,
    lists_in,
    only_lists,
    parse,
    words_in,
)


def test_plain_words_stand_as_they_are_and_case_does_not_matter() -> None:
    assert parse("Chief Executive") == ((Word("chief"), Word("executive")),)


def test_a_tilde_asks_for_any_form_and_stars_for_open_ends() -> None:
    assert parse("~share volunt* *bad ~*bad") == (
        (
            Word("share", any_form=True),
            Word("volunt", open_end=True),
            Word("bad", open_start=True),
            Word("bad", any_form=True, open_start=True),
        ),
    )


def test_dots_are_a_gap_and_ampersand_makes_parts() -> None:
    assert parse("a ... b & c … d") == (
        (Word("a"), Gap(), Word("b")),
        (Word("c"), Gap(), Word("d")),
    )


def test_two_ampersands_make_a_part_that_may_stand_earlier() -> None:
    first, second, third = parse("a & b && c")
    assert [isinstance(part, Earlier) for part in (first, second, third)] == [False, False, True]
    assert third == (Word("c"),)


def test_an_elided_word_keeps_its_apostrophe_before_a_blank_too() -> None:
    assert parse("qu' il")[0] == parse("qu’il")[0] == (Word("qu'"), Word("il"))
    assert parse("n' existe plus")[0][0] == Word("n'")
    assert parse("tenants' hall")[0] == (Word("tenants"), Word("hall"))


@pytest.mark.parametrize("word", ["qu", "lorsqu", "dell"])
def test_an_elided_word_without_its_apostrophe_stands_in_no_text(word: str) -> None:
    with pytest.raises(PhraseFault, match=f'never stands alone; write "{word}\'"'):
        parse(f"{word} office")


def test_choices_may_hold_choices_and_lists() -> None:
    (part,) = parse("(a|b (c|<chief>))")
    assert part == (Choice(((Word("a"),), (Word("b"), Choice(((Word("c"),), (ListName("chief"),)))))),)


def test_a_number_sign_is_any_number_in_digits() -> None:
    assert parse("from # to #") == ((Word("from"), Word("#"), Word("to"), Word("#")),)


def test_a_hyphen_cuts_a_phrase_as_it_cuts_a_text() -> None:
    assert parse("volunteer-run") == ((Word("volunteer"), Word("run")),)
    assert parse("co-op") == ((Word("coop"),),)


def test_lists_and_words_are_found_at_any_depth() -> None:
    phrase = parse("(<a>|x (~y|<b>)) ... <c> & z")
    assert lists_in(phrase) == {"a", "b", "c"}
    assert {word.text for word in words_in(phrase)} == {"x", "y", "z"}
    assert only_lists(parse("<a> ... (<b>|<c>)"))
    assert not only_lists(phrase)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "nothing to look for"),
        ("a & ", "nothing to look for"),
        ("()", r"empty choice in \(...\)"),
        ("(a|)", r"empty choice in \(...\)"),
        ("(a|b", "never closed"),
        ("a)", "without its partner"),
        ("a | b", "without its partner"),
        ("(a & b)", r"'&' cannot stand inside"),
        ("<Chief One>", "no name of a list"),
        ("shared, pooled", "punctuation is never part of a phrase"),
        ("...", "only gaps, so it fits everything"),
        ("... a", "stands at the edge"),
        ("a ...", "stands at the edge"),
        ("a ... ... b", "write it once"),
        ("a (b ...) c", "stands at the edge"),
        ("~volunt*", "say two things at once"),
        ("~", "means nothing here"),
    ],
)
def test_what_cannot_be_read_is_told_as_the_end_of_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(PhraseFault, match=sentence):
        parse(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab~*<>()|&#. …-'\n0ü", max_size=40))
def test_any_text_is_either_a_phrase_or_a_fault(text: str) -> None:
    try:
        phrase = parse(text)
    except PhraseFault as fault:
        assert str(fault)
    else:
        assert phrase
        assert all(part for part in phrase)
