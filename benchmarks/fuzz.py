"""Coverage-guided fuzzing (atheris) of the header scanner, the segmenter and ``understand``.

    .venv/bin/python -m pip install atheris  # not among what make test installs: it has no wheels for every platform
    nice -n 19 .venv/bin/python benchmarks/fuzz.py headers --runs 10000000

Targets and what must hold are in ``tests/fuzz/``; the suite runs every kept input through them. What is found is
written to ``--found`` (one file a place in the code) and the run goes on; the corpus that grew lies in ``--corpus``.
Counts are printed as they grow: executions of the target, seconds, executions a second, places found.
"""

import argparse
import hashlib
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

REPO = Path(__file__).parent.parent
sys.path.insert(0, str(REPO / "tests"))
sys.path.insert(0, str(REPO))

KEPT = REPO / "tests" / "fuzz" / "corpus"
TELL_EVERY = 50_000
SLOW = 2.0  # seconds for one input: found, too


class Finder:
    """Calls the target, counts, and writes down what raised, once for each place in the code."""

    def __init__(self, target, found: Path, most: float) -> None:
        self.target, self.found = target, found
        self.count, self.places = 0, {}
        self.begun = time.monotonic()
        self.ends = self.begun + most
        self.busy = 0.0
        found.mkdir(parents=True, exist_ok=True)

    def __call__(self, data: bytes) -> None:
        begun = time.process_time()
        try:
            self.target(data)
        except Exception as fault:
            self.note(data, fault)
        took = time.process_time() - begun
        if took > SLOW:
            self.keep(data, f"slow-{len(self.places)}", f"{took:.1f} s of computing")
        self.count += 1
        if self.count % TELL_EVERY == 0:
            self.tell()
            if time.monotonic() > self.ends:
                import os

                os._exit(0)  # libFuzzer has no end that can be asked for

    def note(self, data: bytes, fault: Exception) -> None:
        last = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{Path(last.filename).name}-{last.lineno}-{type(fault).__name__}"
        if place not in self.places:
            self.keep(data, place, "".join(traceback.format_exception(fault)))

    def keep(self, data: bytes, place: str, why: str) -> None:
        self.places[place] = why
        (self.found / f"{place}-{hashlib.sha256(data).hexdigest()[:8]}").write_bytes(data)
        print(f"FOUND {place}: {data!r}\n{why}", flush=True)

    def tell(self) -> None:
        seconds = time.monotonic() - self.begun
        print(f"executions {self.count} seconds {seconds:.0f} each-second {self.count / seconds:.0f} "
              f"places {len(self.places)}", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=("headers", "segments", "understand"))
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=86_400)
    parser.add_argument("--found", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-found")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--longest", type=int, default=96, help="bytes of one input")
    chosen = parser.parse_args()
    import atheris

    with atheris.instrument_imports(include=["harvester.message"]):
        from fuzz import targets

        if chosen.target == "understand":
            from fuzz.whole import understand

            target = targets.understanding(understand())
        else:
            target = getattr(targets, chosen.target)
    corpus = chosen.corpus or Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    corpus.mkdir(parents=True, exist_ok=True)
    if (KEPT / chosen.target).is_dir():
        shutil.copytree(KEPT / chosen.target, corpus, dirs_exist_ok=True)
    finder = Finder(target, chosen.found / chosen.target, chosen.seconds)
    options = [f"-runs={chosen.runs}", f"-max_len={chosen.longest}", "-timeout=60", "-rss_limit_mb=3000"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], finder)
    try:
        atheris.Fuzz()
    finally:
        finder.tell()


if __name__ == "__main__":
    main()
