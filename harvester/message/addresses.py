"""Who wrote it: the From mailbox (RFC 5322, sections 3.4 and 3.6.2; addresses in UTF-8: RFC 6532).

An answer goes to this address, so doubt is an answer too: what two programs may read differently
(``ceo@a.example <x@b.example>``, CVE-2023-27043) is ambiguous, what the grammar does not know is no sender.
Doubt needs a second address that could get mail in somebody else's house. Everything here is one pass over the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from harvester.message.clean import visible
from harvester.message.domains import organisational
from harvester.message.encoded_words import decoded
from harvester.model import Headers, Sender

NO_SENDER, AMBIGUOUS = "no-valid-sender", "ambiguous-sender"

_BLANK = re.compile(r"[ \t\r\n]+")
_ATOM = re.compile(r'[^ \t\r\n"()<>\[\]:;@\\,]+')
_WORD = re.compile(r"=\?[^?\s]{1,75}\?[bBqQ]\?[^?<>@\"\r\n]{0,1000}\?=")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_LITERAL = re.compile(r"\[[^\[\]\\]{0,100}\]")
_COMMENT = re.compile(r"[^()\\]+|\\.|[()]|\\", re.DOTALL)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\x80-\U0010ffff-]{1,128}")
_QUOTED_LOCAL = re.compile(r'"(?:[ !#-\[\]-~\x80-\U0010ffff]|\\[ -~]){1,128}"')
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_ADDRESS_LITERAL = re.compile(r"\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\]", re.IGNORECASE)


_FORMS = (("quoted", _QUOTED), ("blank", _BLANK), ("literal", _LITERAL), ("word", _WORD), ("atom", _ATOM))


_LONGEST = 320
"""Characters of an address."""


class NotUnderstood(ValueError):
    """The text is no list of mailboxes."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    name: str
    address: str


@dataclass(slots=True)
class _Item:
    """What stands between two commas: tokens outside and inside ``<...>``, and remarks in comments."""

    outside: list[tuple[str, str]] = field(default_factory=list)
    inside: list[tuple[str, str]] | None = None
    remarks: list[str] = field(default_factory=list)
    closed: bool = False


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


def mailboxes(value: str) -> list[Mailbox]:
    """Every mailbox of a To, Cc or From value, members of groups included; what cannot be read is left out."""
    try:
        items = list(_items(value))
    except NotUnderstood:
        return []
    found = []
    for item, _ in items:
        try:
            mailbox = _mailbox(item)
        except NotUnderstood:
            continue
        if mailbox is not None:
            found.append(mailbox)
    return found


def _read(value: str) -> tuple[list[Mailbox], bool]:
    """The mailboxes outside groups, and whether another program could write to another house."""
    found: list[Mailbox] = []
    named: set[str] = set()  # everything outside quotes and comments that looks like an address
    groups = False  # section 3.6.2 allows groups in From; nobody can say which member wrote
    before: list[str] = []
    for item, in_group in _items(value):
        groups = groups or in_group
        mailbox = _mailbox(item)
        named.update(seen for seen in _seen_at(item.outside) if not _is_harmless(seen, mailbox))
        if in_group:
            continue
        if mailbox is None:
            before.append(_phrase(item.outside))
            continue
        name = ", ".join([*filter(None, before), mailbox.name])  # Smith, Anna <anna@...> without quotes
        before.clear()
        found.append(Mailbox(name, mailbox.address))
    others = named - {m.address.lower() for m in found}
    return found, groups or bool(others)


def _items(value: str) -> Iterator[tuple[_Item, bool]]:
    """Items between top-level commas and semicolons, with whether they stand in a group."""
    item = _Item()
    in_group = False
    in_angle = False
    label: list[tuple[str, str]] = []  # what stands before the colon of a group of which nothing came yet
    for kind, text in _tokens(value):
        if kind == "comment":
            item.remarks.append(text)
        elif kind == "<":
            if in_angle or item.inside is not None:
                raise NotUnderstood("two < in one mailbox")
            item.inside = []
            in_angle = True
        elif kind == ">":
            if not in_angle:
                raise NotUnderstood("> without <")
            in_angle = False
            item.closed = True
        elif in_angle:
            assert item.inside is not None
            item.inside.append((kind, text))
        elif kind in (",", ";"):
            if in_group or item.outside or item.inside is not None:  # nothing between two commas is no item
                yield item, in_group
                item = _Item()
                label = []
            item.remarks.clear()
            in_group = in_group and kind == ","
        elif kind == ":":
            if item.inside is not None:
                raise NotUnderstood(": behind a mailbox")
            in_group = True
            label += [*item.outside, (kind, text), ("blank", " ")]
            item = _Item()
        elif kind != "blank":
            if item.closed and kind == "@":
                raise NotUnderstood("an address behind a mailbox")
            if not item.closed:  # words behind a mailbox are a name in the wrong place
                item.outside.append((kind, text))
        elif item.outside:
            item.outside.append((kind, text))
    if in_angle:
        raise NotUnderstood("< is never closed")
    if label and item.inside is not None:  # no group, which would end in a semicolon: Council: Clerk <...>
        item.outside[:0] = label
        in_group = False
    yield item, in_group


def _tokens(value: str) -> Iterator[tuple[str, str]]:
    """(kind, text): word (encoded), atom, quoted, literal, comment, blank, or a special character itself."""
    at = 0
    while at < len(value):
        mark = value[at]
        if mark == "(":
            at, text = _comment(value, at)
            yield "comment", text
            continue
        for kind, form in _FORMS:
            if match := form.match(value, at):
                yield kind, match.group()
                at = match.end()
                break
        else:
            if mark == '"':
                raise NotUnderstood("a quotation mark that is never closed")
            yield mark, mark  # a lone bracket or backslash may stand in a name: Sean O\'Brien <...>
            at += 1


def _comment(value: str, at: int) -> tuple[int, str]:
    """Where a (nested) comment ends, and its text."""
    depth = 0
    for step in _COMMENT.finditer(value, at):
        depth += {"(": 1, ")": -1}.get(step.group(), 0)
        if depth == 0:
            return step.end(), value[at + 1 : step.end() - 1]
    raise NotUnderstood("( is never closed")


def _mailbox(item: _Item) -> Mailbox | None:
    """None for an item that names no address: a lone phrase, an empty ``<>`` or nothing at all."""
    if item.inside is not None:
        inside = [token for token in item.inside if token[0] != "blank"]
        if not inside:
            return None
        if inside[0][0] == "@":
            inside = _after_route(inside)
        return Mailbox(_phrase(item.outside) or _remark(item), _address(inside))
    tokens = [token for token in item.outside if token[0] != "blank"]
    if not any(kind == "@" for kind, _ in tokens):
        return None
    return Mailbox(_remark(item), _address(tokens))


def _after_route(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """``<@relay.example:who@a.example>``: the route is to be ignored (section 4.4)."""
    kinds = [kind for kind, _ in tokens]
    if ":" not in kinds:
        raise NotUnderstood("a route without an address")
    return tokens[kinds.index(":") + 1 :]


def _address(tokens: list[tuple[str, str]]) -> str:
    """``local@domain`` from exactly three tokens, as written but for the domain's case."""
    if [kind for kind, _ in tokens] not in (["atom", "@", "atom"], ["quoted", "@", "atom"], *_LITERAL_FORMS):
        raise NotUnderstood("not one address")
    local, domain = tokens[0][1], tokens[2][1].lower()
    if "=?" in local or "=?" in domain:
        raise NotUnderstood("an encoded word is never part of an address (RFC 2047, section 5)")
    if not (_LOCAL.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)):
        raise NotUnderstood("not a local part")
    if not (_is_domain(domain) or _ADDRESS_LITERAL.fullmatch(domain)):
        raise NotUnderstood("not a domain")
    address = f"{local}@{domain}"
    if visible(address) != address or len(address) > _LONGEST or any(c.isspace() for c in domain):
        raise NotUnderstood("hidden characters in an address")
    return address


_LITERAL_FORMS = (["atom", "@", "literal"], ["quoted", "@", "literal"])


def _is_domain(domain: str) -> bool:
    """Labels of letters, digits and hyphens in any script, in the one form that is looked up (RFC 5891)."""
    if len(domain) > 253 or (not domain.isascii() and unicodedata.normalize("NFKC", domain) != domain):
        return False
    return all(_LABEL.fullmatch(label) or _with_underscore(label) for label in domain.split("."))


def _with_underscore(label: str) -> bool:
    return re.fullmatch(r"\w(?:[\w-]{0,61}\w)?", label, re.ASCII) is not None


def _phrase(tokens: list[tuple[str, str]]) -> str:
    """The display name: quotes taken off, encoded words decoded (RFC 2047, section 5)."""
    text = "".join(_unquoted(t) if kind == "quoted" else " " if kind == "blank" else t for kind, t in tokens)
    name = decoded(text)
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()  # quotes inside the encoding
    return name


def _remark(item: _Item) -> str:
    """``anna@a.example (Anna Smith)``: the old way to give a name."""
    return decoded(item.remarks[0]) if item.remarks else ""


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def _seen_at(tokens: list[tuple[str, str]]) -> Iterator[str]:
    """What a careless reader takes for addresses: whatever stands around an ``@``, blanks or not."""
    words = [text for kind, text in tokens if kind != "blank"]
    behind = ""  # the words from here on as one, as far as a full stop joins them: b .example
    for n in range(len(words) - 1, -1, -1):
        if words[n] == "@":
            yield f"{words[n - 1] if n else ''}@{behind}".lower()
            behind = ""
        elif behind and (words[n][-1] == "." or behind[0] == "."):
            behind = (words[n] + behind)[:_LONGEST]
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
