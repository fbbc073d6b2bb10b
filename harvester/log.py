"""What a process tells while it works, as JSON lines for who gathers logs; nothing at all where nobody asked for it.

A line holds an event, numbers and codes. Words of a mail, subjects and addresses cannot get in: what is told is
checked here, a fault is told by its kind and not by its sentence (a server may have put an address there; the run
ledger has it), and records of libraries by their name and level alone.
"""

import json
import logging
import re
import sys
import traceback
import warnings
from datetime import UTC, datetime
from typing import Any, Literal

Format = Literal["text", "json"]
Fact = str | int | float | bool | None

_ours = logging.getLogger("harvester")
_run_id: int | None = None
_CODE = re.compile(r"[\w.:/\[\] -]{0,100}", re.ASCII)
_ADDRESS = re.compile(r"\S*@\S*")


def speak(how: Format) -> None:
    """For the whole process; ``json`` takes over what libraries say, too."""
    if how == "json" and not any(isinstance(one.formatter, _Lines) for one in logging.root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Lines())
        logging.root.addHandler(handler)
        _ours.setLevel(logging.INFO)
        warnings.showwarning = lambda _text, category, *_: tell("warning", kind=category.__name__)


def speaks_json() -> bool:
    return _ours.isEnabledFor(logging.INFO)


def of_run(run_id: int) -> None:
    """From now on every line is about this run."""
    global _run_id
    _run_id = run_id


def tell(event: str, **facts: Fact) -> None:
    _ours.info(event, extra={"facts": facts})


def tell_fault(event: str, fault: BaseException, **facts: Fact) -> None:
    """By its kind, and for a bug by the places in our files where it came through; never by its words."""
    exit_code = getattr(fault, "exit_code", None)
    trace = None if exit_code is not None else " ".join(_places(fault))
    _ours.info(event, extra={"facts": {**facts, "kind": type(fault).__name__, "exit_code": exit_code, "trace": trace}})


def without_addresses(sentence: str) -> str:
    return _ADDRESS.sub("<address>", sentence)


def _places(fault: BaseException) -> list[str]:
    frames = traceback.extract_tb(fault.__traceback__)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in frames]


class _Lines(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "run": _run_id}
        facts = getattr(record, "facts", None)
        if facts is None:  # of a library, or of a place that speaks to people
            line |= {"event": "library", "logger": record.name}
            fault = record.exc_info[1] if record.exc_info else None
            if fault is not None:
                line |= {"kind": type(fault).__name__, "trace": _places(fault)}
        else:
            line |= {"event": record.msg, **{key: _safe(key, value) for key, value in facts.items()}}
        return json.dumps({key: value for key, value in line.items() if value is not None})


def _safe(key: str, value: Fact) -> Any:
    """Codes and numbers pass; whatever might be somebody's words does not."""
    if key == "trace" and isinstance(value, str):
        return value.split()
    if key == "sentence" and isinstance(value, str):  # of our own settings
        return without_addresses(value)
    if isinstance(value, str) and not _CODE.fullmatch(value):
        return "?"
    return value
