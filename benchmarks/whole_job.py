"""The whole job against a real Dovecot: ``python benchmarks/whole_job.py [MAILS TRUTH.jsonl] [--kills 20]``.

MAILS is a folder of mails (searched below); TRUTH has one JSON object a mail in the form of replies.py or with the
keys of other generators (file, from, message_id, attachments, links, language, must_not_acknowledge, duplicate_of).
Without both, 2,000 mails are made. Prints agreement with the truth, times, and what a second run does;
with --kills the first run is ended by SIGKILL so many times before.
"""

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "tests")]

from replies import make
from world import World


def targets(truth: dict) -> set[str]:
    return {link if isinstance(link, str) else link["target"] for link in truth["links"]}


def hashes(truth: dict) -> set[str]:
    found = {one if isinstance(one, str) else one["sha256"] for one in truth["attachments"] or ()}
    return found - {None}


def agreement(truths: list[dict], replies: dict[str, dict]) -> dict[str, Counter]:
    """Right and wrong for each thing that the truth knows, by Message-ID."""
    score: dict[str, Counter] = {}

    def count(what: str, right: bool, truth: dict, got: object) -> None:
        score.setdefault(what, Counter())[right] += 1
        if not right and score[what][False] <= 3:
            print(f"  {what}: {truth['file']}: {got!r}")

    for truth in truths:
        if not truth["message_id"]:
            continue
        got = replies.get(truth["message_id"])
        count("stored", got is not None, truth, truth["message_id"])
        if got is None:
            continue
        machine = truth.get("machine", truth.get("must_not_acknowledge"))
        count("from", (got["from"] or "").lower() == truth["from"].lower(), truth, got["from"])
        if "form" not in truth:  # other generators give the subject still encoded
            count("subject", got["subject"] == truth["subject"], truth, got["subject"])
        if truth.get("n_attachments", 0) is not None:
            count(
                "attachments", len(got["attachments"]) == len(truth["attachments"]), truth, got["attachments"]
            )
            have = {one["sha256"] for one in got["attachments"]}
            count("attachment bytes", hashes(truth) <= have, truth, have)
        if not machine:
            found = {one["url"] for one in got["links"] if one["found_in"] in ("own_text", "html")}
            count(
                "links", targets(truth) == found - {f"mailto:{truth['from']}"}, truth, found ^ targets(truth)
            )
            count("language", got["language"] == truth["language"], truth, got["language"])
        else:
            count("machine is not answered", got["acknowledgement"]["state"] == "withheld", truth, truth)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
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
        truths = [
            json.loads(line) for line in (options.truth or folder / "truth.jsonl").open(encoding="utf-8")
        ]
        files = {path.name: path for path in folder.rglob("*") if path.is_file()}
        world.serve([files[truth["file"]].read_bytes() for truth in truths])
        for _ in range(options.kills):
            run = subprocess.Popen(
                [sys.executable, "-m", "harvester.cli", "--config", str(world.config), "run"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            time.sleep(random.uniform(0.5, 6))
            if run.poll() is None:
                os.kill(run.pid, signal.SIGKILL)
            run.wait()
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        first = world.run()
        wall, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print("first run ", first)
        print(
            f"{len(truths)} mails: {wall:.1f} s wall, {cpu:.1f} CPU s of the job's own processes that were waited for"
        )
        print("second run", world.run())
        print("reconcile ", world.json("reconcile")["totals"])
        replies: dict[str, dict] = {}
        export = Path(scratch) / "all.jsonl"
        world.call("export", "jsonl", "--to", str(export))
        duplicates = 0
        for line in export.open(encoding="utf-8"):
            one = json.loads(line)
            replies.setdefault(one["message_id"], one)
            duplicates += "duplicate" in one["acknowledgement"]["reasons"]
        for what, score in agreement(truths, replies).items():
            print(f"{what:26} {score[True]:6} of {score.total():6}  {score[True] / score.total():.4f}")
        print(f"duplicates: {duplicates} marked, {sum(bool(t['duplicate_of']) for t in truths)} in the truth")
        letters = Counter(world.letters())
        machines = {t["from"] for t in truths if t.get("machine", t.get("must_not_acknowledge"))}
        print(
            f"letters: {letters.total()}, to machines: {sum(n for to, n in letters.items() if to in machines)}"
        )


if __name__ == "__main__":
    main()
