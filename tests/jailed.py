"""Children of the extraction process that do not read files: they probe their jail, or misbehave as told."""

import ctypes
import json
import os
import signal
import socket
import time
from collections.abc import Callable

from harvester.forking import Live
from harvester.message.documents.confinement import clock, confine, limit
from harvester.model import Limits

READ = b'["read", "fine", [], []]\n'

turned = False  # "turncoat" read a file in this process before


def told(limits: Limits) -> tuple[Live, bool]:
    """What each file says after ``%PDF-``, under the limits of every child."""
    complete = confine()

    def live(descriptors: list[int]) -> None:
        file, line = descriptors
        limit(limits)
        while how := os.read(line, 1_000):
            clock(json.loads(how)["seconds"])
            behave(os.pread(file, 10_000, 0).removeprefix(b"%PDF-").decode(), limits, file, line)
            clock(0)

    return live, complete


def behave(what: str, limits: Limits, file: int, line: int) -> None:
    match what:
        case "loop":
            while True:
                pass
        case "sleep":
            time.sleep(1_000)
        case "deaf":
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
            time.sleep(1_000)
        case "crash":
            ctypes.string_at(0)
        case "eat":
            bytearray(limits.document_bytes)
        case "exit":
            os._exit(3)
        case "leave":
            os.write(line, READ)
            os._exit(0)
        case "patricide":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(1_000)
        case "flood":
            while True:
                os.write(line, b"x" * 60_000)
        case "probe":
            os.write(line, json.dumps(["read", "\n".join(probed(file)), [], []]).encode() + b"\n")
        case "who":
            os.write(line, json.dumps(["read", str(os.getpid()), [], []]).encode() + b"\n")
        case "twice":
            os.write(line, READ + READ)
        case "turncoat":
            global turned
            os.write(line, b'["damaged", "", [], []]\n' if turned else READ)
            turned = True
        case "ok":
            os.write(line, READ)
        case said:
            os.write(line, said.encode() + b"\n")


def unlimited(_: Limits) -> tuple[Live, bool]:
    """The jail of the process itself, without the limits that its children add."""
    complete = confine()

    def live(descriptors: list[int]) -> None:
        file, line = descriptors
        os.read(line, 1_000)
        port, outside = map(int, os.pread(file, 1_000, 0).rpartition(b"-")[2].split())
        found = {
            "connect": _try(lambda: socket.socket().connect((b"127.0.0.1", port))),
            "read": _try(lambda: os.open("/etc/passwd", os.O_RDONLY)),
            "write": _try(lambda: os.open("/written", os.O_CREAT | os.O_WRONLY)),
            "make": _try(lambda: os.mkdir("/made")),
            "signal": _try(lambda: os.kill(outside, 0)),
            "environment": " ".join(os.environ),
        }
        os.write(line, json.dumps(["read", json.dumps(found), [], []]).encode() + b"\n")

    return live, complete


def probed(file: int) -> list[str]:
    return [
        f"{name}: {_try(probe)}"
        for name, probe in (
            ("socket", socket.socket),
            ("pipe", os.pipe),
            ("open", lambda: os.open("/", os.O_RDONLY)),
            ("write", lambda: os.write(file, b"x")),
            ("memory", lambda: bytearray(600_000_000)),
        )
    ]


def _try(probe: Callable[[], object]) -> str:
    try:
        probe()
    except (OSError, MemoryError) as fault:
        return type(fault).__name__ if isinstance(fault, MemoryError) else os.strerror(fault.errno or 0)
    return "allowed"
