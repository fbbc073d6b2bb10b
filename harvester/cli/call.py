"""One call of the program, for all commands: its settings, the store that it opens, what it prints for scripts."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvester import log
from harvester.errors import NEEDS_PERSON, OK, OUT_OF_REACH, WRONG_SETUP

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.store.engine import Store
    from harvester.workshop import Progress

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say what was done, also when nothing was.")]


@dataclass(frozen=True)
class Call:
    """What stands before the command: which settings, and what is changed in them for this call."""

    path: Path
    overrides: tuple[str, ...]
    log_format: log.Format | None = None  # none: as harvester.toml says

    def settings(self, say_warnings: bool = True, at_work: bool = False) -> "Config":
        """``at_work``: for a command that works by itself, and whose story may be gathered as ``[log]`` says."""
        from harvester.config import load

        config = load(self.path, self.overrides)
        if at_work:
            log.speak(self.log_format or config.log.format)
        if (
            say_warnings and sys.stderr.isatty() and not log.speaks_json()
        ):  # cron would send them by mail at every run; `check` lists them
            for warning in config.warnings:
                print(f"warning: {warning}", file=sys.stderr)
        return config


@contextmanager
def opened(config: "Config", create: bool = False) -> Iterator["Store"]:
    from harvester.store.engine import Store

    make = Store.open if create else Store.for_reading  # who only looks leaves no trace
    store = make(config.store.url, config.store.data)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def progress_bars(quiet: bool) -> Iterator["Progress"]:
    """A bar on a terminal, silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _more, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, more: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], advance=more, total=of)

        yield progress


def complain(problems: Iterable[str]) -> None:
    """For people; whoever reads our JSON lines has been told already, without anybody's words."""
    if not log.speaks_json():
        for problem in problems:
            print(problem, file=sys.stderr)


def worst(codes: Iterable[int]) -> int:
    """2 before 75 before 1 before 0."""
    return max(codes, default=OK, key=(OK, NEEDS_PERSON, OUT_OF_REACH, WRONG_SETUP).index)


def now_utc() -> datetime:
    return datetime.now(UTC)


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))
