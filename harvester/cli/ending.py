"""How a command ends when something went wrong: sentences and an exit code, and never a traceback."""

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from harvester import log
from harvester.cli.call import complain
from harvester.errors import NEEDS_PERSON, OK, ConfigError, HarvesterError
from harvester.store.disk import disk_trouble

SHOW = "HARVESTER_TRACEBACK"  # set by who looks for a bug; nobody else sees a traceback: it may hold words of a mail


class Bug(HarvesterError):
    """Nobody can put this right but the program's own people."""

    exit_code = NEEDS_PERSON


def ended(command: Callable[[], object]) -> None:
    """Run it; whatever comes out of it is told, and decides the exit code."""
    try:
        try:
            command()
        finally:
            sys.stdout.flush()  # here, where a full disk behind a redirection can still be told
    except BrokenPipeError:  # `harvester list | head`
        _give_up_stdout()
        sys.exit(OK)
    except Exception as fault:
        if isinstance(fault, OSError):
            _give_up_stdout()
        if SHOW in os.environ:
            traceback.print_exception(fault)
        sys.exit(tell(fault))


def tell(fault: Exception) -> int:
    """Its sentences on standard error, for people or as JSON lines; returns the exit code."""
    meant = as_sentence(fault)
    complain(meant.problems)
    if isinstance(meant, Bug):
        log.tell_fault("bug", fault, sentence="a fault of the program itself; the next run goes on where this one was")
    else:
        ours = isinstance(meant, ConfigError)  # words of our own settings
        log.tell_fault("stopped", meant, sentence="; ".join(meant.problems) if ours else "`harvester status` says why")
    return meant.exit_code


def as_sentence(fault: Exception) -> HarvesterError:
    if isinstance(fault, HarvesterError):
        return fault
    if isinstance(fault, OSError):
        where = Path(str(fault.filename)) if fault.filename else Path("standard output or a file")
        if trouble := disk_trouble(fault, where):
            return trouble
    return Bug(
        f"a fault of the program itself ({type(fault).__name__} at {_place(fault)}): what is stored is sound, and the "
        f"next run goes on where this one was. If it comes again, report what the same command says with {SHOW}=1"
    )


def _place(fault: Exception) -> str:
    """The last of our own lines that it came through."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if "/harvester/" in frame.filename] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "an unknown place"


def _give_up_stdout() -> None:
    """What could not be written is not tried again when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
