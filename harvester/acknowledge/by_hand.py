"""Has one of us answered already? What staff sent, held against the replies that wait for a letter.

Signs: a sent mail names the reply (In-Reply-To, References), or it went to the same address later with the same
subject. What programs sent, our own letters among them, is nobody's answer.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from harvester.acknowledge.case import bare
from harvester.acknowledge.words import Unreadable, words
from harvester.message import headers
from harvester.message.addresses import mailboxes
from harvester.model import Arrived, Headers

_ANSWERED = "re|aw|antw|antwoord|sv|vs|odp|rif|ref|rv|res|r|ynt|yanıt|atb|ats|vá|vast|απ|σχετ|от|отг|отв|відп"
_PASSED_ON = "fw|fwd|wg|tr|i|enc|vb|vl|vs|rv|pd|továbbítás|tov|fs|πρθ|пр|препр|пересл|ilt|i̇lt|doorst|videresendt"
_LIST, _NUMBER = r"(?:\[[^\[\]]{1,40}\]\s*)?", r"(?:[\[(]\d{1,3}[\])])?"
_PREFIX = re.compile(rf"\s*{_LIST}(?:{_ANSWERED}|{_PASSED_ON})\s?{_NUMBER}\s?[:：]", re.IGNORECASE)
_PASSING_ON = re.compile(rf"\s*(?:{_PASSED_ON})\s?[:：]", re.IGNORECASE)
_LONGEST_SUBJECT = 500


class Waiting(Protocol):
    """A reply that waits for an answer: ``to`` is who wrote it, ``in_reply_to`` its Message-ID."""

    @property
    def to(self) -> str: ...
    @property
    def in_reply_to(self) -> str | None: ...
    @property
    def subject(self) -> str: ...
    @property
    def received_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class SentMail:
    """What one of us sent: when, to whom, in answer to what, about what."""

    at: datetime
    to: frozenset[str]
    names: frozenset[str]
    subject: str  # without prefixes and case
    passed_on: bool = False  # its subject says that it was forwarded

    def answers(self, due: Waiting) -> bool:
        """A mail that is passed on to others names the reply too, and is no answer to whoever wrote it."""
        to_them = bare(due.to) in self.to
        if due.in_reply_to in self.names:
            return to_them or not self.passed_on
        return to_them and self.at >= due.received_at and self.subject == plain_subject(due.subject) != ""


class SentByHand:
    """All that staff sent since the oldest reply that waits."""

    def __init__(self, heads: Iterable[Arrived]) -> None:
        self._by_word: dict[str, list[SentMail]] = defaultdict(list)
        for head in heads:
            if mail := written(headers.scan(head.header_block), head.received_at):
                for word in mail.names | mail.to:
                    self._by_word[word].append(mail)

    def answered(self, due: Waiting) -> bool:
        candidates = [*self._by_word.get(due.in_reply_to or "", ()), *self._by_word.get(bare(due.to), ())]
        return any(mail.answers(due) for mail in candidates)


def written(fields: Headers, put_there: datetime) -> SentMail | None:
    """None for what a program sent (RFC 3834, section 5)."""
    if any(_automatic(value) for value in fields.all("auto-submitted")):
        return None
    subject, dated = headers.subject(fields), headers.date(fields)
    recipients = (box.address for name in ("to", "cc") for value in fields.all(name) for box in mailboxes(value))
    return SentMail(
        at=min(put_there, dated) if dated else put_there,  # an old mail may have been moved there just now
        to=frozenset(map(bare, recipients)),
        names=frozenset((*headers.in_reply_to(fields), *headers.references(fields))),
        subject=plain_subject(subject),
        passed_on=_PASSING_ON.match(subject) is not None,
    )


def _automatic(value: str) -> bool:
    try:
        first = next(iter(words(value)), None)
    except Unreadable:
        return True
    return first is None or first.text.lower() != "no"


def plain_subject(subject: str) -> str:
    """Without ``Re:``, ``AW:``, ``Fwd:`` and their like, however many (RFC 5256, section 2.1)."""
    rest = subject[:_LONGEST_SUBJECT]
    while match := _PREFIX.match(rest):
        rest = rest[match.end() :]
    return " ".join(rest.split()).casefold()
