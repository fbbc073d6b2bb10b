"""A worker's life: one mail after another understood under limits, until the pipe closes."""

import contextlib
import copyreg
import gc
import hashlib
import os
import pickle
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from harvester import model
from harvester.errors import HarvesterError
from harvester.forking import Live, at_most, die_with_parent
from harvester.model import Headers, Limits, Message, Understanding
from harvester.store.vault import Vault

if TYPE_CHECKING:
    from harvester.classify import Classifier

Keep = Callable[[bytes], str]
Understand = Callable[[bytes], Understanding]

FIRST_MAIL = (
    b"From: Anna Officer <anna@town.example>\r\nSubject: Re: Services\r\nMessage-ID: <1@town.example>\r\n"
    b"Date: Mon, 16 Aug 2027 10:00:00 +0200\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p>Dear colleagues,</p><p>Our town and its neighbour share one chief executive since 2026, see "
    b"https://town.example/report.</p><p>Wir teilen uns auch ein Bauamt.</p><p>Kind regards<br>Anna</p>\r\n"
)
"""Understood before there are workers, so that whatever is loaded at the first need is loaded once and shared."""


RUBBISH = 20_000
"""New objects before the collector looks for circles among them: a mail makes thousands and hardly a circle."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """All a worker needs to set itself up; plain values, so that it can be pickled."""

    known_texts: Sequence[str]  # the request
    rules: Path
    cache: Path | None
    vault: Path | None  # None: attachments are hashed, not kept
    limits: Limits
    documents: bool
    letters: str = ""  # the words of our acknowledgements
    many: bool = False  # so many mails wait that every language is worth making ready once for all workers

    @property
    def seconds(self) -> float:
        """A mail may last so long by the clock on the wall; computing has a sharper limit."""
        return self.limits.mail_seconds + (self.limits.documents_seconds if self.documents else 0.0)


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


def prepare(recipe: Recipe) -> tuple[Live, None]:
    """Called once by the fork server: rules, language models and parsers, for all workers. Raises ConfigError."""
    from harvester.message.documents import Extractor
    from harvester.message.reader import Reader
    from harvester.understand import understand

    keep = keeper(recipe)
    extractor = Extractor(recipe.limits) if recipe.documents else None  # starts nothing before a file needs it
    reader = Reader(recipe.known_texts, recipe.limits, extractor, recipe.letters)
    classifier = classifier_of(recipe)
    understand(FIRST_MAIL, reader, classifier, keep)
    return life(recipe, lambda raw: understand(raw, reader, classifier, keep)), None


def prepare_judging(recipe: Recipe) -> tuple[Live, None]:
    """The same for workers that only judge: a job's ``raw`` is a pickled Message of ours. Raises ConfigError."""
    from harvester.understand import judge

    classifier = classifier_of(recipe)
    nothing = Message("", 0, Headers(()))  # who asked has what was read; to send it back costs as much as to judge it

    def judged(raw: bytes) -> Understanding:
        message = pickle.loads(raw)  # noqa: S301 (from the process that started us, out of our own store)
        return Understanding(nothing, judge(message, classifier))

    return life(replace(recipe, vault=None), judged), None


def classifier_of(recipe: Recipe) -> "Classifier":
    """The rulebook, loaded once for all workers, and spaCy with it.

    What is not compiled yet is compiled in a process of its own: the dictionaries of forms would leave hundreds of
    megabytes behind in every worker.
    """
    from harvester.classify import Classifier
    from harvester.classify.matchers import vocab
    from harvester.classify.rulebook import load, ready

    book = ready(recipe.rules, recipe.cache)
    if book is None:
        if recipe.cache is not None:
            _apart(lambda: load(recipe.rules, recipe.cache))
        book = load(recipe.rules, recipe.cache)
    vocab()
    if recipe.many:
        for language in book.compiled.languages.values():
            language.make_ready()
    return Classifier(book)


def _apart(work: Callable[[], object]) -> None:
    """Do it in a child and wait; whatever goes wrong there shows when the result is missed."""
    me = os.getpid()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            die_with_parent(me)
            gc.enable()  # off while we load: what it would find in the dictionaries of 22 languages is 2 GB
            work()
        os._exit(0)
    os.waitpid(child, 0)


def keeper(recipe: Recipe) -> Keep:
    if recipe.vault is None:
        return lambda data: hashlib.sha256(data).hexdigest()
    return Vault(recipe.vault).put


def pack_values() -> None:
    """From here on this process pickles our values as calls of their classes: the way that dataclasses bring along
    asks each value for its fields, in both processes, and takes twice as long."""
    for kind in vars(model).values():
        if isinstance(kind, type) and is_dataclass(kind):
            names = [one.name for one in fields(kind)]
            copyreg.pickle(kind, partial(_call_of, kind, names))


def _call_of(kind: type, names: Sequence[str], value: object) -> tuple[type, tuple[object, ...]]:
    return kind, tuple([getattr(value, name) for name in names])


def life(recipe: Recipe, understand: Understand) -> Live:
    """What a worker does with its end of the pipe: Jobs come in, a Done or a HarvesterError goes out for each."""

    def live(descriptors: list[int]) -> None:
        pipe = Connection(descriptors[0])
        pack_values()
        gc.set_threshold(RUBBISH)
        at_most(resource.RLIMIT_CORE, 0)
        at_most(resource.RLIMIT_AS, address_space() + recipe.limits.worker_bytes)
        vault = Vault(recipe.vault) if recipe.vault else None
        while True:
            try:
                job = pipe.recv()
            except (EOFError, OSError):
                return
            with _clocks(recipe):
                answer = pickle.dumps(_answer(job, vault, understand))
            try:
                pipe.send_bytes(answer)  # without a clock: the other end may have something else to do
            except OSError:  # it was killed
                return

    return live


def address_space() -> int:
    """Bytes that this process has mapped by now: rules and libraries, shared with all others (proc(5), statm)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0  # no Linux


@contextmanager
def _clocks(recipe: Recipe) -> Iterator[None]:
    """So much computing and so much time for one mail; whatever the code is stuck in, the kernel ends it.

    Documents are computed elsewhere, under limits of their own, so only the clock on the wall allows for them.
    """
    signal.setitimer(signal.ITIMER_PROF, recipe.limits.mail_seconds)  # SIGPROF
    signal.setitimer(signal.ITIMER_REAL, recipe.seconds)  # SIGALRM
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.setitimer(signal.ITIMER_PROF, 0)


def _answer(job: Job, vault: Vault | None, understand: Understand) -> Done | HarvesterError:
    try:
        understanding = understand(job.raw if vault is None else vault.get(job.sha256))
    except HarvesterError as fault:
        return fault
    except MemoryError:
        raise
    except Exception as fault:  # one odd mail must not end the pass: its row says what happened
        return Done(job.key, None, "malformed-mime", f"{type(fault).__name__}: {fault}"[:500])
    return Done(job.key, understanding, understanding.message.quarantine or "")
