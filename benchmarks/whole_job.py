"""The whole job against a real Dovecot over IMAPS: ``python benchmarks/whole_job.py [MAILS TRUTH.jsonl] [--kills 20]``.

MAILS is a folder of mails (searched below); TRUTH has one JSON object a mail: file, from, message_id, links,
language, duplicate_of, ``machine`` or ``must_not_acknowledge``, and attachments (hashes, or objects with sha256).
Without both, 2,000 mails are made by replies.py. Prints agreement with the truth, times, what a second run does and
what reconcile says; with --kills the job is ended by SIGKILL so many times before it may run to its end.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "tests")]

from replies import make
from watch import Watch
from world import World


def hashes(truth: dict) -> set[str]:
    return {one if isinstance(one, str) else one["sha256"] for one in truth["attachments"] or ()} - {None}


def targets(truth: dict) -> set[str]:
    return {link if isinstance(link, str) else link["target"] for link in truth["links"]}


def is_machine(truth: dict) -> bool:
    return bool(truth["machine"] if "machine" in truth else truth["must_not_acknowledge"])


def judged(truth: dict, got: dict) -> Iterator[tuple[str, bool, object]]:
    """(what, right, what we said) for each thing that the truth knows of this mail."""
    yield "from", (got["from"] or "").lower() == truth["from"].lower(), got["from"]
    yield "subject", got["subject"].split() == (truth["subject"] or "").split(), got["subject"]
    yield "number of attachments", len(got["attachments"]) == len(truth["attachments"] or ()), got["attachments"]
    have = {one["sha256"] for one in got["attachments"]}
    yield "hashes of attachments", hashes(truth) <= have, have
    if is_machine(truth):
        state = got["acknowledgement"]["state"]
        yield "machine is not answered", state == "withheld" and not got["acknowledgement"]["answer"], state
        return
    found = {one["url"] for one in got["links"] if not one["found_in"].startswith("attachment:")}
    yield "links", targets(truth) == found, found ^ targets(truth)
    yield "language", got["language"] == truth["language"], got["language"]


def thread_duplicate(truth: dict, mails: list[dict], original: str | None) -> tuple[str, bool, object]:
    """A second delivery of the same bytes is a second location; other bytes make a second row, marked."""
    marked = [mail for mail in mails if "duplicate" in mail["acknowledgement"]["reasons"]]
    if truth["duplicate_of"]:
        right = len(mails) == 1 or len(marked) == len(mails) - 1
    else:
        right = original is not None or not marked
    return "duplicates", right, [mail["id"] for mail in marked]


def agreement(truths: list[dict], replies: list[dict]) -> dict[str, Counter]:
    """Right and wrong for each thing, matched by Message-ID."""
    score: dict[str, Counter] = {}
    by_id: dict[str, list[dict]] = {}
    for one in replies:
        by_id.setdefault(one["message_id"], []).append(one)
    repeated = {t["message_id"] for t in truths if t["duplicate_of"]}
    for truth in truths:
        if not truth["message_id"]:
            continue
        mails = by_id.get(truth["message_id"], [])
        said = [("stored", bool(mails), truth["message_id"])]
        if mails:
            said += judged(truth, mails[0])
            again = truth["message_id"] if truth["message_id"] in repeated else None
            said.append(thread_duplicate(truth, mails, again))
        for what, right, got in said:
            score.setdefault(what, Counter())[right] += 1
            if not right and score[what][False] <= 5:
                print(f"  {what}: {truth['file']}: {got!r}"[:400])
    return score


def killed(world: World, times: int) -> None:
    """Runs that end at a random moment."""
    for _ in range(times):
        run = subprocess.Popen(world.command("run"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.4, 2.5))
        if run.poll() is None:
            run.kill()
        run.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mails", nargs="?", type=Path)
    parser.add_argument("truth", nargs="?", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, World(Path(scratch)) as world:
        folder = options.mails or Path(scratch) / "mails"
        if options.mails is None:
            make(folder, options.count, options.seed)
        truths = [json.loads(line) for line in (options.truth or folder / "truth.jsonl").open(encoding="utf-8")]
        files = {path.name: path for path in folder.rglob("*") if path.is_file()}
        world.serve([files[truth["file"]].read_bytes() for truth in truths], tls=True)
        killed(world, options.kills)
        begin = time.monotonic()
        process = subprocess.Popen(
            world.command("run", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with Watch(process.pid) as seen:
            said, complaints = process.communicate()
        wall = time.monotonic() - begin
        print(f"first run   exit {process.returncode}", said.strip() or complaints)
        print(
            f"{len(truths)} mails on {os.cpu_count()} cores: {wall:.1f} s wall, {seen.cpu_seconds:.1f} CPU s, "
            f"{seen.bytes / 1e6:.0f} MB at most (PSS), of all processes"
        )
        print("second run ", world.run())
        print("reconcile  ", world.json("reconcile")["totals"])
        export = Path(scratch) / "all.jsonl"
        world.call("export", "jsonl", "--to", str(export))
        replies = [json.loads(line) for line in export.open(encoding="utf-8")]
        for what, score in agreement(truths, replies).items():
            print(f"{what:26} {score[True]:6} of {score.total():6}  {score[True] / score.total():.4f}")
        letters = Counter(world.letters())
        people = {t["from"].lower() for t in truths if not is_machine(t)}
        machines = {t["from"].lower() for t in truths if is_machine(t)} - people
        states = Counter(one["acknowledgement"]["state"] for one in replies)
        print(f"answers: {dict(states)}")
        to_machines = sum(n for to, n in letters.items() if to.lower() in machines)
        print(f"letters: {letters.total()}, to machines: {to_machines}")


if __name__ == "__main__":
    main()
