"""Phrases spelled out: lists, choices and forms become a few sequences of word classes."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.classify.expansion import MOST_SEQUENCES, Spelled, Speller, WordClass, merged
from harvester.classify.grammar import PhraseFault, parse


def words(*some: str) -> WordClass:
    return WordClass(frozenset(some))


def spelled(text: str, lists: dict[str, list[str]] | None = None) -> list[list[list[Spelled]]]:
    """For each part its steps, for each step its ways."""
    read = {name: tuple(parse(entry) for entry in entries) for name, entries in (lists or {}).items()}
    speller = Speller(read, {"share": frozenset({"share", "shared"})})
    return [[ways for _, ways in part] for part in speller.phrase(parse(text))]


def test_a_list_of_single_words_is_one_class() -> None:
    assert spelled("one <chief>", {"chief": ["mayor", "leader"]}) == [
        [[(words("one"),)], [(words("mayor", "leader"),)]]
    ]


def test_a_gap_stays_a_gap_and_forms_are_put_in() -> None:
    one, gap = words("one"), None
    assert spelled("~share ... one") == [[[(words("share", "shared"),)], [(one,)]]]
    assert spelled("<a>", {"a": ["~share ... one"]}) == [[[(words("share", "shared"), gap, one)]]]


def test_a_step_knows_whether_a_gap_stands_before_it() -> None:
    chief = {"chief": (parse("mayor"),)}
    (part,) = Speller(chief, {}).phrase(parse("share a <chief> ... (one|two) more"))
    assert [(loose, len(ways[0])) for loose, ways in part] == [(False, 2), (False, 1), (True, 1), (False, 1)]


def test_open_words_become_beginnings_ends_and_middles() -> None:
    assert spelled("volunt* *bad *wasser*") == [
        [
            [
                (
                    WordClass(starts=frozenset({"volunt"})),
                    WordClass(ends=frozenset({"bad"})),
                    WordClass(middles=frozenset({"wasser"})),
                )
            ]
        ]
    ]


def test_entries_of_several_words_are_ways_of_their_own() -> None:
    ways = spelled("<chief>", {"chief": ["mayor", "town (clerk|manager)", "city clerk"]})[0][0]
    assert set(ways) == {(words("mayor"),), (words("town"), words("clerk", "manager")), (words("city"), words("clerk"))}


def test_lists_may_hold_lists() -> None:
    assert spelled("<a>", {"a": ["x", "<b>"], "b": ["y"]}) == [[[(words("x", "y"),)]]]


def test_too_many_ways_are_a_runaway_pattern() -> None:
    many = [f"a{n} b{n}" for n in range(30)]
    with pytest.raises(PhraseFault, match=f"runaway pattern: more than {MOST_SEQUENCES} ways"):
        spelled("x (<many> <many> <many>|y)", {"many": many})
    assert len(spelled("<many> <many> <many>", {"many": many})[0]) == 3  # each is looked for by itself


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3), min_size=1, max_size=8))
def test_merging_loses_and_adds_no_sequence(ways: list[list[str]]) -> None:
    def texts(some: list[Spelled]) -> set[tuple[str, ...]]:
        return {text for way in some for text in product(*(sorted(c.words) for c in way if c is not None))}

    spelt: list[Spelled] = [tuple(words(word) for word in way) for way in ways]
    assert texts(merged(spelt)) == {tuple(way) for way in ways}
