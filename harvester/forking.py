"""The life of a fork server's process: load, say so, then fork whenever asked, until the other end closes.

Messages are JSON, one a packet. The loaded pages are shared by all children until somebody writes on them.
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
import sys
from collections.abc import Callable
from importlib import import_module

from harvester.errors import HarvesterError

PR_SET_PDEATHSIG = 1
MOST_FDS = 8
OUT_OF_MEMORY = 9
"""Exit code of a child that Python itself refused more memory."""
TOLD = 60_000  # bytes of faults that fit into one message

Live = Callable[[list[int]], None]
"""What a child does with the descriptors it was given; the child ends when it returns."""


def main(control_fd: str, parent: str, prepare: str) -> None:
    """``parent``: who started us; 0 if that was a thread, then only the closed socket tells us to end."""
    if int(parent):
        die_with_parent(int(parent))
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))  # the soft one is our parent's own clock
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # they reach whole groups: who started us decides when we end
    control = socket.socket(fileno=int(control_fd))
    try:
        gc.disable()  # what is loaded stays; to look for rubbish in it costs more than a second
        setup = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the process that started us)
        module, _, function = prepare.partition(":")
        live, value = getattr(import_module(module), function)(setup)
    except HarvesterError as fault:
        _say(control, fault=type(fault).__name__, problems=_that_fit(fault.problems))
        return
    except Exception:
        import traceback

        _say(control, bug=traceback.format_exc()[-8000:])
        return
    gc.collect()
    with contextlib.suppress(AttributeError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)  # what loading needed and left: tens of megabytes
    gc.freeze()  # the children's collectors leave the shared pages alone
    gc.enable()
    _say(control, ready=value)
    _serve(control, live)


def die_with_parent(parent: int) -> None:
    """Be killed by the kernel when the parent ends, however it ends (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it ended before we asked


def at_most(what: int, most: int) -> None:
    """Lower a limit of this process for good (setrlimit(2)); one that is lower already stays."""
    _, hard = resource.getrlimit(what)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, allowed))


def _serve(control: socket.socket, live: Live) -> None:
    waking, wake = socket.socketpair()
    for end in (waking, wake):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    me = os.getpid()
    living: set[int] = set()
    while True:
        ready = select.select([control, waking], [], [])[0]
        if waking in ready:
            waking.recv(4096)
            _bury(control, living)
        if control not in ready:
            continue
        try:
            order, descriptors, _, _ = socket.recv_fds(control, 64, MOST_FDS, socket.MSG_CMSG_CLOEXEC)
        except ConnectionResetError:
            return
        match order.split():
            case [b"fork"]:
                try:
                    child = os.fork()
                except OSError as fault:
                    _say(control, refused=fault.strerror)
                    child = -1
                if child == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for end in (control, waking, wake):
                        end.close()
                    _be(me, live, descriptors)
                for descriptor in descriptors:
                    os.close(descriptor)
                if child > 0:
                    living.add(child)
                    _say(control, born=child)
            case [b"kill", number] if int(number) in living:
                os.kill(int(number), signal.SIGKILL)
            case [b"kill", _]:
                pass  # it ended meanwhile
            case _:
                return  # nobody wants us any more


def _be(parent: int, live: Live, descriptors: list[int]) -> None:
    """The child: never returns."""
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


def _bury(control: socket.socket, living: set[int]) -> None:
    """Tell about every child that has ended; one signal may stand for several."""
    with contextlib.suppress(ChildProcessError):
        while True:
            child, status, used = os.wait4(-1, os.WNOHANG)
            if child == 0:
                return
            living.discard(child)
            _say(control, ended=child, code=os.waitstatus_to_exitcode(status), peak=used.ru_maxrss * 1024)


def _that_fit(problems: list[str]) -> list[str]:
    told: list[str] = []
    left = TOLD
    for number, problem in enumerate(problems):
        left -= len(json.dumps(problem))
        if left < 0:
            return [*told, f"and {len(problems) - number} more"]
        told.append(problem)
    return told


def _say(control: socket.socket, **message: object) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        control.send(json.dumps(message).encode())
