"""The run ledger: a row when a run begins; when it ends, what it saw and did, its faults, and how it ended.

A run that is killed leaves its row without an end; its lock is free then, so everybody can tell it from one that is
going.
"""

import contextlib
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from harvester import log
from harvester.errors import NEEDS_PERSON, HarvesterError
from harvester.model import AckState
from harvester.store import acks, runs
from harvester.store.runs import Outcome
from harvester.workshop import Workshop


@contextmanager
def recorded(shop: Workshop, kind: str = runs.HARVEST) -> Iterator[None]:
    """Everything that a run does happens inside."""
    began = time.monotonic()
    with ExitStack() as held:
        with shop.store.begin() as tx:
            shop.run_id = runs.start(tx, shop.now, kind)
            shop.refused = runs.refused(tx)
            held.enter_context(shop.lock.of_run(shop.run_id))  # before anybody can see the row
        log.of_run(shop.run_id)
        log.tell("run-began", kind=kind)
        try:
            yield
            _finish(shop, kind, outcome(shop), began)
        except BaseException as fault:
            _stopped(shop, kind, fault, began)
            raise


def outcome(shop: Workshop) -> Outcome:
    """That somebody must decide before letters leave is no failure of the run."""
    wrong = [fault for fault in shop.troubles if fault.exit_code != NEEDS_PERSON]
    return Outcome.TROUBLE if wrong else Outcome.OK


def _finish(shop: Workshop, kind: str, how: Outcome, began: float) -> None:
    took = time.monotonic() - began
    with shop.store.begin() as tx:
        shop.tally.queued = acks.number_in(tx, AckState.QUEUED)
        runs.finish(tx, shop.run_id, shop.tally, shop.now + timedelta(seconds=took), how, shop.seen)
    log.tell("run-ended", kind=kind, outcome=how, seconds=round(took, 3), **shop.tally.counts)


def _stopped(shop: Workshop, kind: str, fault: BaseException, began: float) -> None:
    """The end is written down if the database still takes it; what stopped the run is told in any case."""
    problems = fault.problems if isinstance(fault, HarvesterError) else [f"stopped by {type(fault).__name__}"]
    shop.tally.problems += [one for one in problems if one not in shop.tally.problems]
    with contextlib.suppress(Exception):
        _finish(shop, kind, Outcome.STOPPED, began)
