"""Stage by stage beside the least: ``python benchmarks/stages.py [--count 2000] [--rounds 3] [--mails FOLDER]``.

The code of a whole run in one process, so that its CPU time can be told apart, against a real Dovecot that holds mails
made by replies.py or all files below FOLDER; by turns with least.py, the median of the rounds. Both have 2,000 phrases
and 300 rules with gaps and read no documents. What a run's processes cost each other (pipes, memory that is copied,
what each of two workers has to learn) comes on top: see peers.py and large.py.
"""

import argparse
import gc
import json
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tests")]

REST = "the rest"


class Stages:
    """CPU seconds of this process by stage; a stage within another is taken out of it."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._stage, self._since = REST, time.process_time()

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        outer = self._enter(stage)
        try:
            yield
        finally:
            self._enter(outer)

    def until_now(self) -> dict[str, float]:
        self._enter(self._stage)
        return dict(self._seconds)

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def done(*words: Any, **named: Any) -> Any:
            outer = self._enter(stage)
            try:
                return work(*words, **named)
            finally:
                self._enter(outer)

        return done

    def step_by_step(self, stage: str, work: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """The same for a generator, whose caller works between its steps."""

        @wraps(work)
        def steps(*words: Any, **named: Any) -> Iterator[Any]:
            running = work(*words, **named)
            while True:
                with self.of(stage):
                    one = next(running, None)
                if one is None:
                    return
                yield one

        return steps

    def _enter(self, stage: str) -> str:
        now = time.process_time()
        self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._since
        left, self._stage, self._since = self._stage, stage, now
        return left


def watch(stages: Stages) -> None:
    """From here on whoever calls these is timed."""
    from harvester import filing, harvest, understand
    from harvester.mailbox.imap import ImapMailbox
    from harvester.message import reader
    from harvester.message.enclosures import Enclosures
    from harvester.message.known import KnownTexts
    from harvester.store import replies

    for stage, owner, name in (
        ("fetch", ImapMailbox, "open"), ("fetch", ImapMailbox, "uids"), ("keep the mails", harvest, "kept_safe"),
        ("take apart", reader, "open_mail"), ("text, links", reader, "readable"), ("text, links", reader, "links_of"),
        ("whose words", KnownTexts, "look"), ("whose words", reader, "segment"), ("keep files", Enclosures, "read"),
        ("rules", understand, "judge"), ("decide", filing, "decide"),
        ("store", replies, "take_in"), ("store", replies, "store_understood"),
    ):  # fmt: skip
        setattr(owner, name, stages.timed(stage, getattr(owner, name)))
    ImapMailbox.batches = stages.step_by_step("fetch", ImapMailbox.batches)


class Alone:
    """Stands in for ``Workers``: understands here, and hands over as they do."""

    def __init__(self, recipe: Any, stages: Stages) -> None:
        from harvester.message.reader import Reader
        from harvester.store.vault import Vault
        from harvester.understand import understand
        from harvester.worker import FIRST_MAIL, RUBBISH, classifier_of, keeper, pack_values

        keep, classifier = keeper(recipe), classifier_of(recipe)
        reader = Reader(recipe.known_texts, recipe.limits, None, recipe.letters)
        self._understand = lambda raw: understand(raw, reader, classifier, keep)
        self._vault, self._stages = Vault(recipe.vault), stages
        self._understand(FIRST_MAIL)
        pack_values()
        gc.freeze()
        gc.set_threshold(RUBBISH)  # as in a worker

    def __enter__(self) -> "Alone":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def understand(self, jobs: Iterable[Any], ahead: Iterable[Any] = ()) -> Iterator[Any]:
        from harvester.worker import Done

        for job in jobs:
            with self._stages.of("hand over"):
                raw = self._vault.get(job.sha256)
            understanding = self._understand(raw)
            with self._stages.of("hand over"):
                code = understanding.message.quarantine or ""
                done = pickle.loads(pickle.dumps(Done(job.key, understanding, code)))
            yield done


def ours(path: str, *settings: str) -> None:
    """A run in this process, which prints what least.py does."""
    from harvester.config import load
    from harvester.harvest import harvest
    from harvester.store.engine import Store
    from harvester.store.lock import RunLock
    from harvester.workers import recipe_of
    from harvester.workshop import Workshop

    config = load(Path(path), settings)
    stages = Stages()
    store = Store.open(config.store.url, config.store.data)
    with RunLock(store) as lock:
        shop = Workshop(config, store, lock, datetime.now(UTC))
        shop.workers = Alone(recipe_of(config, mails=1_000), stages)
        watch(stages)
        begun = stages.until_now()[REST]
        harvest(shop)
        seconds = stages.until_now()
    store.close()
    print(json.dumps({"mails": shop.tally.fetched, "seconds": seconds | {REST: seconds[REST] - begun}}))


def main() -> None:
    from peers import request, settings_for
    from servers import start_dovecot

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mails", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        home = request(scratch / "made", made_rules=True)
        server = start_dovecot(scratch / "imap", mails(options.mails, options.count, scratch))
        where = (server.host, str(server.port), server.user, server.password, "INBOX")
        try:
            costs: dict[str, list[dict[str, float]]] = {"least": [], "ours": []}
            for _ in range(options.rounds):
                place = Path(tempfile.mkdtemp(dir=scratch))
                said = [*settings_for(server, home, place, "INBOX"), "classify.documents=false"]
                costs["ours"].append(measured([__file__, "--ours", str(home / "harvester.toml"), *said]))
                costs["least"].append(measured([str(HERE / "least.py"), *where, tempfile.mkdtemp(dir=scratch)]))
        finally:
            server.stop()
    table(*costs.values())


def mails(folder: Path | None, count: int, scratch: Path) -> list[bytes]:
    from replies import make

    if folder is None:
        make(folder := scratch / "mails", count, 1)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".jsonl")
    return [path.read_bytes() for path in files[:count]]


def measured(line: list[str]) -> dict[str, float]:
    """Milliseconds a mail by stage."""
    said = json.loads(subprocess.run([sys.executable, *line], check=True, capture_output=True, text=True).stdout)
    return {stage: seconds / said["mails"] * 1000 for stage, seconds in said["seconds"].items()}


def table(least: list[dict[str, float]], ours_: list[dict[str, float]]) -> None:
    print("| ms CPU a mail | the least | ours | times |\n| --- | --- | --- | --- |")
    stages = [*dict.fromkeys([stage for one in (*least, *ours_) for stage in one if stage != REST]), REST]
    rows = {
        stage: [statistics.median(one.get(stage, 0.0) for one in some) for some in (least, ours_)] for stage in stages
    }
    rows["all"] = [statistics.median(sum(one.values()) for one in some) for some in (least, ours_)]
    for stage, (low, high) in rows.items():
        times = f"{high / low:.1f}" if low > 0.005 else ""
        print(f"| {stage} | {low:.2f} | {high:.2f} | {times} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        ours(*sys.argv[2:])
    else:
        main()
