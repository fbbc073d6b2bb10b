"""Our end of one jailed child that reads files: the bytes lie in memory that it may read, a line goes each way."""

import json
import os
import select
import socket
import time
from collections.abc import Mapping

from harvester.fork_server import Ended, ForkServer

GRACE = 1.0  # seconds in which a child whose time is up must be gone
PIECE = 65_536


class JailedReader:
    """One child. OutOfReach if no process can be started here."""

    def __init__(self, server: ForkServer) -> None:
        self._server = server
        self.files = 0
        self._until = 0.0
        self._file = os.memfd_create("attachment")
        self._line, theirs = socket.socketpair()
        try:
            with theirs:
                self._child = server.fork(self._file, theirs.fileno())
        except BaseException:
            self._close()
            raise

    def ask(self, order: Mapping[str, str], data: bytes, until: float, longest: int) -> bytes | None:
        """Its answer to this file, a line of at most ``longest`` bytes; None if there is none: then ``dismiss`` it.

        ``until``: time.monotonic() when the child's own clock kills it.
        """
        self.files += 1
        seconds = max(0.001, until - time.monotonic())
        self._until = until + GRACE
        try:
            with open(self._file, "wb", closefd=False) as stream:
                stream.write(data)
            self._line.sendall(json.dumps({**order, "bytes": len(data), "seconds": seconds}).encode() + b"\n")
            said = self._said(longest)
        except (BrokenPipeError, ConnectionResetError):  # it ended after the file before
            return None
        finally:
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
        line, end, more = said.partition(b"\n")
        return line if end and not more else None  # more than a line: who knows about which file

    def dismiss(self) -> Ended | None:
        """Let it end: how it did, or None if it had to be killed because it would not."""
        self._close()
        ended = self._server.ended(self._child, self._until - time.monotonic() + 0.1)
        if ended is None:
            self._server.kill(self._child)
        return ended

    def _said(self, longest: int) -> bytes:
        """What it says up to the end of a line, or until it ends, says too much, or time is up."""
        said = bytearray()
        while len(said) <= longest and not said.endswith(b"\n"):
            if not select.select([self._line], [], [], max(0.0, self._until - time.monotonic()))[0]:
                break
            piece = self._line.recv(PIECE)
            if not piece:
                break
            said += piece
        return bytes(said)

    def _close(self) -> None:
        os.close(self._file)
        self._line.close()
