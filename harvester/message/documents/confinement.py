"""What a process gives up before it touches the files of strangers.

Taken for good and once: network, file system, other processes, capabilities (``confine``). Taken by each child:
memory and every new descriptor (``limit``), which alone forbids to open a file or a connection; time, for each file
(``clock``).
"""

import contextlib
import ctypes
import os
import resource
import signal

from harvester.forking import at_most
from harvester.model import Limits

CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CAPABILITY_VERSION_3 = 0x20080522
EMPTY_PLACE = "/proc/self/fdinfo"  # every process has it, nobody can write there


def confine() -> bool:
    """Leave network, file system and all other processes, give up all rights; False if the kernel refuses a part.

    Whatever a child may import must be loaded before. Returns in a child of the process that called.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    away = libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWPID) == 0
    if away:
        _go_on_as_the_first()
    try:
        os.chroot(EMPTY_PLACE)
        os.chdir("/")
    except OSError:
        away = False
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # no process beside us may look into this one
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    powerless: bool = libc.capset(header, (ctypes.c_uint32 * 6)()) == 0
    return away and powerless


def _go_on_as_the_first() -> None:
    """pid_namespaces(7): only children get into the new namespace, where nobody outside has a number to be
    signalled by. The process outside waits, and each of the two ends with the other.
    """
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(abs(os.waitstatus_to_exitcode(status)))
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def limit(limits: Limits) -> None:
    """From now on: so much memory, no new descriptor, no byte into any file, no process."""
    at_most(resource.RLIMIT_AS, limits.document_bytes)
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE):
        at_most(what, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def clock(seconds: float) -> None:
    """After so many seconds this process is killed, whatever it is stuck in; 0: not any more."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def jail() -> str:
    """``full`` if this kernel grants all of it, else ``partial``; tried in a child that ends at once."""
    child = os.fork()
    if child == 0:
        granted = False
        with contextlib.suppress(BaseException):
            granted = confine()
        os._exit(0 if granted else 1)
    _, status = os.waitpid(child, 0)
    return "full" if status == 0 else "partial"
