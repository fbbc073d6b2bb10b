"""The letter inside a file that holds a mail: its writer's own words. What that one quotes is left out."""

import contextlib

from harvester.message.charset import codec_of, html_label
from harvester.message.clean import storable
from harvester.message.documents.compressed_rtf import decompressed
from harvester.message.documents.plain import decoded
from harvester.message.documents.rtf import read_rtf
from harvester.message.documents.transcript import Enough, Transcript
from harvester.message.page import Page, anchors_in
from harvester.model import Limits, SegmentKind


def add_letter(
    transcript: Transcript, limits: Limits, charset: str, *, html: bytes = b"", plain: str = "", rtf: bytes = b""
) -> None:
    """The first of these that says something. ``rtf`` is compressed, as Outlook keeps it."""
    from harvester.message.html import read_html
    from harvester.message.segments import segment

    page = read_html(decoded(html, codec_of(html_label(html)) or charset)) if html.strip() else Page("")
    if not page.text.strip():
        page = Page(storable(plain or _rich(rtf, limits)).strip("\n"))
    kept = [s for s in segment(page.text, page.marks) if s.kind is SegmentKind.OWN]
    for anchor in anchors_in(page.anchors, kept):
        transcript.link(anchor.href)
    transcript.add("".join(page.text[s.start : s.end] for s in kept) + "\n")


def _rich(rtf: bytes, limits: Limits) -> str:
    words = Transcript(limits)
    with contextlib.suppress(Enough):
        read_rtf(decompressed(rtf, limits.archive_bytes), words)
    return words.extracted().text
