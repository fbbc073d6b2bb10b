"""May we answer this reply? Every objection, in a fixed order; silence when in doubt (RFC 3834).

``CHECKS`` can be read aloud: one small pure function a sign. Each yields its objections; all of them are
kept, and the first is the reason. docs/acknowledging.md has the same table for people.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from harvester.acknowledge import correspondents, signs
from harvester.acknowledge.case import Case, Settings
from harvester.acknowledge.correspondents import recipient
from harvester.model import Circumstances, Decision, Message, Objection, Verdict

__all__ = ["CHECKS", "Settings", "decide", "objections", "recipient"]

Check = Callable[[Case], Iterable[Objection]]


def seen_before(case: Case) -> Iterator[Objection]:
    if case.circumstances.duplicate_of is not None:
        yield Objection(
            "duplicate", f"The same reply came before (no. {case.circumstances.duplicate_of}).",
            "RFC 3834, section 2",
        )  # fmt: skip


def answered_enough(case: Case) -> Iterator[Objection]:
    if case.circumstances.answers_to_address_24h >= case.settings.per_address_per_day:
        yield Objection(
            "rate-sender",
            f"Answers that this address has had within 24 hours: {case.circumstances.answers_to_address_24h}.",
            "RFC 3834, section 2; RFC 5230, section 4.2",
        )


def answered_by_hand(case: Case) -> Iterator[Objection]:
    if case.circumstances.answered_by_hand:
        yield by_hand()


def by_hand() -> Objection:
    """Also found out later, when the letter is about to leave."""
    return Objection("answered-by-hand", "Somebody of us has already answered it.", "our own practice")


def too_old(case: Case) -> Iterator[Objection]:
    """No storm after an outage, none on an old mailbox, none from folders that are only read."""
    facts, settings = case.circumstances, case.settings
    if not facts.may_acknowledge:
        why = "it came from a folder, or by an import, that is not acknowledged"
    elif settings.since is None:
        why = "acknowledge.since is not set, so nothing is answered"
    elif facts.received_at < settings.since:
        why = f"it arrived before {settings.since:%Y-%m-%d %H:%M %Z} (acknowledge.since)"
    elif facts.now - facts.received_at > timedelta(days=settings.max_age_days):
        why = f"it arrived more than {settings.max_age_days:g} days ago (acknowledge.max_age_days)"
    else:
        return
    yield Objection("too-old", f"The mail is not for answering: {why}.", "our own practice")


CHECKS: tuple[Check, ...] = (
    signs.not_understood,
    signs.no_way_back,
    signs.returned_mail,
    signs.read_receipt,
    signs.sent_by_a_machine,
    signs.sent_to_a_list,
    signs.low_precedence,
    signs.answers_unwanted,
    signs.marked_by_its_maker,
    signs.going_round,
    signs.calendar_request,
    correspondents.no_sender,
    correspondents.several_senders,
    correspondents.from_ourselves,
    correspondents.from_a_robot,
    correspondents.not_addressed_to_us,
    correspondents.forged,
    correspondents.not_proven,
    signs.our_filter_says_spam,
    signs.away,
    signs.a_machine_by_any_sign,
    seen_before,
    answered_enough,
    answered_by_hand,
    too_old,
)


def objections(
    message: Message, verdict: Verdict, circumstances: Circumstances, settings: Settings
) -> tuple[Objection, ...]:
    """Every reason to stay silent, in the order of ``CHECKS``; empty if we may answer."""
    case = Case(message, verdict, circumstances, settings)
    return tuple(objection for check in CHECKS for objection in check(case))


def decide(message: Message, verdict: Verdict, circumstances: Circumstances, settings: Settings) -> Decision:
    """May we answer, whom, and in which language."""
    known = verdict.language in settings.languages
    return Decision(
        to=recipient(message),
        language=verdict.language if known else settings.reply_language,
        objections=objections(message, verdict, circumstances, settings),
        duplicate_of=circumstances.duplicate_of,
    )
