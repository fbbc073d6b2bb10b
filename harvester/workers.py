"""The processes that run ``understand`` under hard limits of memory and time.

One pipe a worker: when one dies (memory, time, a crash in a C library) only its own mail is affected.
That mail is tried again alone in a fresh worker, three times in all, then given up as ``worker-died``.
"""

import contextlib
import ctypes
import hashlib
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from harvester.config import Config
from harvester.model import Limits, Understanding
from harvester.store.vault import Vault

TRIES = 3
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """All a worker needs to set itself up; plain values, so that it can be pickled."""

    known_texts: Sequence[str]
    rules: Path
    cache: Path | None
    vault: Path | None  # None: attachments are hashed, not kept
    limits: Limits
    documents: bool


@dataclass(frozen=True, slots=True)
class Job:
    key: int
    sha256: str
    raw: bytes = b""  # where there is no vault to take it from


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a job. ``code`` is the quarantine code; without an Understanding nothing could be read."""

    key: int
    understanding: Understanding | None
    code: str = ""
    detail: str = ""


def recipe_of(config: Config, *, keep: bool = True) -> Recipe:
    """``keep=False`` touches nothing on disk but a rulebook cache that is already there."""
    cache = config.store.data / "cache"
    return Recipe(
        known_texts=config.request_texts(),
        rules=config.classify.rules,
        cache=cache if keep or cache.is_dir() else None,
        vault=config.store.data / "vault" if keep else None,
        limits=config.limits,
        documents=config.classify.documents,
    )


Understander = Callable[[bytes], Understanding]


def build(recipe: Recipe, keep: Callable[[bytes], str]) -> tuple[Understander, contextlib.ExitStack]:
    """``understand`` with everything it needs, for a worker or for ``explain``; close the stack at the end."""
    from harvester.classify import Classifier
    from harvester.classify.rulebook import load
    from harvester.message import Reader
    from harvester.message.documents import Extractor
    from harvester.understand import understand

    stack = contextlib.ExitStack()
    extractor = stack.enter_context(Extractor(recipe.limits)) if recipe.documents else None
    reader = Reader(recipe.known_texts, recipe.limits, extractor)
    classifier = Classifier(load(recipe.rules, recipe.cache))
    return (lambda raw: understand(raw, reader, classifier, keep)), stack


def only_hash(data: bytes) -> str:
    """A ``keep`` that keeps nothing."""
    return hashlib.sha256(data).hexdigest()


class Workers:
    """``count`` processes, started before any thread; use as a context manager."""

    def __init__(self, recipe: Recipe, count: int) -> None:
        self._recipe = recipe
        self._context = multiprocessing.get_context("forkserver")
        # the fork server must not hold the run lock when its parent is killed: it is started by exec
        self._context.set_forkserver_preload(
            ["harvester.workers", "spacy", "mailparser", "selectolax.lexbor"]
        )
        self._workers: list[_Worker] = []
        self._count = max(1, count)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def understand(self, jobs: Iterable[Job]) -> Iterator[Done]:
        """Outcomes in the order in which they are ready; every job comes back exactly once."""
        queue = iter(jobs)
        again: list[tuple[Job, int, str]] = []
        while len(self._workers) < self._count:
            self._workers.append(_Worker(self._context, self._recipe))
        exhausted = False
        while True:
            for worker in self._workers:
                if worker.job is None and not exhausted:
                    job = next(queue, None)
                    exhausted = job is None
                    if job is not None:
                        worker.give(job)
            busy = [w for w in self._workers if w.job is not None]
            if not busy:
                break
            yield from self._collect(busy, again)
        yield from self._alone(again)

    def _collect(self, busy: list["_Worker"], again: list[tuple[Job, int, str]]) -> Iterator[Done]:
        soonest = max(0.0, min(w.deadline for w in busy) - time.monotonic())
        ready = set(wait([w.pipe for w in busy], timeout=soonest + 0.01))
        for worker in busy:
            job = worker.job
            assert job is not None
            if worker.pipe in ready:
                done = worker.take()
                if done is not None:
                    yield done
                    continue
            elif time.monotonic() < worker.deadline:
                continue
            again.append((job, 1, worker.cause()))
            self._replace(worker)

    def _alone(self, again: list[tuple[Job, int, str]]) -> Iterator[Done]:
        while again:
            job, tries, cause = again.pop(0)
            if tries >= TRIES:
                yield Done(job.key, None, "worker-died", cause)
                continue
            worker = self._workers[0]
            worker.give(job)
            wait([worker.pipe], timeout=max(0.0, worker.deadline - time.monotonic()))
            done = worker.take() if worker.pipe.poll() else None
            if done is not None:
                yield done
            else:
                again.insert(0, (job, tries + 1, worker.cause()))
                self._replace(worker)

    def _replace(self, worker: "_Worker") -> None:
        worker.stop(hard=True)
        self._workers[self._workers.index(worker)] = _Worker(self._context, self._recipe)


class _Worker:
    """One process and our end of its pipe."""

    def __init__(self, context: multiprocessing.context.ForkServerContext, recipe: Recipe) -> None:
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        self._recipe = recipe
        self._process: BaseProcess = context.Process(
            target=_work, args=(theirs, recipe, os.getpid()), daemon=False
        )
        self._process.start()
        theirs.close()
        self.job: Job | None = None
        self.deadline = 0.0
        self._fresh = True

    def give(self, job: Job) -> None:
        limits = self._recipe.limits
        seconds = limits.mail_seconds + (limits.documents_seconds if self._recipe.documents else 0.0)
        self.deadline = time.monotonic() + seconds * 2 + (60.0 if self._fresh else 0.0)  # start-up included
        self.job = job
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send(job)  # a dead worker shows when we wait for its answer

    def take(self) -> Done | None:
        """The answer, or None if the process died before it gave one. Set-up faults are raised."""
        try:
            answer = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            return None
        self._fresh = False
        self.job = None
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, Done)
        return answer

    def cause(self) -> str:
        self._process.join(0.2)
        code = self._process.exitcode
        return "no answer in time" if code is None else f"worker ended with exit code {code}"

    def stop(self, hard: bool = False) -> None:
        with contextlib.suppress(OSError):
            self.pipe.close()
        if not hard:
            self._process.join(2)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()


def _work(pipe: Connection, recipe: Recipe, parent: int) -> None:
    """A worker's life: set up once, then one answer a job until the pipe closes."""
    from harvester.errors import HarvesterError

    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    vault = Vault(recipe.vault) if recipe.vault else None
    try:
        understand, stack = build(recipe, vault.put if vault else only_hash)
    except HarvesterError as fault:
        with contextlib.suppress(EOFError, OSError):
            pipe.recv()
            pipe.send(fault)
        return
    limits = recipe.limits
    if limits.worker_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (limits.worker_bytes, limits.worker_bytes))
    seconds = limits.mail_seconds + (limits.documents_seconds if recipe.documents else 0.0)
    with stack:
        while True:
            try:
                job = pipe.recv()
            except (EOFError, OSError):
                return
            _limit_cpu(limits.mail_seconds * 2)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, seconds)  # SIGALRM ends us; the parent sees the pipe close
            answer = _one(job, vault, understand)
            signal.setitimer(signal.ITIMER_REAL, 0)
            try:
                pipe.send(answer)
            except OSError:
                return


def _one(job: Job, vault: Vault | None, understand: Understander) -> Done | BaseException:
    from harvester.errors import HarvesterError

    try:
        understanding = understand(job.raw if vault is None else vault.get(job.sha256))
    except HarvesterError as fault:
        return fault
    except MemoryError:
        os._exit(9)
    except Exception as fault:  # one odd mail must not end the pass: its row says what happened
        return Done(job.key, None, "malformed-mime", f"{type(fault).__name__}: {fault}"[:500])
    return Done(job.key, understanding, understanding.message.quarantine or "")


def _limit_cpu(seconds: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _die_with(parent: int) -> None:
    """End with the parent, even when it is killed (prctl(2), PR_SET_PDEATHSIG is for the fork server)."""
    import threading

    def watch() -> None:
        while True:
            try:
                os.kill(parent, 0)
            except ProcessLookupError:
                os._exit(1)
            time.sleep(0.5)

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=watch, daemon=True).start()
