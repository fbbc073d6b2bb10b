"""Our side of reading files: hand one over to a jailed child, wait no longer than allowed, believe little.

To fork a child costs ten times what reading a file does, so a child reads several. Whatever it does to one file is
nothing to the next: a child that failed is replaced, and a file that a used child failed at gets a fresh one.
"""

import json
import signal
import time
from types import TracebackType
from typing import Self

from harvester.fork_server import Ended, ForkServer
from harvester.forking import OUT_OF_MEMORY
from harvester.message.documents.codepages import LATIN
from harvester.message.documents.jailed_reader import JailedReader
from harvester.message.documents.kinds import Kind, kind_of
from harvester.message.documents.reading import read
from harvester.message.documents.transcript import LONGEST_LINK, Extracted, clean
from harvester.model import Limits, TextStatus

FILES_EACH = 20  # files that one child reads: so many could lie to us about each other's words, if one took it over
MOST_BYTES = 4  # of a character in the child's answer
IN_DOUBT = (TextStatus.DAMAGED, TextStatus.TOO_LARGE)  # of a used child: what it read before may be to blame


class Extractor:
    """Reads one file after another. The process behind it is started at the first file that needs one.

    ``prepare``: see ``ForkServer``; tests have children that misbehave.
    """

    def __init__(self, limits: Limits, prepare: str = "harvester.message.documents.child:prepare") -> None:
        self._limits = limits
        self._longest = MOST_BYTES * (limits.classified_chars + limits.links * LONGEST_LINK) + 10_000
        self._server = ForkServer(prepare, limits, isolated=True)
        self._reader: JailedReader | None = None  # that has read a file and may read another

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader:
            self._reader.dismiss()
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
        until = time.monotonic() + seconds
        order = {"kind": kind.name, "charset": charset}
        if self._reader:
            found = self._read_by(self._reader, order, data, until)
            if found.status not in IN_DOUBT or time.monotonic() >= until:
                return found
        return self._read_by(JailedReader(self._server), order, data, until)

    def _read_by(self, reader: JailedReader, order: dict[str, str], data: bytes, until: float) -> Extracted:
        """``until``: time.monotonic() at which the file is given up."""
        self._reader = None  # whose answer is still to come reads nothing else
        try:
            said = reader.ask(order, data, until, self._longest)
        except BaseException:
            reader.dismiss()
            raise
        found = None if said is None else _understood(said, self._limits)
        if found and found.status not in IN_DOUBT and reader.files < FILES_EACH:
            self._reader = reader
            return found
        ended = reader.dismiss()
        return found or self._outcome(ended)

    def _outcome(self, ended: Ended | None) -> Extracted:
        """What became of a file about which nothing was said."""
        if ended is None or ended.code == -signal.SIGALRM:
            return Extracted(TextStatus.TIMEOUT)
        starved = ended.code in (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL)
        if starved or ended.peak > self._limits.document_bytes / 2:
            return Extracted(TextStatus.TOO_LARGE, flags=("memory",))
        return Extracted(TextStatus.DAMAGED)


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
