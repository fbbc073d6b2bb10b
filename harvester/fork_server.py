"""Our end of a process that has loaded what its children need, and forks one at every order.

A fresh Python costs a tenth of a second, spaCy and a rulebook a second more; a fork costs milliseconds and shares
their memory. The process is started by exec with every descriptor closed but its own, so neither it nor a child
ever holds the run lock or a connection. It ends with the process that started it, its children with it
(``forking`` is its life).
"""

import contextlib
import json
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from harvester import errors
from harvester.errors import HarvesterError, OutOfReach

START = 600.0  # seconds until it has loaded everything; a rulebook may have to be compiled on a busy machine
BIRTH = 30.0  # seconds until a child is born
MESSAGE = 100_000  # bytes of one message on the control socket
KEPT = frozenset({"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "HARVESTER_FAULT"})
BOOT = "import sys; sys.path[:] = sys.argv[4:]; from harvester.forking import main; main(*sys.argv[1:4])"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: ``os.waitstatus_to_exitcode`` (negative: a signal) and the memory it had at most."""

    code: int
    peak: int = 0  # bytes


class _Gone(OutOfReach):
    """The process is not there any more, and so is none of its children."""


class ForkServer:
    """``prepare`` names a function (``module:function``) that is called once in the new process with ``setup``. It
    returns what a child shall do with the descriptors it is given, and a plain value for ``ready``.

    ``isolated``: empty environment, no site packages of its own, nothing on stderr. If the process is killed, the
    next ``fork`` starts another one.
    """

    def __init__(self, prepare: str, setup: object, *, isolated: bool = False) -> None:
        self._prepare, self._setup, self._isolated = prepare, setup, isolated
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket
        self._ready = False
        self._value: Any = None
        self._living: set[int] = set()
        self._ended: dict[int, Ended] = {}

    def start(self) -> None:
        """Begin to load; does not wait for it."""
        if self._process is not None:
            return
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # the kernel ties a child's life to the thread that started it, and only the main one lasts
        parent = os.getpid() if threading.current_thread() is threading.main_thread() else 0
        options = [*(["-I", "-S"] if self._isolated else []), *(["-B"] if sys.dont_write_bytecode else [])]
        command = [sys.executable, *options, "-c", BOOT, str(theirs.fileno()), str(parent), self._prepare, *sys.path]
        try:
            with theirs:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL if self._isolated else None,
                    pass_fds=[theirs.fileno()],
                    env={} if self._isolated else _environment(),
                )
        except OSError as fault:
            self._control.close()
            raise OutOfReach(f"cannot start a process: {fault.strerror}") from fault
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            pickle.dump(self._setup, pipe)

    def ready(self) -> Any:
        """Wait until everything is loaded; what ``prepare`` had to say. A HarvesterError of it is raised here."""
        self.start()
        until = time.monotonic() + START
        try:
            while not self._ready:
                self._hear(until)
        except BaseException:
            self.stop()
            raise
        return self._value

    def fork(self, *descriptors: int) -> int:
        """One more child, with these descriptors; its process id. OutOfReach if there can be none."""
        try:
            return self._fork(descriptors)
        except _Gone:
            if not self._ready:
                raise
            self.stop()  # it was killed meanwhile; a new one may do
            return self._fork(descriptors)

    def kill(self, child: int) -> None:
        """Kill it if it still lives. Its parent does that: nobody else can be sure whose the number is by now."""
        if child in self._living:
            with contextlib.suppress(OSError):
                self._control.send(b"kill %d" % child)

    def ended(self, child: int, seconds: float) -> Ended | None:
        """How this child ended, told once; None if it still lives after so many seconds."""
        until = time.monotonic() + seconds
        try:
            while child in self._living:
                if not select.select([self._control], [], [], max(0.0, until - time.monotonic()))[0]:
                    return None
                self._hear(until)
        except _Gone:
            self.stop()
        return self._ended.pop(child, Ended(-signal.SIGKILL))  # whose parent was killed, was killed

    def stop(self) -> None:
        """End the process and all its children."""
        if self._process is None:
            return
        self._control.close()
        self._process.kill()
        self._process.wait()
        self._process = None
        self._ready = False
        self._living.clear()
        self._ended.clear()

    def _fork(self, descriptors: tuple[int, ...]) -> int:
        self.ready()
        try:
            socket.send_fds(self._control, [b"fork"], list(descriptors))
        except OSError as fault:
            raise self._gone() from fault
        until = time.monotonic() + BIRTH
        while not (child := self._hear(until)):
            pass
        return child

    def _hear(self, until: float) -> int | None:
        """Take one message in; the process id if a child was born."""
        self._control.settimeout(max(0.001, until - time.monotonic()))
        try:
            message = json.loads(self._control.recv(MESSAGE) or b"{}")
        except TimeoutError as fault:
            raise OutOfReach("a process that reads mail did not start in time; is the machine too busy?") from fault
        except OSError as fault:
            raise self._gone() from fault
        match message:
            case {"ready": value}:
                self._value, self._ready = value, True
            case {"born": int(child)}:
                self._living.add(child)
                return child
            case {"ended": int(child), "code": int(code), "peak": int(peak)}:
                self._living.discard(child)
                self._ended[child] = Ended(code, peak)
            case {"refused": str(why)}:
                raise OutOfReach(f"cannot start a process: {why}")
            case {"fault": str(kind), "problems": list(problems)}:
                raise getattr(errors, kind, HarvesterError)(problems)
            case {"bug": str(trace)}:
                raise RuntimeError(f"in the process that reads mail:\n{trace}")
            case _:
                raise self._gone()
        return None

    def _gone(self) -> _Gone:
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        return _Gone(
            f"a process that reads mail ended unexpectedly (exit code {self._process.poll()}); the next run goes on"
        )


def _environment() -> dict[str, str]:
    """No secrets, and no threads in numpy: a process with threads must not fork."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PYTHON")}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
