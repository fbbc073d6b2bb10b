"""smtplib's connection with a clock for each whole answer, not only for silence.

A server that sends one byte a second never trips a socket's timeout; one that never ends its answer fills the
memory. Both end here as a TimeoutError or OSError, which smtplib tells as a lost connection.
"""

import smtplib
import socket
import time

MOST_BYTES = 100_000  # of one answer
CHUNK = 8192


class Answers:
    """The reading end that smtplib wants: ``readline`` and ``close``."""

    def __init__(self, line: socket.socket, timeout: float) -> None:
        self._line = line
        self._timeout = timeout
        self._got = b""
        self.begin()

    def begin(self) -> None:
        """A new answer is awaited."""
        self._ends = time.monotonic() + 2 * self._timeout
        self._left = MOST_BYTES

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._got and len(self._got) < limit:
            left = self._ends - time.monotonic()
            if left <= 0:
                raise TimeoutError("too slow")
            self._line.settimeout(min(self._timeout, left))
            chunk = self._line.recv(CHUNK)
            if not chunk:
                break
            self._got += chunk
        end = self._got.find(b"\n") + 1 or len(self._got)
        end = min(end, limit)
        line, self._got = self._got[:end], self._got[end:]
        self._left -= len(line)
        if self._left < 0:
            raise OSError("the answer has no end")
        return line

    def close(self) -> None:
        self._got = b""


class Patient(smtplib.SMTP):
    """SMTP in the clear, or before STARTTLS."""

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:  # new, or encrypted just now
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot must not wait for an ACK
            self.file = Answers(self.sock, float(self.timeout))
        elif self.file is not None:
            self.file.begin()
        try:
            return super().getreply()
        finally:
            if self.sock is not None:  # what was left of the clock is not for the next command
                self.sock.settimeout(float(self.timeout))

    def hurry(self) -> None:
        """We are leaving: do not wait long."""
        self.timeout = min(2.0, self.timeout)
        if self.sock is not None and self.file is not None:
            self.file = Answers(self.sock, self.timeout)


class PatientTls(Patient, smtplib.SMTP_SSL):
    """SMTP that is encrypted from the first byte."""
