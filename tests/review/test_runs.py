"""Overlapping evidence is cut where any piece begins or ends, and no word is lost or doubled."""

from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.model import Standing
from harvester.review.pieces import Piece
from harvester.review.runs import runs

TEXT = "We share a chief executive."


def piece(number: int, start: int, end: int, counts: bool = True) -> Piece:
    return Piece(number, "shared", None, "own_text", start, end, TEXT[start:end], Standing.EXAMPLE, "x", "r", counts)


def told(found):
    return [(run.text, [one.number for one in run.under], [one.number for one in run.begins]) for run in found]


def test_a_text_without_evidence_is_one_run():
    assert told(runs(TEXT, [])) == [(TEXT, [], [])]


def test_pieces_side_by_side_are_runs_of_their_own():
    assert told(runs("abcd", [piece(1, 0, 1), piece(2, 2, 3)])) == [
        ("a", [1], [1]), ("b", [], []), ("c", [2], [2]), ("d", [], []),
    ]  # fmt: skip


def test_one_within_another_is_under_both():
    assert told(runs("abcd", [piece(1, 0, 4), piece(2, 1, 2)])) == [
        ("a", [1], [1]), ("b", [1, 2], [2]), ("cd", [1], []),
    ]  # fmt: skip


def test_pieces_that_cross_are_split_where_they_cross():
    assert told(runs("abcd", [piece(1, 0, 3), piece(2, 2, 4)])) == [
        ("ab", [1], [1]), ("c", [1, 2], [2]), ("d", [2], []),
    ]  # fmt: skip


def test_what_counts_lends_its_colour_to_the_run():
    (first, *_) = runs("abcd", [piece(1, 0, 4, counts=False), piece(2, 0, 4)])
    assert first.top.number == 2


def test_a_piece_that_lies_elsewhere_marks_nothing_here():
    assert told(runs("cd", [piece(1, 0, 2), piece(2, 3, 9)], 2)) == [("c", [], []), ("d", [2], [2])]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40)), max_size=12), st.integers(0, 9))
def test_whatever_overlaps_the_words_stay_what_they_are(spans, start):
    marks = [piece(number, min(one), max(one)) for number, one in enumerate(spans, 1)]
    found = runs(TEXT, marks, start)
    assert "".join(run.text for run in found) == TEXT
    at = start
    for run in found:
        assert {one.number for one in run.under} == {
            one.number for one in marks if one.start < one.end and one.start < at + len(run.text) and one.end > at
        }
        at += len(run.text)
    begun = [one.number for run in found for one in run.begins]
    assert len(begun) == len(set(begun))
