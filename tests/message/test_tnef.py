"""winmail.dat: the files that Outlook packed come out again, and nothing in one breaks its reader."""

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attached import mapi, paragraph, winmail, word
from harvester.message.documents import Extracted
from harvester.message.documents.kinds import kind_of
from harvester.message.documents.reading import read
from harvester.message.documents.tnef import open_winmail
from harvester.message.documents.transcript import Unreadable
from harvester.model import Limits, TextStatus

SHARE = "Our council shares a chief executive."
FILES = (("answer of the council.docx", word(paragraph(SHARE))), ("Überblick.txt", b"Since 2026."))


def found(data: bytes, **limits) -> Extracted:
    return read(data, kind_of(data, "application/octet-stream", "winmail.dat"), Limits(**limits))


def test_files_come_out_with_their_names_and_bytes():
    assert [(one.name, one.data) for one in open_winmail(winmail(FILES)).files] == list(FILES)
    short = open_winmail(winmail(FILES, long_names=False))
    assert [one.name for one in short.files] == ["answer o", "Überblic"]


def test_the_words_of_each_are_read():
    one = found(winmail(FILES))
    assert one == Extracted(TextStatus.READ, f"answer of the council.docx\n{SHARE}\n\nÜberblick.txt\nSince 2026.")


@pytest.mark.parametrize(
    "letter",
    [
        (0x1000, 0x1F, (SHARE + "\0").encode("utf-16-le")),
        (0x1000, 0x1E, SHARE.encode() + b"\0"),
        (0x1013, 0x102, f"<html><p>{SHARE}</p></html>".encode()),
    ],
)
def test_the_letter_is_read_where_there_are_no_files(letter):
    assert found(winmail((), mapi(letter))).text == SHARE
    assert SHARE not in found(winmail((("a.txt", b"x"),), mapi(letter))).text


def test_a_letter_in_compressed_rtf_is_read_without_what_it_quotes():
    rtf = b"{\\rtf1\\ansi " + SHARE.encode() + b"\\par\\par On Monday the Desk wrote:\\par > Do you charge?\\par}"
    packed = struct.pack("<II", len(rtf) + 12, len(rtf)) + b"MELA" + bytes(4) + rtf
    assert found(winmail((), mapi((0x1009, 0x102, packed)))).text == SHARE


def test_an_archive_or_a_mail_inside_is_named_and_not_opened():
    one = found(winmail([("inner.dat", winmail([("deep.txt", b"We share.")])), ("b.txt", b"x")]))
    assert (one.text, one.flags) == ("inner.dat\n\nb.txt\nx", ("packed-unsupported",))


def test_what_breaks_off_is_read_as_far_as_it_goes():
    whole = winmail([("a.txt", b"We share."), ("b.txt", b"x" * 500)])
    one = found(whole[:-500])
    assert "We share." in one.text
    assert "packed-damaged" in one.flags
    with pytest.raises(Unreadable):
        open_winmail(whole[:10])


def test_too_many_files_are_refused():
    assert found(winmail([("a.txt", b"x")] * 30), archive_entries=20).status == TextStatus.TOO_LARGE


@pytest.mark.parametrize(
    "properties",
    [
        struct.pack("<I", 0xFFFFFFFF),
        struct.pack("<I", 0xFFFFFFFF) + struct.pack("<HHI", 0x1003, 1, 0xFFFFFFFF) * 50_000,
        struct.pack("<I", 0xFFFFFFFF) + struct.pack("<HHI", 0x1001, 1, 0xFFFFFFFF) * 50_000,
        struct.pack("<I", 0xFFFFFFFF) + struct.pack("<HHII", 0x101E, 1, 0xFFFFFFFF, 0) * 50_000,
        struct.pack("<I", 1) + struct.pack("<HHII", 0x1F, 0x1000, 1, 0xFFFFFFFF),
    ],
)
def test_numbers_that_lie_take_no_time(properties):
    began = time.process_time()
    found(winmail((("a.txt", b"x"),), properties))
    assert time.process_time() - began < 1


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_one_gives_a_status(data):
    whole = bytearray(winmail(FILES, mapi((0x1000, 0x1E, b"words\0"))))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    one = found(bytes(whole[: data.draw(st.integers(4, len(whole)))]))
    assert isinstance(one.status, TextStatus)
    assert not any(flag.startswith("unforeseen") for flag in one.flags)
