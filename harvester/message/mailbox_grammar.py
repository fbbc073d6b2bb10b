"""The grammar of mailboxes in From, To and their like (RFC 5322, section 3.4; addresses in UTF-8: RFC 6532).

Everything here is one pass over the text. Stricter than the RFC where two programs may read two addresses, milder
where a name is written as no grammar allows and the address stands in angle brackets all the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from harvester.message.clean import visible
from harvester.message.encoded_words import decoded

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

LONGEST = 320
"""Characters of an address."""


class NotUnderstood(ValueError):
    """The text is no list of mailboxes."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    name: str
    address: str


@dataclass(slots=True)
class Item:
    """What stands between two commas: tokens outside and inside ``<...>``, and remarks in comments."""

    outside: list[tuple[str, str]] = field(default_factory=list)
    inside: list[tuple[str, str]] | None = None
    remarks: list[str] = field(default_factory=list)
    closed: bool = False


def items_of(value: str) -> Iterator[tuple[Item, bool]]:
    """Items between top-level commas and semicolons, with whether they stand in a group."""
    item = Item()
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
                item = Item()
                label = []
            item.remarks.clear()
            in_group = in_group and kind == ","
        elif kind == ":":
            if item.inside is not None:
                raise NotUnderstood(": behind a mailbox")
            in_group = True
            label += [*item.outside, (kind, text), ("blank", " ")]
            item = Item()
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


def mailbox_of(item: Item) -> Mailbox | None:
    """None for an item that names no address: a lone phrase, an empty ``<>`` or nothing at all."""
    if item.inside is not None:
        inside = [token for token in item.inside if token[0] != "blank"]
        if not inside:
            return None
        if inside[0][0] == "@":
            inside = _after_route(inside)
        return Mailbox(phrase(item.outside) or _remark(item), _address(inside))
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
    if visible(address) != address or len(address) > LONGEST or any(c.isspace() for c in domain):
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


def phrase(tokens: list[tuple[str, str]]) -> str:
    """The display name: quotes taken off, encoded words decoded (RFC 2047, section 5)."""
    text = "".join(_unquoted(t) if kind == "quoted" else " " if kind == "blank" else t for kind, t in tokens)
    name = decoded(text)
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()  # quotes inside the encoding
    return name


def _remark(item: Item) -> str:
    """``anna@a.example (Anna Smith)``: the old way to give a name."""
    return decoded(item.remarks[0]) if item.remarks else ""


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
