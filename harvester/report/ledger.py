"""One run of the ledger, for scripts and for people."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from harvester.store.engine import Store
from harvester.store.lock import RunLock
from harvester.store.overview import instant
from harvester.store.runs import Run


def told(store: Store, one: Run) -> dict[str, Any]:
    """``ended``: ok | trouble | stopped, ``going``, or ``never`` for a run that was killed."""
    ended = one.outcome or ("going" if RunLock(store).run_is_going(one.id) else "never")
    return {
        "id": one.id,
        "kind": one.kind,
        "began": instant(one.started_at),
        "ended": ended,
        "seconds": one.seconds,
        "host": one.host,
        "process": one.process,
        "counts": {what: number for what, number in one.counts.items() if number},
        "seen": [asdict(place) for place in one.seen],
        "problems": list(one.problems),
    }


def lines(one: Mapping[str, Any]) -> Iterator[str]:
    head = f"{one['id']:6}  {one['began']}  {one['kind']:8}  "
    if one["ended"] == "never":
        yield f"{head}never ended: it was killed, or the machine went down"
    elif one["ended"] == "going":
        yield f"{head}is going (process {one['process']} on {one['host']})"
    else:
        counts = ", ".join(f"{number} {what}" for what, number in one["counts"].items()) or "nothing new"
        yield f"{head}{one['ended']:8} {one['seconds']:7.1f} s  {counts}"
    for problem in one["problems"]:
        yield f"        {problem}"
