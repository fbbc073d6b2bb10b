"""Message-IDs that only we can have written."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge.signed_id import signed_id

KEY, OTHER = b"k" * 32, b"o" * 32
SHA, TO = "0123456789abcdef" * 4, "Officer@Town.example"
OURS = signed_id(KEY, SHA, TO, "lga.example")


def test_an_id_follows_from_the_reply_alone() -> None:
    assert signed_id(KEY, SHA, TO, "lga.example") == OURS
    assert OURS.startswith("<ack.0123456789abcdef.") and OURS.endswith("@lga.example>") and OURS.lower() == OURS
    assert len(f"Message-ID: {OURS}") <= 78


def test_the_spelling_of_the_recipient_is_no_matter() -> None:
    assert signed_id(KEY, SHA, "officer@TOWN.example", "lga.example") == OURS


@pytest.mark.parametrize(
    ("key", "sha256", "to"),
    [(OTHER, SHA, TO), (KEY, SHA, "somebody@town.example"), (KEY, "1" * 64, TO), (KEY, SHA, "officer@else.example")],
)
def test_another_key_reply_or_recipient_has_another_signature(key: bytes, sha256: str, to: str) -> None:
    assert signed_id(key, sha256, to, "lga.example").split(".")[2] != OURS.split(".")[2]


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=40), st.text(max_size=40))
def test_whatever_the_recipient_it_is_an_id(key: bytes, to: str) -> None:
    assert re.fullmatch(r"<ack\.[0-9a-f]{16}\.[a-z2-7]{20}@lga\.example>", signed_id(key, SHA, to, "lga.example"))
