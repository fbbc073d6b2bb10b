"""Workers and forked processes of other trades than understanding mail; each job's bytes say what happens."""

import ctypes
import os
import signal
import time
from pathlib import Path

from harvester.errors import ConfigError, OutOfReach
from harvester.forking import Live
from harvester.model import Disposition, Headers, Message, Understanding, Verdict
from harvester.worker import Recipe, keeper, life


def told(recipe: Recipe) -> tuple[Live, None]:
    """Workers that do what the mail says; any other word is understood at once."""
    keep = keeper(recipe)

    def understand(raw: bytes) -> Understanding:
        word, _, rest = raw.decode().partition(" ")
        match word:
            case "loop":
                while True:
                    pass
            case "eat":
                kept = []
                while True:
                    kept.append(bytearray(10_000_000))
            case "crash":
                ctypes.string_at(0)
            case "hang":
                time.sleep(1_000)
            case "wait":  # until the test lets us go, but not for ever
                Path(f"{rest}.{os.getpid()}").touch()
                while not Path(rest).exists():
                    time.sleep(0.01)
            case "raise":
                raise RecursionError("too deep")
            case "disk-full":
                raise OutOfReach("the disk is full")
            case "once":  # dies the first time only
                if not Path(rest).exists():
                    Path(rest).touch()
                    os.kill(os.getpid(), signal.SIGKILL)
            case "orphans":
                kill_parent(rest)
        return Understanding(
            Message(keep(raw), len(raw), Headers(), subject=f"{raw.decode()} {os.getpid()}"),
            Verdict(Disposition.UNCLEAR, ""),
        )

    return life(recipe, understand), None


def kill_parent(mark: str) -> None:
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(1_000)


def faulty(_: object) -> tuple[Live, None]:
    raise ConfigError([f"rules/a.toml:{line}: unknown key 'wieght'; did you mean 'weight'?" for line in range(3)])


def very_faulty(_: object) -> tuple[Live, None]:
    raise ConfigError(["é" * 1_000] * 500)


def buggy(_: object) -> tuple[Live, None]:
    raise ZeroDivisionError("nobody thought of it")


def writer(setup: dict[str, str]) -> tuple[Live, dict[str, str]]:
    """Children that write the setup's text into the first descriptor, or do what it says."""
    what = setup["what"]

    def live(descriptors: list[int]) -> None:
        match what:
            case "exit":
                os._exit(7)
            case "hang":
                time.sleep(1_000)
            case "eat":
                raise MemoryError
        os.write(descriptors[0], what.encode())

    return live, {"environment": " ".join(sorted(os.environ)), "descriptors": " ".join(os.listdir("/proc/self/fd"))}
