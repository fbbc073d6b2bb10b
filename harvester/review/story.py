"""What happened to a reply, each as a sentence with who and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harvester.classify.topics import Topics
from harvester.model import AckState, ReplyState
from harvester.review.places import country_name
from harvester.review.wording import said
from harvester.store.one import Happened

PROGRAM = "the program"
REPLY: Mapping[str, str] = {
    ReplyState.RECEIVED: "Taken in from the mailbox",
    ReplyState.UNDERSTOOD: "Read",
    ReplyState.QUARANTINED: "Put into quarantine",
}
ANSWER: Mapping[str, str] = {
    AckState.QUEUED: "Acknowledgement waits to be sent",
    AckState.SENDING: "Acknowledgement handed to the mail server",
    AckState.SENT: "Acknowledgement sent",
    AckState.FAILED: "Acknowledgement refused",
    AckState.UNKNOWN: "Unknown whether the acknowledgement went out",
    AckState.HELD: "Acknowledgement held back",
    AckState.WITHHELD: "Not to be acknowledged",
}


@dataclass(frozen=True, slots=True)
class Told:
    """``times``: somebody did the same again and again, the last time at ``at``."""

    at: datetime
    who: str
    what: str
    note: str
    times: int = 1


def story(happened: Iterable[Happened], topics: Topics) -> list[Told]:
    """The newest first."""
    found: list[Told] = []
    for one in happened:
        who = one.note if one.what == "case" else one.who
        told = Told(one.at, who or PROGRAM, _what(one), _note(one, topics))
        last = found[-1] if found else None
        if last and (last.who, last.what, last.note) == (told.who, told.what, told.note):
            found[-1] = Told(told.at, told.who, told.what, told.note, last.times + 1)
        else:
            found.append(told)
    return found[::-1]


def _what(one: Happened) -> str:
    if one.what == "reply":
        if one.new == ReplyState.RECEIVED and one.old:
            return "To be read again"
        return REPLY.get(one.new, one.new)
    if one.what == "acknowledgement":
        return ANSWER.get(one.new, one.new)
    if one.what == "verdict":
        return f"New rules: {said(one.old, 'disposition')} became {said(one.new, 'disposition')}"
    if one.what == "review":
        return "Reviewed and settled" if (one.decision or {}).get("settled") else "Reviewed, kept open"
    if one.what == "case":
        return f"Split into {one.new} cases" if one.new not in ("0", "1") else "Taken as one case"
    return one.what[:1].upper() + one.what[1:]


def _note(one: Happened, topics: Topics) -> str:
    if one.what == "reply" and one.new == ReplyState.UNDERSTOOD:
        return said(one.note, "disposition")
    if one.what == "case":
        return ""
    if one.what != "review":
        return one.note
    parts = decided(one.decision or {}, topics)
    return "; ".join([*parts, *([f"“{one.note}”"] if one.note else [])])


def decided(change: Mapping[str, Any], topics: Topics) -> list[str]:
    """What a change says, in words: each part one thing."""
    found = []
    if "disposition" in change:
        found.append(said(change["disposition"], "disposition") or "kind of mail as the machine says")
    if "categories" in change:
        found.append(_filed(change, topics))
    for name, word in (("organisation", "organisation"), ("country", "country")):
        if name in change:
            value = country_name(change[name]) if name == "country" else change[name]
            found.append(f"{word}: {value or 'as the machine says'}")
    if "quote_worthy" in change:
        found.append("worth quoting" if change["quote_worthy"] else "not worth quoting")
    if "may_share" in change:
        found.append(SHARED[change["may_share"]])
    if "marks" in change:
        number = len(change["marks"])
        found.append(f"{number} passage{'' if number == 1 else 's'} marked")
    return found


SHARED = {True: "may be shared", False: "not to be shared", None: "sharing left open"}


def _filed(change: Mapping[str, Any], topics: Topics) -> str:
    categories = change["categories"]
    if categories is None:
        return "categories as the machine says"
    named = []
    for category in categories:
        kinds = [topics.title(kind) for kind in change.get("kinds") or () if kind.partition(".")[0] == category]
        standing = (change.get("standings") or {}).get(category, "example")
        named.append(": ".join([topics.title(category), *([", ".join(kinds)] if kinds else [])]) + _standing(standing))
    return "; ".join(named) or "counts for no category"


def _standing(standing: str) -> str:
    return f" ({said(standing, 'standing').lower()})"
