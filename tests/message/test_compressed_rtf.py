"""RTF as Outlook packs it."""

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.message.documents.compressed_rtf import BEGINNING, decompressed


def packed(tokens: bytes, size: int = 0xFFFF, kind: bytes = b"LZFu") -> bytes:
    return struct.pack("<II", len(tokens) + 12, size) + kind + bytes(4) + tokens


def test_the_example_of_the_specification_is_read():
    tokens = b"\x03\x00\n\x00rcpg125B2\n\xf3 hel\t\x00 bw\x05\xb0ld}\n\x80\x0f\xa0"  # section 3.1
    assert decompressed(packed(tokens, 43), 1_000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_what_is_not_packed_is_taken_as_it_is():
    assert decompressed(packed(b"{\\rtf1 x}", 9, b"MELA"), 1_000) == b"{\\rtf1 x}"
    assert len(BEGINNING) == 207


@pytest.mark.parametrize(
    "data", [b"", b"x" * 15, packed(b"x", kind=b"ZZZZ"), packed(b""), packed(b"\xff"), packed(b"\xff\x00")]
)
def test_what_is_none_or_torn_gives_little(data):
    assert len(decompressed(data, 1_000)) < 20


def test_it_grows_no_further_than_allowed():
    began = time.process_time()
    bomb = packed((b"\xff" + b"\x00\x2e" * 8) * 50_000, 0xFFFFFFFF)  # never where it writes: that ends it
    assert len(decompressed(bomb, 500_000)) == 500_000
    assert time.process_time() - began < 2


@given(st.binary(max_size=300))
def test_any_bytes_end(data):
    assert len(decompressed(packed(data), 10_000)) <= 10_000
