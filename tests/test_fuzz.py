"""What must hold for any bytes: every input kept from fuzzing, and new ones (see benchmarks/fuzz.py)."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz import targets
from fuzz.shapes import OURS, mail_from
from harvester.message.reader import Reader
from harvester.model import Limits

KEPT = Path(__file__).parent / "fuzz" / "corpus"
READER = Reader([OURS], Limits())
SIGN = st.binary(min_size=1, max_size=60)


def read(raw: bytes) -> object:
    message = READER.read(raw, lambda _data: "0" * 64)
    targets.covers(message.text, message.segments, ())
    return message


TARGETS = {"headers": targets.headers, "segments": targets.segments, "understand": targets.understanding(read)}


@pytest.mark.parametrize("name", TARGETS)
def test_every_kept_input_holds(name: str) -> None:
    kept = sorted((KEPT / name).iterdir())
    assert len(kept) > 30
    for one in kept:
        TARGETS[name](one.read_bytes())


@settings(max_examples=500, deadline=None)
@given(SIGN)
def test_the_header_scanner_holds_for_any_bytes(data: bytes) -> None:
    targets.headers(data)


@settings(max_examples=400, deadline=None)
@given(SIGN)
def test_the_segmenter_covers_any_text(data: bytes) -> None:
    targets.segments(data)


@settings(max_examples=150, deadline=None)
@given(SIGN)
def test_a_mail_of_any_pieces_is_read_or_set_aside(data: bytes) -> None:
    read(mail_from(data))
