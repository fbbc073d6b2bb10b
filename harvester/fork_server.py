"""A process that has loaded what its children need, and forks one at every order.

A fresh Python costs a tenth of a second, spaCy and a rulebook a second more; a fork costs a millisecond and
shares their memory. The server is started by exec with every descriptor closed but its own, so neither it nor
a child ever holds the run lock or a connection. It ends with the process that started it, its children with it.
"""

import contextlib
import ctypes
import gc
import json
import os
import pickle
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from harvester import errors
from harvester.errors import HarvesterError, OutOfReach

PR_SET_PDEATHSIG = 1
MESSAGE = 100_000  # bytes of one message on the control socket
MOST_FDS = 8

KEPT = frozenset({"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "HARVESTER_FAULT"})

Live = Callable[[list[int]], None]
"""What a child does with the descriptors it was given; the child ends when it returns."""

BOOT = "import sys; sys.path[:] = sys.argv[4:]; from harvester.fork_server import main; main(*sys.argv[1:4])"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: ``os.waitstatus_to_exitcode`` (negative: a signal) and the memory it had at most."""

    code: int
    peak: int = 0  # bytes


class ForkServer:
    """Our end. ``prepare`` names a function (``module:function``) that is called once in the new process with
    ``setup`` and returns what the children shall do; a HarvesterError that it raises is raised by ``ready``.

    ``isolated``: empty environment, no site packages of its own, nothing on stderr.
    """

    def __init__(self, prepare: str, setup: object, *, isolated: bool = False) -> None:
        self._ended: dict[int, Ended] = {}
        self._value: Any = None
        self._is_ready = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # the kernel ties a child's life to the thread that started it, and only the main one lasts
        parent = os.getpid() if threading.current_thread() is threading.main_thread() else 0
        options = ["-I", "-S"] if isolated else []
        if sys.dont_write_bytecode:
            options.append("-B")
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, *options, "-c", BOOT, str(theirs.fileno()), str(parent), prepare, *sys.path],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL if isolated else None,
                    pass_fds=[theirs.fileno()],
                    env={} if isolated else _environment(),
                )
        except OSError as fault:
            self._control.close()
            raise OutOfReach(f"cannot start a process: {fault.strerror}") from fault
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            pickle.dump(setup, pipe)

    def ready(self, seconds: float = 60.0) -> Any:
        """Wait until the server has loaded everything; what ``prepare`` had to say."""
        until = time.monotonic() + seconds
        while not self._is_ready:
            self._hear(until)
        return self._value

    def fork(self, *descriptors: int) -> int:
        """One more child with these descriptors; its process id. OutOfReach if the server is gone."""
        self.ready()
        try:
            socket.send_fds(self._control, [b"fork"], list(descriptors))
        except OSError as fault:
            raise self._gone() from fault
        until = time.monotonic() + 20
        while not isinstance(heard := self._hear(until), int):
            pass
        return heard

    def ended(self, child: int, seconds: float) -> Ended | None:
        """How this child ended, told once; None if it still lives after so many seconds."""
        until = time.monotonic() + seconds
        while child not in self._ended:
            if not select.select([self._control], [], [], max(0.0, until - time.monotonic()))[0]:
                return None
            self._hear(until)
        return self._ended.pop(child)

    def stop(self) -> None:
        """End the server and whatever it forked."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _hear(self, until: float) -> int | None:
        """Take one message in; the process id if a child was born."""
        self._control.settimeout(max(0.001, until - time.monotonic()))
        try:
            message = json.loads(self._control.recv(MESSAGE) or b"{}")
        except TimeoutError as fault:
            raise OutOfReach("a process that reads mail did not start in time; the machine is busy") from fault
        except OSError as fault:
            raise self._gone() from fault
        match message:
            case {"ready": value}:
                self._value, self._is_ready = value, True
            case {"born": int(child)}:
                return child
            case {"ended": int(child), "code": int(code), "peak": int(peak)}:
                self._ended[child] = Ended(code, peak)
            case {"fault": str(kind), "problems": list(problems)}:
                raise getattr(errors, kind, HarvesterError)(problems)
            case {"bug": str(trace)}:
                raise RuntimeError(f"in the process that reads mail:\n{trace}")
            case _:
                raise self._gone()
        return None

    def _gone(self) -> OutOfReach:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        code = self._process.poll()
        return OutOfReach(f"a process that reads mail ended unexpectedly (exit code {code}); the next run goes on")


def _environment() -> dict[str, str]:
    """No secrets, and no threads in numpy: a process with threads must not fork."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PYTHON")}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def die_with_parent(parent: int) -> None:
    """Be killed by the kernel when the parent ends, however it ends (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it ended before we asked


def main(control_fd: str, parent: str, prepare: str) -> None:
    """The server's life: load, say so, then fork whenever asked, until the other end closes."""
    if int(parent):
        die_with_parent(int(parent))
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))  # our parent's own clock
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # they reach whole groups: who started us decides when we end
    control = socket.socket(fileno=int(control_fd))
    try:
        setup = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the process that started us)
        module, _, function = prepare.partition(":")
        live, value = getattr(import_module(module), function)(setup)
    except HarvesterError as fault:
        _say(control, fault=type(fault).__name__, problems=[p[:2000] for p in fault.problems[:40]])
        return
    except Exception:
        import traceback

        _say(control, bug=traceback.format_exc()[-8000:])
        return
    gc.collect()
    gc.freeze()  # the children's collectors leave the shared pages alone
    _say(control, ready=value)
    _serve(control, live)


def _serve(control: socket.socket, live: Live) -> None:
    waking, wake = socket.socketpair()
    for end in (waking, wake):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    me = os.getpid()
    while True:
        ready = select.select([control, waking], [], [])[0]
        if waking in ready:
            waking.recv(4096)
            _bury(control)
        if control in ready:
            order, descriptors, _, _ = socket.recv_fds(control, 64, MOST_FDS)
            if not order:
                return  # nobody wants us any more
            child = os.fork()
            if child == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for end in (control, waking, wake):
                    end.close()
                _be(me, live, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            _say(control, born=child)


def _be(parent: int, live: Live, descriptors: list[int]) -> None:
    code = 1
    try:
        die_with_parent(parent)
        live(descriptors)
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


OUT_OF_MEMORY = 9
"""Exit code of a child that Python itself refused more memory."""


def _bury(control: socket.socket) -> None:
    """Tell about every child that has ended; one signal may stand for several."""
    with contextlib.suppress(ChildProcessError):
        while True:
            child, status, used = os.wait4(-1, os.WNOHANG)
            if child == 0:
                return
            _say(control, ended=child, code=os.waitstatus_to_exitcode(status), peak=used.ru_maxrss * 1024)


def _say(control: socket.socket, **message: object) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        control.send(json.dumps(message).encode())
