"""A mail to the operator when something is not well and a person is needed; at most once a day for the same things."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from harvester import log
from harvester.acknowledge.kill_switch import pulled
from harvester.config import Config
from harvester.errors import OutOfReach
from harvester.ledger import outcome
from harvester.store import news
from harvester.store.runs import Outcome
from harvester.watch.health import Finding
from harvester.watch.vitals import of_store

if TYPE_CHECKING:
    from harvester.workshop import Workshop

A_DAY = timedelta(hours=23, minutes=50)  # a run that cron starts a little earlier than yesterday's is a day later too
OUT = ("sent", "unknown")


@contextmanager
def watched(shop: "Workshop") -> Iterator[None]:
    """Around a whole run: the switch hears how it ended, the operator what is not well then."""
    succeeded = False
    try:
        yield
        succeeded = outcome(shop) is Outcome.OK
    finally:
        if shop.config.watch.ping_url:
            from harvester.watch.ping import ping

            if problem := ping(shop.config.watch, succeeded):
                shop.tally.problems.append(problem)
            log.tell("pinged", reached=not problem)
    if shop.config.watch.operator:
        with shop.going_on("alarm"):
            tell_operator(shop)


def tell_operator(shop: "Workshop") -> None:
    """Raises OutOfReach if nobody could be told; the next run tries again."""
    if not shop.config.watch.operator or pulled(shop.config):
        return
    red = [one for one in of_store(shop.config, shop.store, shop.now).findings if one.level == "red"]
    if not red:
        return
    codes = sorted({one.code for one in red})
    with shop.store.read() as tx:
        told = news.alarms_since(tx, shop.now - A_DAY, shop.now)
    if set(codes) <= told:
        return
    from harvester.acknowledge.transport import transport_of  # only with something to tell

    letters = [(to, letter(shop.config, red, to, shop.now)) for to in shop.config.watch.operator]
    with transport_of(shop.config.outbox) as outbox:
        outcomes = [(to, outbox.hand_over(raw, to)) for to, raw in letters]
    troubles = [f"the mail to the operator was not sent: {one.note}" for _, one in outcomes if one.kind not in OUT]
    if len(troubles) == len(outcomes):
        raise OutOfReach(troubles)
    shop.tally.problems += troubles
    with shop.store.begin() as tx:
        news.note_alarm(tx, codes, shop.now, shop.run_id)


def letter(config: Config, red: list[Finding], to: str, now: datetime) -> bytes:
    """The mail to one operator."""
    from harvester.acknowledge.letter import one_line, set_out, write
    from harvester.acknowledge.to_staff import fields

    things = "1 thing needs" if len(red) == 1 else f"{len(red)} things need"
    subject = f"{config.request.reference_prefix}: {things} a person"
    said = "\n\n".join(f"{one_line(one.sentence)}:\n{one_line(one.todo)}." for one in red)
    end = "`harvester status` shows how things stand now. The same things are told once a day."
    begin = f"The harvester of {one_line(config.request.title)} needs a person."
    return write(fields(config, "alarm", to, subject, now), set_out(f"{begin}\n\n{said}\n\n{end}\n"))
