"""Our side of reading files: hand one over to the jailed process, wait no longer than allowed, believe little."""

import json
import os
import select
import signal
import time
from types import TracebackType
from typing import Self

from harvester.fork_server import Ended, ForkServer
from harvester.forking import OUT_OF_MEMORY
from harvester.message.documents.codepages import LATIN
from harvester.message.documents.kinds import Kind, kind_of
from harvester.message.documents.reading import read
from harvester.message.documents.transcript import LONGEST_LINK, Extracted, clean
from harvester.model import Limits, TextStatus

GRACE = 1.0  # seconds in which a child whose time is up must be gone
MOST_BYTES = 4  # of a character in the child's answer


class Extractor:
    """Reads one file after another. The process behind it is started at the first file that needs one.

    ``prepare``: see ``ForkServer``; tests have children that misbehave.
    """

    def __init__(self, limits: Limits, prepare: str = "harvester.message.documents.child:prepare") -> None:
        self._limits = limits
        self._longest = MOST_BYTES * (limits.classified_chars + limits.links * LONGEST_LINK) + 10_000
        self._server = ForkServer(prepare, limits, isolated=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    def text(self, data: bytes, media_type: str, name: str, seconds: float, charset: str = LATIN) -> Extracted:
        """The text of this file. ``seconds``: what the files of this mail may still take; ``charset``: see ``read``.

        OutOfReach if no process can be started here; whatever the file does is a status.
        """
        if not data:
            return Extracted(TextStatus.EMPTY)
        if len(data) > self._limits.attachment_bytes:
            return Extracted(TextStatus.TOO_LARGE)
        kind = kind_of(data, media_type, name)
        if kind in (Kind.OTHER, Kind.PLAIN):
            return read(data, kind, self._limits, charset)  # decoding alone harms nobody
        seconds = min(seconds, self._limits.document_seconds)
        if seconds <= 0:
            return Extracted(TextStatus.NOT_TRIED, flags=("time-spent",))
        return self._in_jail(data, kind, seconds, charset)

    def _in_jail(self, data: bytes, kind: Kind, seconds: float, charset: str) -> Extracted:
        ours, theirs = os.pipe()
        try:
            order = json.dumps({"kind": kind.name, "seconds": seconds, "charset": charset}).encode() + b"\n"
            file = os.memfd_create("attachment")
            try:
                with open(file, "wb", closefd=False) as stream:
                    stream.write(order)
                    stream.write(data)
                child = self._server.fork(file, theirs)
            finally:
                os.close(file)
                os.close(theirs)
            until = time.monotonic() + seconds + GRACE
            said = _all_said(ours, self._longest, until)
        finally:
            os.close(ours)
        ended = self._server.ended(child, until - time.monotonic() + 0.1)
        if ended is None:
            self._server.kill(child)
        return self._outcome(ended, said)

    def _outcome(self, ended: Ended | None, said: bytes) -> Extracted:
        if ended is None or ended.code in (-signal.SIGALRM, -signal.SIGXCPU):
            return Extracted(TextStatus.TIMEOUT)
        if ended.code == 0:
            return _understood(said, self._limits)
        starved = ended.code in (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL)
        if starved or ended.peak > self._limits.document_bytes / 2:
            return Extracted(TextStatus.TOO_LARGE, flags=("memory",))
        return Extracted(TextStatus.DAMAGED)


def _all_said(pipe: int, most: int, until: float) -> bytes:
    """All that comes out of the pipe until it is closed, it is too much, or time is up."""
    said = bytearray()
    while len(said) <= most:
        if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            break
        piece = os.read(pipe, 65_536)
        if not piece:
            break
        said += piece
    return bytes(said)


def _understood(said: bytes, limits: Limits) -> Extracted:
    """The child read hostile bytes: its answer is text to be checked, not an object to be trusted."""
    try:
        status, text, links, flags = json.loads(said)
        if not all(isinstance(one, str) for one in (text, *links, *flags)):
            raise ValueError("not text")
        return Extracted(
            TextStatus(status),
            clean(text[: limits.classified_chars]),
            tuple(clean(link) for link in links[: limits.links]),
            tuple(flag[:40] for flag in flags[:20]),
        )
    except (ValueError, TypeError, RecursionError):
        return Extracted(TextStatus.DAMAGED)
