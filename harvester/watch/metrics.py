"""Health as numbers, in the text format 0.0.4 of Prometheus. No label holds a name or an address."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from harvester.errors import Unusable
from harvester.store.disk import disk_trouble
from harvester.watch.vitals import Vitals

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[Mapping[str, str], float]


def metrics(vitals: Vitals) -> str:
    return "".join(_lines(vitals))


def write(file: Path, vitals: Vitals) -> None:
    """For the textfile collector of node_exporter: it never sees half a file."""
    try:
        held, half = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(held, "w", encoding="utf-8") as out:
                out.write(metrics(vitals))
                os.fchmod(out.fileno(), 0o644)  # the collector is somebody else
            os.rename(half, file)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(half)
            raise
    except OSError as fault:
        raise disk_trouble(fault, file.parent) or Unusable(f"{file}: cannot be written: {fault.strerror}") from fault


def _lines(vitals: Vitals) -> Iterator[str]:
    facts, now, last = vitals.facts, vitals.standing, vitals.last
    codes: dict[tuple[str, str], int] = {}
    for one in vitals.findings:
        codes[one.code, one.level] = codes.get((one.code, one.level), 0) + 1
    reds = sum(one.level == "red" for one in vitals.findings)
    yield from _metric("healthy", "gauge", "1 if nothing is red.", [({}, float(not reds))])
    told: list[Sample] = [({"code": code, "level": level}, float(n)) for (code, level), n in sorted(codes.items())]
    yield from _metric("findings", "gauge", "What is not well.", told)
    yield from _metric("replies", "gauge", "Replies by state.", _by("state", now.get("replies", {})))
    acks = _by("state", now.get("acknowledgements", {}))
    yield from _metric("acknowledgements", "gauge", "Acknowledgements by state.", acks)
    yield from _metric("waiting", "gauge", "What waits for a person.", _by("what", now.get("waiting", {})))
    ended: list[Sample] = [({"kind": kind, "outcome": how}, n) for (kind, how), n in sorted(vitals.ended.items())]
    yield from _metric("runs_total", "counter", "Runs by how they ended; none: going, or killed.", ended)
    yield from _metric("last_success_timestamp_seconds", "gauge", "End of the last run that succeeded.",
                       _moment(facts.last_success))  # fmt: skip
    yield from _metric("last_run_start_timestamp_seconds", "gauge", "Begin of the last run.",
                       _moment(last.started_at if last else None))  # fmt: skip
    took: list[Sample] = [({}, last.seconds)] if last and last.seconds is not None else []
    yield from _metric("last_run_duration_seconds", "gauge", "How long the last run took.", took)
    yield from _metric("last_run", "gauge", "Counts of the last run.", _by("what", last.counts if last else {}))
    disk: list[Sample] = [({}, float(facts.disk_free))] if facts.disk_free is not None else []
    yield from _metric("disk_free_bytes", "gauge", "Free space for the data folder.", disk)
    size: list[Sample] = [({}, float(now["database_bytes"]))] if now else []
    yield from _metric("database_bytes", "gauge", "Size of the database.", size)
    soonest = min((one.at for one in facts.endings), default=None)
    yield from _metric("expires_timestamp_seconds", "gauge", "When the next secret or certificate ends.",
                       _moment(soonest))  # fmt: skip


def _metric(name: str, kind: str, about: str, samples: Sequence[Sample]) -> Iterator[str]:
    if not samples:
        return
    yield f"# HELP harvester_{name} {about}\n# TYPE harvester_{name} {kind}\n"
    for labels, value in samples:
        inside = ",".join(f'{key}="{_quoted(label)}"' for key, label in labels.items())
        yield f"harvester_{name}{{{inside}}} {value:.15g}\n" if inside else f"harvester_{name} {value:.15g}\n"


def _quoted(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _by(label: str, numbers: Mapping[str, int]) -> list[Sample]:
    return [({label: str(what)}, float(number)) for what, number in numbers.items()]


def _moment(moment: datetime | None) -> list[Sample]:
    return [] if moment is None else [({}, moment.timestamp())]
