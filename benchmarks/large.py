"""A large mailbox, from its first mail to its last verdict: ``python benchmarks/large.py [COUNT...] [--mails FOLDER]``.

For each COUNT (2,000, 20,000 and 100,000 by default) a private Dovecot gets so many mails, made by replies.py or taken
from below FOLDER, and an empty request's folder as it ships reads them: first run, a run without news, and every stored
reply judged anew, as after a change of rules. Seconds by the clock and of CPU, and the memory (PSS), are those of all
processes of the command; sizes are those of the data folder.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

from peers import harvester, request
from replies import make
from servers import start_dovecot
from watch import Watch

COUNTS = (2_000, 20_000, 100_000)


def mails(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".jsonl":
            yield path.read_bytes()


def timed(what: str, count: int, line: list[str]) -> dict:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    begun = time.monotonic()
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    with Watch(process.pid, every=0.5) as seen:
        said, complaints = process.communicate()
    wall = time.monotonic() - begun
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{what}: exit {process.returncode}: {complaints[-800:]}")
    print(
        f"{count:>8} {what:24} {wall:8.1f} s {count / wall:7.0f} mails/s {seen.cpu_seconds:8.1f} CPU s "
        f"{1000 * seen.cpu_seconds / count:6.2f} ms a mail {seen.bytes / 1e6:5.0f} MB",
        flush=True,
    )
    return json.loads(said) if said.strip() else {}


def size(path: Path) -> int:
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS)
    parser.add_argument("--mails", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = request(Path(scratch) / "request", made_rules=False)
        for count in options.counts:
            place = Path(scratch) / str(count)
            place.mkdir()
            folder = options.mails or place / "mails"
            if options.mails is None:
                make(folder, count, options.seed)
            server = start_dovecot(place / "imap", islice(mails(folder), count))
            try:
                run = harvester(server, home, place, "INBOX", (), "run")
                tally = timed("first run", count, run)
                timed("no news", count, run)
                again = harvester(server, home, place, "INBOX", (), "classify", "--all")
                timed("all judged anew", count, again)
            finally:
                server.stop()
            data = place / "data"
            base = sum(one.stat().st_size for one in data.glob("harvester.db*"))
            print(f"         {tally}\n         database {base / 1e6:.0f} MB, all {size(data) / 1e6:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
