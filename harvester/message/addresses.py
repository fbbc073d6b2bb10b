"""Who wrote it: the From mailbox (RFC 5322, section 3.6.2).

An answer goes to this address, so doubt is an answer too: what two programs may read differently
(``ceo@a.example <x@b.example>``, CVE-2023-27043) is ambiguous, what the grammar does not know is no sender.
Doubt needs a second address that could get mail in somebody else's house.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from harvester.message.domains import organisational
from harvester.message.encoded_words import decoded
from harvester.message.mailbox_grammar import LONGEST, Mailbox, NotUnderstood, items_of, mailbox_of, phrase
from harvester.model import Headers, Sender

NO_SENDER, AMBIGUOUS = "no-valid-sender", "ambiguous-sender"


def sender(headers: Headers) -> Sender:
    """The one mailbox that wrote the mail, or why there is none. An ambiguous one still shows an address."""
    values = headers.all("from")
    found: list[Mailbox] = []
    doubtful = len(values) > 1
    not_understood = False
    for value in values:
        try:
            mailboxes, several_readings = _read(value)
        except NotUnderstood:
            not_understood = True
            continue
        found += mailboxes
        doubtful = doubtful or several_readings
    if not found or (not_understood and not doubtful):
        return Sender(None, decoded(values[0]) if values else "", NO_SENDER)
    one = found[0]
    if len({box.address.lower() for box in found}) > 1:
        sent = _who_sent(headers, found)
        doubtful, one = doubtful or sent is None, sent or one
    return Sender(one.address, one.name, AMBIGUOUS if doubtful else None)


def _who_sent(headers: Headers, authors: list[Mailbox]) -> Mailbox | None:
    """The one of several authors whom ``Sender`` names: it must, where From names several (section 3.6.2).

    Reply-To and Return-Path are no help: anybody may stand there, and does not say who wrote.
    """
    named = headers.all("sender")
    if len(named) != 1:
        return None
    try:
        senders, several_readings = _read(named[0])
    except NotUnderstood:
        return None
    if len(senders) != 1 or several_readings:
        return None
    return next((one for one in authors if one.address.lower() == senders[0].address.lower()), None)


@lru_cache(maxsize=256)  # asked several times of one mail, and of most mails of our own address
def mailboxes(value: str) -> Sequence[Mailbox]:
    """Every mailbox of a To, Cc or From value, members of groups included; what cannot be read is left out."""
    try:
        items = list(items_of(value))
    except NotUnderstood:
        return ()
    found = []
    for item, _ in items:
        try:
            mailbox = mailbox_of(item)
        except NotUnderstood:
            continue
        if mailbox is not None:
            found.append(mailbox)
    return tuple(found)


def _read(value: str) -> tuple[list[Mailbox], bool]:
    """The mailboxes outside groups, and whether another program could write to another house."""
    found: list[Mailbox] = []
    named: set[str] = set()  # everything outside quotes and comments that looks like an address
    groups = False  # section 3.6.2 allows groups in From; nobody can say which member wrote
    before: list[str] = []
    for item, in_group in items_of(value):
        groups = groups or in_group
        mailbox = mailbox_of(item)
        named.update(seen for seen in _seen_at(item.outside) if not _is_harmless(seen, mailbox))
        if in_group:
            continue
        if mailbox is None:
            before.append(phrase(item.outside))
            continue
        name = ", ".join([*filter(None, before), mailbox.name])  # Smith, Anna <anna@...> without quotes
        before.clear()
        found.append(Mailbox(name, mailbox.address))
    others = named - {m.address.lower() for m in found}
    return found, groups or bool(others)


def _seen_at(tokens: list[tuple[str, str]]) -> Iterator[str]:
    """What a careless reader takes for addresses: whatever stands around an ``@``, blanks or not."""
    words = [text for kind, text in tokens if kind != "blank"]
    behind = ""  # the words from here on as one, as far as a full stop joins them: b .example
    for n in range(len(words) - 1, -1, -1):
        if words[n] == "@":
            yield f"{words[n - 1] if n else ''}@{behind}".lower()
            behind = ""
        elif behind and (words[n][-1] == "." or behind[0] == "."):
            behind = (words[n] + behind)[:LONGEST]
        else:
            behind = words[n]


def _is_harmless(seen: str, mailbox: Mailbox | None) -> bool:
    """``Anna @ Town`` is none, and what proves a sender proves the domain, never who in the house wrote: read either
    way, no stranger gets mail. (``anna@town.co``, cut short from ``anna@town.com``, would be one.)
    """
    local, _, domain = seen.rpartition("@")
    if not local or not ("." in domain or "[" in domain):
        return True
    if mailbox is None:
        return False
    return organisational(domain) == organisational(mailbox.address.rpartition("@")[2])
