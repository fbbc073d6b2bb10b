"""The processes that run ``understand`` under hard limits of memory and time.

One pipe a worker: when one dies (memory, time, a crash in a C library) only its own mail is affected. That mail is
tried again alone in a fresh worker, three times in all, then given up as ``worker-died``.
"""

import contextlib
import signal
import time
from collections import deque
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
RETIRED_AFTER = 10_000  # mails: whatever a library never gives back goes with the process
GRACE = 30.0  # seconds in which a worker whose time is up must be gone; the kernel needs none unless it is stuck


QUEUE = 64  # jobs that a worker has at most: whoever is done goes on while we look elsewhere
IN_PIPE = 60_000  # bytes of them; a socket holds three times as much
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
        self._early: dict[Job, Done | str] = {}  # begun ahead and answered: what became of it, or how its worker died

    def __enter__(self) -> "Workers":
        self._server.start()  # it loads while we do something else
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._crew:
            worker.pipe.close()
        self._server.stop()

    def understand(self, jobs: Iterable[Job], ahead: Iterable[Job] = ()) -> Iterator[Done]:
        """Outcomes in the order in which they are ready; every job comes back exactly once.

        ``ahead``: jobs of the next call, which may be begun when nothing else is left, so that nobody is idle while the
        caller stores what came back. Raises what a person can put right: ConfigError for rules, OutOfReach for a full
        disk.
        """
        waiting, struck = deque[Job](), deque[tuple[Job, str]]()
        known, self._early = self._early, {}
        begun = {job for worker in self._crew for job in worker.jobs}
        wanted: set[Job] = set()
        try:
            for job in jobs:
                early = known.get(job)
                if isinstance(early, Done):
                    yield early
                elif early is not None:
                    struck.append((job, early))
                else:
                    wanted.add(job)
                    if job not in begun:
                        waiting.append(job)
            later = deque(ahead)
            while wanted:
                for worker in _heard(self._at_work(waiting, later if not struck else None)):
                    job, answer = self._answer_of(worker, waiting)
                    if job not in wanted:
                        self._early[job] = answer
                        continue
                    wanted.discard(job)
                    if isinstance(answer, Done):
                        yield answer
                    else:
                        struck.append((job, answer))
            if struck:
                self._finish()
            for job, cause in struck:
                yield self._alone(job, cause)
        except BaseException:  # nobody waits for these answers any more
            for worker in [one for one in self._crew if one.jobs]:
                self._dismiss(worker)
            self._early.clear()
            raise

    def _at_work(self, waiting: deque[Job], later: deque[Job] | None) -> list["_Worker"]:
        """Those who have a job, after everybody was given some: first one each, then what each does next.

        Towards the end everybody is given less, so that nobody waits for one who has a long mail and others behind it.
        """
        for worker in [one for one in self._crew if not one.jobs and one.is_old]:
            self._dismiss(worker)
        for depth in range(1, QUEUE + 1):
            left = len(waiting) + len(later or ())
            if depth > 1 and left < self._count * depth:
                break
            for worker in self._crew:
                if len(worker.jobs) < depth and (job := _next(worker, waiting, later)):
                    worker.give(job)
            while len(self._crew) < self._count and (job := _next(None, waiting, later)):
                self._hired().give(job)
        return [one for one in self._crew if one.jobs]

    def _answer_of(self, worker: "_Worker", waiting: deque[Job]) -> tuple[Job, Done | str]:
        """The next answer of a worker; what a dead one had not begun waits again."""
        job, answer = worker.answer()
        if not isinstance(answer, Done):
            self._crew.remove(worker)
            waiting.extendleft(reversed(worker.jobs))
        return job, answer

    def _finish(self) -> None:
        """Let everybody finish what was begun ahead."""
        rest = deque[Job]()  # of dead workers: the next call asks for it again
        while busy := [one for one in self._crew if one.jobs]:
            for worker in _heard(busy):
                job, answer = self._answer_of(worker, rest)
                self._early[job] = answer

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
        self.jobs = deque[Job]()  # the one that it works on, and those that come next
        self.jobs_done = 0
        self.deadline = 0.0

    @property
    def is_old(self) -> bool:
        return self.jobs_done + len(self.jobs) >= RETIRED_AFTER

    def takes(self, job: Job) -> bool:
        """Whether the pipe holds one more job: else we and the worker could wait for each other for ever."""
        return not self.is_old and sum(len(one.raw) for one in (*self.jobs, job)) <= IN_PIPE

    def give(self, job: Job) -> None:
        if not self.jobs:
            self._begin()
        self.jobs.append(job)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send(job)  # a dead worker shows when we wait for its answer

    def _begin(self) -> None:
        self.deadline = time.monotonic() + self._recipe.seconds + GRACE

    def answer(self) -> tuple[Job, Done | str]:
        """The first job and what became of it, or a sentence on how the worker died over it."""
        job = self.jobs.popleft()
        try:
            answer = self.pipe.recv() if self.pipe.poll() else None
        except (EOFError, ConnectionResetError):
            answer = None
        if answer is None:
            ended = self._server.ended(self._child, 1.0)
            self.end()
            return job, self._cause(ended.code if ended else None)
        self._begin()
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


def _next(worker: _Worker | None, waiting: deque[Job], later: deque[Job] | None) -> Job | None:
    """A job that this worker can take; a new one (None), and one that has nothing to do, can take any."""
    for some in (waiting, later):
        if some:
            fits = worker is None or (worker.takes(some[0]) if worker.jobs else not worker.is_old)
            return some.popleft() if fits else None
    return None


def _heard(busy: Sequence[_Worker]) -> list[_Worker]:
    """Wait for whoever has an answer, died, or ran out of time."""
    seconds = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
    ready = wait([worker.pipe for worker in busy], timeout=seconds)
    now = time.monotonic()
    return [worker for worker in busy if worker.pipe in ready or now >= worker.deadline]
