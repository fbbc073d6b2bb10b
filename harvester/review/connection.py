"""A browser's connection that is not kept for those who only hold it: a hundred of them would shut out everybody."""

import asyncio
import socket
from collections.abc import Callable

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 20.0  # until the whole head of a request is there; its form has a limit of its own
TAKE_SECONDS = 60.0  # until the next TAKE_BYTES of an answer are taken; all of it may last as long as it needs
TAKE_BYTES = 50_000
KERNEL_BYTES = 200_000  # of an answer; of its usual megabytes one would not see that a slow client takes them


class Connection(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with an end to waiting. uvicorn itself waits for ever for a head that drips."""

    _head: "_Deadline"
    _taking: "_Deadline"
    _left: int

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._head = _Deadline(HEAD_SECONDS, transport.abort)
        self._taking = _Deadline(TAKE_SECONDS, self._look_after)
        self._left = 0
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
        super().connection_made(transport)
        self._head.begin()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._head.stop()
        else:
            self._head.begin()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._left = self.transport.get_write_buffer_size()
        self._taking.begin()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._taking.stop()

    def _look_after(self) -> None:
        """An answer waits for its client: is it being taken?"""
        left = self.transport.get_write_buffer_size()
        if left <= self._left - TAKE_BYTES:
            self._left = left
            self._taking.begin()
        else:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head.stop()
        self._taking.stop()
        super().connection_lost(exc)


class _Deadline:
    """Something happens after a while, unless it is stopped; to begin twice changes nothing."""

    def __init__(self, seconds: float, end: Callable[[], None]) -> None:
        self._seconds, self._end = seconds, end
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._reached)

    def _reached(self) -> None:
        self._timer = None
        self._end()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
