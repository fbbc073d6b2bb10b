"""A host whose packets get lost, late, doubled or out of order on their way: a network namespace behind a bad wire.

The wire is two TUN devices and a thread that carries IP packets between them, so that the kernel's own TCP has to cope;
`tc netem` would do the same, but many kernels come without it. Needs root, iproute2 and /dev/net/tun.
"""

import contextlib
import fcntl
import heapq
import os
import random
import select
import shutil
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_number = count(os.getpid())


@dataclass
class Weather:
    """What happens to each packet; may be changed while packets fly."""

    lost: float = 0.0  # of all packets
    doubled: float = 0.0
    late: float = 0.0  # seconds
    jitter: float = 0.0  # seconds; more than the gap between packets: out of order
    cut: bool = False  # nothing passes, and nobody is told


class Wire:
    """``outside``: the command that a program begins with to run beyond the wire; ``here``: our address for it."""

    def __init__(self, seed: int) -> None:
        number = next(_number)
        subnet = f"10.{150 + number // 250 % 50}.{number % 250}"
        self.here, self.there = f"{subnet}.1", f"{subnet}.2"
        self.weather = Weather()
        self.carried = self.dropped = 0
        self._space, near, far = f"hvbad{number}", f"hvn{number}", f"hvf{number}"
        self.outside = ["ip", "netns", "exec", self._space]
        self._random = random.Random(seed)
        self._ends = (_tun(near), _tun(far))
        ip("netns", "add", self._space)
        ip("link", "set", far, "netns", self._space)
        ip("addr", "add", f"{self.here}/24", "dev", near)
        ip("link", "set", near, "up")
        ip("-n", self._space, "addr", "add", f"{self.there}/24", "dev", far)
        ip("-n", self._space, "link", "set", far, "up")
        ip("-n", self._space, "link", "set", "lo", "up")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join(5)
        for one in self._ends:
            os.close(one)
        with contextlib.suppress(subprocess.CalledProcessError):
            ip("netns", "del", self._space)

    def _carry(self) -> None:
        flying: list[tuple[float, int, int, bytes]] = []
        near, far = self._ends
        while not self._over.is_set():
            wait = max(0.0, min(0.1, flying[0][0] - time.monotonic())) if flying else 0.1
            for end in select.select([near, far], [], [], wait)[0]:
                packet = os.read(end, 65_536)
                for due in self._arrivals():
                    self.carried += 1
                    heapq.heappush(flying, (due, self.carried, far if end == near else near, packet))
            while flying and flying[0][0] <= time.monotonic():
                _, _, end, packet = heapq.heappop(flying)
                with contextlib.suppress(OSError):
                    os.write(end, packet)

    def _arrivals(self) -> Iterator[float]:
        """When this packet arrives: never, once or twice."""
        weather = self.weather
        if weather.cut or self._random.random() < weather.lost:
            self.dropped += 1
            return
        for _ in range(2 if self._random.random() < weather.doubled else 1):
            yield time.monotonic() + weather.late + self._random.random() * weather.jitter


def missing() -> str:
    """Why there can be no such wire on this machine; empty where there can."""
    if os.geteuid():
        return "only root may make network namespaces"
    if not shutil.which("ip"):
        return "no iproute2"
    if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode:
        return "the kernel makes no network namespaces here"
    return "" if os.access("/dev/net/tun", os.R_OK | os.W_OK) else "no /dev/net/tun"


@contextlib.contextmanager
def wire(seed: int = 1) -> Iterator[Wire]:
    made = Wire(seed)
    try:
        yield made
    finally:
        made.end()


def _tun(name: str) -> int:
    """A device that gives and takes whole IP packets; it goes when the descriptor is closed."""
    made = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
    fcntl.ioctl(made, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return made


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
