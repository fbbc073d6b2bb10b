"""A word to staff by mail: what is new, which questions wait, what needs a person. So nothing dies in the table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from harvester.acknowledge.by_hand import SentByHand
from harvester.acknowledge.kill_switch import pulled
from harvester.acknowledge.letter import Spoilt, cut, one_line, set_out, write
from harvester.acknowledge.templates import TemplateFault, Templates
from harvester.acknowledge.to_staff import fields
from harvester.acknowledge.tongue import Tongue
from harvester.acknowledge.transport import transport_of
from harvester.config import Config
from harvester.errors import ConfigError, HarvesterError, OutOfReach
from harvester.model import MACHINE, Disposition
from harvester.staff_mail import sent_folder
from harvester.store import news
from harvester.store.engine import Store
from harvester.store.news import Question
from harvester.store.overview import status

if TYPE_CHECKING:
    from harvester.workshop import Workshop

A_DAY = timedelta(hours=23, minutes=50)  # a run that cron starts a little earlier than yesterday's is a day later too
LOOKED_BACK = timedelta(days=30)  # into the Sent folder
NAMED = 10  # questions
OUT, LATER = ("sent", "unknown"), ("retry", "out_of_reach")
SUBJECT_WIDTH, ADDRESS_WIDTH = 78, 60


@dataclass(frozen=True, slots=True)
class Digest:
    """What there is to tell. ``up_to``: the newest reply it tells of."""

    new: dict[Disposition, int]
    questions: list[Question]
    advice: list[str]
    since: datetime | None
    up_to: int

    @property
    def is_news(self) -> bool:
        """Machines alone are none."""
        return any(kind not in MACHINE for kind in self.new)

    @property
    def is_anything(self) -> bool:
        return bool(self.new or self.questions or self.advice)


def tell_staff(shop: "Workshop") -> None:
    """Once a day, or after each run with news (``digest.every``). What cannot be sent now, the next run tells.

    Raises OutOfReach if the server cannot be reached, ConfigError for templates that staff must mend.
    """
    wanted = shop.config.digest
    if pulled(shop.config):
        return
    with shop.store.read() as tx:
        told = news.last_told(tx)
    if wanted.every == "day" and told and timedelta(0) <= shop.now - told.at < A_DAY:
        return
    digest = gather(shop.config, shop.store, shop.now)
    if not (digest.is_anything if wanted.every == "day" else digest.is_news):
        return
    letters = [(to, compose(shop.config, digest, to, shop.now)) for to in wanted.to]
    with transport_of(shop.config.outbox) as outbox:
        outcomes = [(to, outbox.hand_over(raw, to)) for to, raw in letters]
    troubles = [f"the digest to {to} was not sent: {one.note}" for to, one in outcomes if one.kind not in OUT]
    if all(one.kind in LATER for _, one in outcomes):
        raise OutOfReach(troubles)
    shop.tally.problems += troubles  # whoever has it does not get it a second time
    with shop.store.begin() as tx:
        news.note_told(tx, digest.up_to, wanted.to, shop.now, shop.run_id)


def gather(config: Config, store: Store, now: datetime) -> Digest:
    """What staff have not been told yet, and what waits now."""
    with store.read() as tx:
        told = news.last_told(tx)
        new = news.arrived_since(tx, told.reply_id if told else 0)
        waiting, up_to = news.questions(tx), news.newest(tx)
        standing = status(tx, now, config.acknowledge.approve_above)
    advice = standing["advice"] if standing["needs_person"] else []
    return Digest(new, _not_answered(config, waiting, now), advice, told.at if told else None, up_to)


def _not_answered(config: Config, questions: list[Question], now: datetime) -> list[Question]:
    """Without those that one of us has answered by hand, where a Sent folder tells."""
    recent = [one.received_at for one in questions if now - one.received_at < LOOKED_BACK]
    if not recent:
        return questions
    try:
        with sent_folder(config) as sent:
            if sent is None:
                return questions
            found = SentByHand(sent.heads(min(recent)))
    except HarvesterError:  # the run tells of it where letters wait for it; here one question too many does no harm
        return questions
    return [one for one in questions if not found.answered(one)]


def check(config: Config, now: datetime) -> list[str]:
    """Faults of the template, with something and with nothing to tell."""
    asked = Question("REF-0001", "officer@town.example", "A question", now, None)
    full = Digest({kind: 2 for kind in Disposition}, [asked] * (NAMED + 2), ["One thing.", "Another."], now, 1)
    problems: dict[str, None] = {}
    for digest in (full, Digest({}, [], ["One thing."], None, 0), Digest({}, [asked], [], now, 1)):
        try:
            compose(config, digest, "staff@desk.example", now)
        except ConfigError as fault:
            problems |= dict.fromkeys(fault.problems)
    return list(problems)


# ---------------------------------------------------------------------- writing


def compose(config: Config, digest: Digest, to: str, now: datetime) -> bytes:
    """Raises ConfigError for a template that staff must mend."""
    subject, words = _rendered(config, digest, now)
    try:
        return write(fields(config, "digest", to, subject, now), words)
    except Spoilt as fault:
        raise ConfigError(f"the digest cannot be sent: {fault}") from fault


def text(config: Config, digest: Digest, now: datetime) -> str:
    """Its subject and its words, for a terminal."""
    subject, words = _rendered(config, digest, now)
    return f"Subject: {subject}\n\n{words}"


def _rendered(config: Config, digest: Digest, now: datetime) -> tuple[str, str]:
    folder, language = config.digest.templates, config.digest.language
    templates = Templates(folder)
    if language not in templates.languages:
        raise ConfigError(f"{folder}: {language}.txt.j2 is missing, but digest.language is {language!r}")
    try:
        subject, words = templates.render(language, variables(config, digest, now))
    except TemplateFault as fault:
        raise ConfigError(str(fault)) from fault
    return cut(" ".join(one_line(subject).split()), SUBJECT_WIDTH), set_out(words)


def variables(config: Config, digest: Digest, now: datetime) -> dict[str, Any]:
    """All that the template may use; docs/digest.md tells each."""
    tongue, zone = Tongue(config.digest.language), config.request.deadline.tzinfo
    kinds = {str(kind): digest.new.get(kind, 0) for kind in Disposition if kind not in MACHINE}
    named = digest.questions[-NAMED:]
    return {
        "prefix": config.request.reference_prefix,
        "title": config.request.title,
        "deadline": tongue.day(config.request.deadline),
        "days_left": (config.request.deadline.date() - now.astimezone(zone).date()).days,
        "since": f"{tongue.day(digest.since.astimezone(zone))}" if digest.since else "",
        "new": sum(kinds.values()),
        "kinds": kinds,
        "machines": sum(number for kind, number in digest.new.items() if kind in MACHINE),
        "questions_waiting": len(digest.questions),
        "questions": [
            {
                "reference": one.reference,
                "received": tongue.day(one.received_at.astimezone(zone)),
                "address": cut(one_line(one.to), ADDRESS_WIDTH),
                "subject": cut(one_line(one.subject), ADDRESS_WIDTH),
            }
            for one in named
        ],
        "questions_unnamed": len(digest.questions) - len(named),
        "advice": digest.advice,
        "count": tongue.count,
        "listed": tongue.listed,
    }
