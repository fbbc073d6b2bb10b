"""One connection to an IMAP server that cannot hang and cannot swamp us.

imaplib has no clock for a whole answer and believes any size that a server announces; both are cured here.
"""

import contextlib
import imaplib
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

from harvester import faults
from harvester.errors import OutOfReach

SMALL_ANSWER = 4_000_000  # bytes of literals in an answer without mails
SLOWEST = 50_000  # bytes a second that we wait for


class TooMuch(OutOfReach):
    """An answer is larger than what was asked for. The connection is out of step: drop it."""


class Watchdog:
    """Cuts the line when one command, or all of them, take too long (seconds).

    A socket's timeout only sees silence; a server that sends one byte a second would hold us for ever.
    """

    def __init__(self, whole: float) -> None:
        self.ends = time.monotonic() + whole
        self.bitten = False
        self._line: socket.socket | None = None
        self._guard = threading.Lock()

    def watch(self, line: socket.socket) -> None:
        """Keep a second handle: TLS takes the first one away."""
        with self._guard:
            self._forget()
            self._line = socket.socket(fileno=os.dup(line.fileno()))

    def forget(self) -> None:
        with self._guard:
            self._forget()

    def _forget(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def bite(self) -> None:
        with self._guard:
            self.bitten = True
            if self._line is not None:
                with contextlib.suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        left = self.ends - time.monotonic()
        if left <= 0:
            self.bite()
        timer = threading.Timer(max(0.0, min(seconds, left)), self.bite)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


class Line(imaplib.IMAP4):
    """imaplib with our own socket, and a budget of literal bytes for each command."""

    def __init__(self, host: str, port: int, timeout: float, tls: ssl.SSLContext | None, watchdog: Watchdog) -> None:
        self.budget = SMALL_ANSWER
        self._tls = tls
        self._watchdog = watchdog
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        sock = socket.create_connection((self.host, self.port), timeout)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a command in two pieces else waits 40 ms
            self._watchdog.watch(sock)
            return self._tls.wrap_socket(sock, server_hostname=self.host) if self._tls else sock
        except BaseException:
            sock.close()
            raise

    def send(self, data: Any) -> None:
        faults.point("imap-command")
        super().send(data)

    def read(self, size: int) -> bytes:
        """A literal of ``size`` bytes. A server may announce 99 GB: nothing is allocated then."""
        self.budget -= size
        if self.budget < 0:
            raise TooMuch("the server announces more than was asked for")
        return super().read(size)
