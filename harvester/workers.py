"""The processes that run ``understand`` under hard limits of memory and time.

One pipe a worker: when one dies (memory, time, a crash in a C library) only its own mail is affected. That mail is
tried again alone in a fresh worker, three times in all, then given up as ``worker-died``.
"""

import contextlib
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import wait

from harvester.config import Config
from harvester.errors import HarvesterError
from harvester.fork_server import ForkServer
from harvester.forking import OUT_OF_MEMORY
from harvester.worker import Done, Job, Recipe

__all__ = ["Done", "Job", "Recipe", "Workers", "recipe_of"]

TRIES = 3
RETIRED_AFTER = 2_000  # mails: whatever a library never gives back goes with the process
GRACE = 30.0  # seconds in which a worker whose time is up must be gone; the kernel needs none unless it is stuck


MANY = 400  # mails for which it pays to make every language ready


def recipe_of(config: Config, *, keep: bool = True, mails: int = 0) -> Recipe:
    """``keep=False`` touches nothing on disk but a rulebook cache that is already there."""
    from harvester.acknowledge.our_words import our_words

    return Recipe(
        known_texts=config.request_texts(),
        letters=our_words(config, config.cache_folder(make=True) if keep else None),
        rules=config.classify.rules,
        cache=config.cache_folder(make=keep),
        vault=config.store.data / "vault" if keep else None,
        limits=config.limits,
        documents=config.classify.documents,
        many=mails >= MANY,
    )


class Workers:
    """Up to ``count`` processes, forked from one that has loaded everything; use as a context manager.

    ``prepare``: see ``ForkServer``; tests have workers of other trades.
    """

    def __init__(self, recipe: Recipe, count: int, prepare: str = "harvester.worker:prepare") -> None:
        self._recipe = recipe
        self._count = max(1, count)
        self._server = ForkServer(prepare, recipe)
        self._crew: list[_Worker] = []

    def __enter__(self) -> "Workers":
        self._server.start()  # it loads while we do something else
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._crew:
            worker.pipe.close()
        self._server.stop()

    def understand(self, jobs: Iterable[Job]) -> Iterator[Done]:
        """Outcomes in the order in which they are ready; every job comes back exactly once.

        Raises what a person can put right: ConfigError for rules, OutOfReach for a full disk.
        """
        waiting = iter(jobs)
        struck: list[tuple[Job, str]] = []
        try:
            while busy := self._at_work(waiting):
                for worker in _heard(busy):
                    job, answer = worker.answer()
                    if isinstance(answer, Done):
                        yield answer
                    else:
                        self._crew.remove(worker)
                        struck.append((job, answer))
            for job, cause in struck:
                yield self._alone(job, cause)
        finally:  # nobody waits for these answers any more
            for worker in [one for one in self._crew if one.job is not None]:
                self._dismiss(worker)

    def _at_work(self, waiting: Iterator[Job]) -> list["_Worker"]:
        """Those who have a job, after everybody was given one."""
        for worker in [one for one in self._crew if one.job is None and one.jobs_done >= RETIRED_AFTER]:
            self._dismiss(worker)
        idle = [one for one in self._crew if one.job is None]
        busy = [one for one in self._crew if one.job is not None]
        while len(busy) < self._count and (job := next(waiting, None)):
            worker = idle.pop() if idle else self._hired()
            worker.give(job)
            busy.append(worker)
        return busy

    def _alone(self, job: Job, cause: str) -> Done:
        """A mail during which a worker died, while nobody else works, each time in a worker that did nothing before."""
        for _ in range(TRIES - 1):
            worker = self._hired()
            worker.give(job)
            _heard([worker])
            _, answer = worker.answer()
            self._dismiss(worker)
            if isinstance(answer, Done):
                return answer
            cause = answer
        return Done(job.key, None, "worker-died", f"{cause}; tried {TRIES} times")

    def _hired(self) -> "_Worker":
        worker = _Worker(self._server, self._recipe)
        self._crew.append(worker)
        return worker

    def _dismiss(self, worker: "_Worker") -> None:
        self._crew.remove(worker)
        worker.end()


class _Worker:
    """One process and our end of its pipe."""

    def __init__(self, server: ForkServer, recipe: Recipe) -> None:
        self._server, self._recipe = server, recipe
        self.pipe, theirs = Pipe()
        with theirs:
            self._child = server.fork(theirs.fileno())
        self.job: Job | None = None
        self.jobs_done = 0
        self.deadline = 0.0

    def give(self, job: Job) -> None:
        self.job = job
        self.deadline = time.monotonic() + self._recipe.seconds + GRACE
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send(job)  # a dead worker shows when we wait for its answer

    def answer(self) -> tuple[Job, Done | str]:
        """The job and what became of it, or a sentence on how the worker died over it."""
        assert self.job is not None
        job = self.job
        try:
            answer = self.pipe.recv() if self.pipe.poll() else None
        except (EOFError, ConnectionResetError):
            answer = None
        if answer is None:
            ended = self._server.ended(self._child, 1.0)
            self.end()
            return job, self._cause(ended.code if ended else None)
        self.job = None
        self.jobs_done += 1
        if isinstance(answer, HarvesterError):
            raise answer
        assert isinstance(answer, Done)
        return job, answer

    def end(self) -> None:
        """Kill it, if it is not dead."""
        self.pipe.close()
        self._server.kill(self._child)
        self._server.ended(self._child, GRACE)

    def _cause(self, code: int | None) -> str:
        limits = self._recipe.limits
        if code is None:
            return "the process that read this mail did not answer"
        if code == -signal.SIGPROF:
            return f"this mail took more than {limits.mail_seconds:g} seconds of computing"
        if code == -signal.SIGALRM:
            return f"this mail took more than {self._recipe.seconds:g} seconds"
        if code == OUT_OF_MEMORY:
            return f"this mail took more than {limits.worker_bytes // 1_000_000} MB of memory"
        if code < 0:
            return f"the process that read this mail was killed ({signal.Signals(-code).name})"
        return f"the process that read this mail ended with exit code {code}"


def _heard(busy: Sequence[_Worker]) -> list[_Worker]:
    """Wait for whoever has an answer, died, or ran out of time."""
    seconds = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
    ready = wait([worker.pipe for worker in busy], timeout=seconds)
    now = time.monotonic()
    return [worker for worker in busy if worker.pipe in ready or now >= worker.deadline]
