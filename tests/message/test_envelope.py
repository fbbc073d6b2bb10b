"""Envelopes of CMS: what is signed can be read, what is encrypted says so, and nothing breaks the reader."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attached import signed
from harvester.message.envelope import Envelope, Kind, opened

WORDS = b"Content-Type: text/plain\r\n\r\nWe share a council.\r\n"
ENVELOPED = bytes.fromhex("3080 06092a864886f70d010703 a080 3080")


@pytest.mark.parametrize("pieces", [0, 1, 7])
def test_what_is_signed_can_be_read(pieces):
    assert opened(signed(WORDS, pieces)) == Envelope(Kind.SIGNED, WORDS)


def test_it_may_be_written_in_base64():
    text = base64.encodebytes(signed(WORDS))
    assert opened(text).content == WORDS
    assert opened(b"-----BEGIN PKCS7-----\n" + text + b"-----END PKCS7-----\n").content == WORDS


def test_what_is_encrypted_says_so():
    assert opened(ENVELOPED).kind is Kind.ENCRYPTED


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x30", b"\x30\x80", b"%PDF-1.4", b"\x1f" * 50, b"\x30\x89" + b"\xff" * 20, signed(None),
        bytes.fromhex("3080 06092a864886f70d010701"),
    ],
)  # fmt: skip
def test_anything_else_is_something_else(data):
    assert opened(data).kind is Kind.OTHER


@pytest.mark.parametrize("mark", [b"\x30\x80", b"\x24\x80", b"\x04\x00", b"\x00\x00", b"\xa0\x84\xff\xff\xff\xff"])
def test_a_long_one_takes_no_long_time(mark):
    began = time.process_time()
    opened(signed(b"")[:-2] + mark * 500_000)
    opened(signed(None)[:19] + mark * 500_000)
    assert time.process_time() - began < 3


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), max_size=5), st.integers(0, 100))
def test_any_damage_ends_somehow(changes, cut):
    data = bytearray(signed(WORDS, 7))
    for at, byte in changes:
        data[at] = byte
    assert isinstance(opened(bytes(data[:cut])), Envelope)
