"""A browser's connection that is not kept for those who only hold it: a hundred of them would shut out everybody."""

import asyncio
from collections.abc import Callable

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 20.0  # until the whole head of a request is there; its form has a limit of its own
TAKE_SECONDS = 60.0  # until a piece of an answer (some 50 KB) is taken


class Connection(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with an end to waiting. uvicorn itself waits for ever for a head that drips."""

    _head: "_Deadline"
    _taking: "_Deadline"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._head = _Deadline(HEAD_SECONDS, transport.abort)
        self._taking = _Deadline(TAKE_SECONDS, transport.abort)
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
        self._taking.begin()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._taking.stop()

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
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._end)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
