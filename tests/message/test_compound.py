"""Compound files: streams come out whole, and chains that lead nowhere or in circles end."""

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attached import compound
from harvester.message.documents.compound import Compound
from harvester.message.documents.transcript import Unreadable
from harvester.model import Limits, TextStatus

STREAMS = {"small": b"a few words", "large": bytes(range(256)) * 40, "folder/inner": b"x" * 100, "none": b""}
WHOLE = compound(STREAMS)


def test_streams_come_out_whole():
    file = Compound(WHOLE, Limits())
    assert {path: file.read(path) for path in STREAMS} == STREAMS
    assert "folder" in file and "folder/inner" in file and "inner" not in file
    assert file.read("folder") == file.read("missing") == b""


@pytest.mark.parametrize("data", [b"", WHOLE[:8], WHOLE[:300], WHOLE[:512], b"x" * 2_000, WHOLE[:28] + b"\0" * 2_000])
def test_what_is_none_is_damaged(data):
    with pytest.raises(Unreadable) as why:
        Compound(data, Limits())
    assert why.value.status == TextStatus.DAMAGED


def test_a_chain_in_a_circle_ends():
    data = bytearray(WHOLE)
    for at in range(512, 512 + 512 * 4, 4):
        (number,) = struct.unpack_from("<I", data, at)
        if number < 0xFFFFFFFA:
            struct.pack_into("<I", data, at, max(4, number - 1))  # back to itself
    file = Compound(bytes(data), Limits())
    assert len(file.read("large")) <= len(STREAMS["large"])


def test_streams_that_share_their_sectors_are_counted():
    file = Compound(WHOLE, Limits(archive_bytes=60_000))
    with pytest.raises(Unreadable) as why:
        for _ in range(20):
            file.read("large")
    assert why.value.status == TextStatus.TOO_LARGE


def test_too_many_entries_are_refused():
    with pytest.raises(Unreadable):
        Compound(compound({f"s{n}": b"" for n in range(100)}), Limits(archive_entries=2))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(8, len(WHOLE) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(WHOLE)))
def test_any_damage_ends_in_bytes_or_a_status_and_soon(changes, cut):
    data = bytearray(WHOLE)
    for at, byte in changes:
        data[at] = byte
    began = time.process_time()
    try:
        file = Compound(bytes(data[:cut]), Limits())
        for path in file.paths:
            assert isinstance(file.read(path), bytes)
    except Unreadable:
        pass
    assert time.process_time() - began < 1
