"""Numbers under numbers, and the same as text on every machine."""

import sys
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.classify.filed import NUMBERS, Filed, Notes, packed, unpacked

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2**32 - 1)))


@given(pairs=PAIRS)
def test_numbers_are_found_under_their_keys_in_the_order_of_their_notes(pairs: list[tuple[int, int]]) -> None:
    notes = Notes()
    for key, value in pairs:
        notes.add(key, value)
    filed = Filed.of(10, notes)
    assert [list(filed[key]) for key in range(10)] == [[v for k, v in pairs if k == key] for key in range(10)]
    assert Filed.unpacked(filed.packed()) == filed


def test_rows_are_found_under_their_own_number() -> None:
    filed = Filed.of_all([(3, 1), (), (2,)])
    assert [list(filed[key]) for key in range(3)] == [[3, 1], [], [2]]


def test_text_from_a_machine_of_the_other_byte_order_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = packed(array(NUMBERS, [1, 2**31]))
    swapped = array(NUMBERS, [1, 2**31])
    swapped.byteswap()
    monkeypatch.setattr(sys, "byteorder", "big" if sys.byteorder == "little" else "little")
    assert unpacked(text) == swapped  # what that machine would take for 1 and 2 ** 31
    assert packed(swapped) == text


@pytest.mark.parametrize("text", ["AAA", "AAAA", "no base64!"])
def test_what_nobody_packed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpacked(text)
