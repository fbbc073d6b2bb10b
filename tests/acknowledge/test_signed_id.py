"""Message-IDs that only we can have written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge.signed_id import is_signed, signed_id

KEY, OTHER = b"k" * 32, b"o" * 32
SHA, TO = "0123456789abcdef" * 4, "Officer@Town.example"
OURS = signed_id(KEY, SHA, TO, "lga.example")


def test_an_id_follows_from_the_reply_alone() -> None:
    assert signed_id(KEY, SHA, TO, "lga.example") == OURS
    assert OURS.startswith("<ack.0123456789abcdef.") and OURS.endswith("@lga.example>") and OURS.lower() == OURS
    assert len(f"Message-ID: {OURS}") <= 78


def test_it_is_valid_for_its_recipient_in_any_spelling() -> None:
    assert is_signed(KEY, OURS, "officer@TOWN.example") and is_signed(KEY, f" {OURS} ", TO)


@pytest.mark.parametrize(
    ("key", "message_id", "to"),
    [
        (OTHER, OURS, TO),
        (KEY, OURS, "somebody@town.example"),
        (KEY, OURS.replace("0123", "0124"), TO),
        (KEY, OURS.replace(".0123456789abcdef.", ".0123456789abcdef.a"), TO),
        (KEY, OURS[:-1], TO),
        (KEY, "<ack.0123456789abcdef.aaaaaaaaaaaaaaaaaaaa@lga.example>", TO),
        (KEY, "", TO),
    ],
)
def test_anything_else_is_not_ours(key: bytes, message_id: str, to: str) -> None:
    assert not is_signed(key, message_id, to)


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=40))
def test_no_text_is_taken_for_ours(message_id: str, to: str) -> None:
    assert not is_signed(KEY, message_id, to)
