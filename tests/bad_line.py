"""A line between two programs that is slow, breaks with a reset, or goes silent after so many bytes from the server."""

import contextlib
import socket
import struct
import threading
import time
from typing import Literal

Kind = Literal["fine", "slow", "reset", "partition"]


class BadLine:
    """A port on loopback that leads to another; ``kind`` and ``after`` may be changed between connections."""

    def __init__(self, target: int, delay: float = 0.2) -> None:
        self.kind: Kind = "fine"
        self.after = 0  # bytes from the server, or to it with ``upwards``
        self.upwards = False
        self.struck = 0
        self._target, self._delay = target, delay
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "BadLine":
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._socket, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._ends += [client, server]
            for a, b, counted in ((client, server, self.upwards), (server, client, not self.upwards)):
                threading.Thread(target=self._carry, args=(a, b, counted), daemon=True).start()

    def _carry(self, a: socket.socket, b: socket.socket, counted: bool) -> None:
        kind, left = self.kind, self.after
        with contextlib.suppress(OSError):
            while data := a.recv(4096):
                if kind == "slow":
                    time.sleep(self._delay)
                elif kind != "fine" and counted:
                    b.sendall(data[:left])
                    left -= len(data)
                    if left < 0:
                        self.struck += 1
                        if kind == "reset":
                            for end in (a, b):
                                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                                end.shutdown(socket.SHUT_RD)
                                end.close()
                        return  # a partition: both ends stay open, and nothing comes any more
                    continue
                b.sendall(data)
        if kind != "partition":
            with contextlib.suppress(OSError):
                b.shutdown(socket.SHUT_WR)
