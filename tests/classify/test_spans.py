"""Places of words in a sentence, and how they go together."""

from harvester.classify.spans import closest, joined, smallest


def test_smallest_keeps_places_that_hold_no_other() -> None:
    assert smallest([(0, 9), (2, 4), (3, 4), (5, 8), (7, 10)]) == [(3, 4), (5, 8)]


def test_joined_places_follow_at_once_or_within_five_words() -> None:
    before, after = [(0, 1), (3, 5)], [(1, 2), (5, 6), (7, 8), (11, 12)]
    assert joined(before, after, loose=False) == [(0, 2), (3, 6)]
    assert joined(before, after, loose=True) == [(0, 2), (0, 6), (3, 6), (3, 8)]


def test_closest_takes_the_parts_that_stand_together() -> None:
    def apart(_: int, one: tuple[int, int], __: int, other: tuple[int, int]) -> bool:
        return one[1] <= other[0] or other[1] <= one[0]

    assert closest([[(0, 1), (8, 9)], [(10, 11)], [(7, 8), (20, 21)]], apart) == [(7, 11)]
    assert closest([[(0, 2)], [(1, 2)]], apart) == []
