"""SIGKILL at random moments of a run: ``python benchmarks/kills.py [--kills 20] [--count 300] [--seed 1]``.

Each round has a fresh mailbox (a real Dovecot where there is one) and a fresh SMTP sink; runs are killed until one
comes to its end by itself, then the books are opened: every mail stored, none answered twice. Rounds go on until so
many kills have hit a run at work. Exits with 1 if anything was lost or sent twice.
"""

import argparse
import email
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "tests")]

from replies import make
from world import World


def killed(world: World, longest: float) -> int:
    """Runs that are killed, until one has ended before its moment came; how many were."""
    hits = 0
    while True:
        run = subprocess.Popen(world.command("run"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            run.wait(random.uniform(0.3, longest))
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
            hits += 1
        else:
            return hits


def books(world: World) -> tuple[str, bool]:
    """What came of a round, and whether all of it is right."""
    totals = world.json("reconcile")["totals"]
    states = Counter(row["acknowledgement"]["state"] for row in world.json_lines("list", "--json"))
    answered = Counter(email.message_from_bytes(raw)["In-Reply-To"] for _, raw in world.sink.got)
    twice = [one for one, count in answered.items() if count > 1]
    in_doubt = states["unknown"]
    letters = len(world.sink.got)
    right = not totals["missing"] and not twice and states["sent"] <= letters <= states["sent"] + in_doubt
    return f"{totals}, {dict(states)}, {letters} letters, twice: {len(twice)}", right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    hits, right, number = 0, True, 0
    while hits < options.kills:
        number += 1
        with tempfile.TemporaryDirectory() as scratch, World(Path(scratch)) as world:
            folder = Path(scratch) / "mails"
            make(folder, options.count, options.seed + number)
            truths = [json.loads(line) for line in (folder / "truth.jsonl").open(encoding="utf-8")]
            files = {path.name: path for path in folder.rglob("*") if path.is_file()}
            world.serve([files[truth["file"]].read_bytes() for truth in truths], tls=True)
            begin = time.monotonic()
            hit = killed(world, longest=6.0)
            told, fine = books(world)
            hits, right = hits + hit, right and fine
            print(f"round {number}: {hit} kills in {time.monotonic() - begin:.0f} s: {told}", flush=True)
    print(f"{hits} kills, {'nothing lost, nothing sent twice' if right else 'SOMETHING IS WRONG'}")
    sys.exit(not right)


if __name__ == "__main__":
    main()
