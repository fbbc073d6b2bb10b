"""``Content-Type`` and ``Content-Disposition`` with their parameters (RFC 2045, section 5.1; RFC 2231).

Tolerant as mail programs are: names without quotes and with blanks, 8-bit letters, encoded words where
RFC 2231 was meant, continued names with missing pieces. One pass over the text.
"""

import re
from dataclasses import dataclass

from harvester.message.charset import text_of
from harvester.message.encoded_words import decoded

MOST = 50
"""Parameters read of one header; honest mail has fewer than ten."""

_BETWEEN = re.compile(r"[\s;]*+")
_NAME = re.compile(r"([!#-&+\-.^-~A-Z0-9*']{1,80})\s*=\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"?', re.DOTALL)
_BARE = re.compile(r"[^;]*")
_PIECE = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_TYPE = re.compile(r"\s*([A-Za-z0-9!#$&^_.+-]{1,100})\s*/\s*([A-Za-z0-9!#$&^_.+-]{1,100})")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Typed:
    """The value before the first semicolon, in lower case, and its parameters; the first of a name wins."""

    value: str
    parameters: tuple[tuple[str, str], ...] = ()
    repeated: tuple[str, ...] = ()  # names that came twice with different values

    def get(self, name: str) -> str:
        return next((value for key, value in self.parameters if key == name), "")


def media_type(value: str) -> str | None:
    """``text/plain`` in lower case; None if no type and subtype stand there."""
    match = _TYPE.match(value)
    return f"{match[1]}/{match[2]}".lower() if match else None


def parse(value: str) -> Typed:
    head, _, rest = value.partition(";")
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}  # RFC 2231, section 3: name*0, name*1*
    repeated: list[str] = []
    for name, text in _pairs(rest):
        match = _PIECE.fullmatch(name)
        if match is None:
            continue
        base, number, coded = match[1], match[2], bool(match[3])
        if number is not None or coded:
            pieces.setdefault(base, {}).setdefault(int(number or 0), (text, coded))
        elif base not in found:
            found[base] = decoded(text)
        elif decoded(text) != found[base]:
            repeated.append(base)
    for base, numbered in pieces.items():
        found[base] = _joined(numbered)  # section 4.1: the extended form is the better one
    return Typed(" ".join(head.split()).lower(), tuple(found.items()), tuple(repeated))


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    at = 0
    while at < len(text) and len(pairs) < MOST:
        if between := _BETWEEN.match(text, at):  # passed over once, not again from each of its semicolons
            at = between.end()
        name = _NAME.match(text, at)
        if name is None:
            skipped = text.find(";", at)
            if skipped < 0:
                break
            at = skipped + 1
            continue
        quoted = _QUOTED.match(text, name.end())
        if quoted is not None:
            pairs.append((name[1].lower(), _ESCAPE.sub(_unescaped, quoted[1])))
            skipped = text.find(";", quoted.end())
            at = len(text) if skipped < 0 else skipped + 1
            continue
        bare = _BARE.match(text, name.end())
        assert bare is not None
        pairs.append((name[1].lower(), bare.group().strip()))
        at = bare.end() + 1
    return pairs


def _unescaped(match: re.Match[str]) -> str:
    """``\\"`` is a quote; other backslashes are kept, for they are meant as paths (C:\\x) more often."""
    return match[1] if match[1] in '"\\' else match[0]


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    """The pieces in order up to the first gap: character set and percent signs undone (RFC 2231, section 4)."""
    data = b""
    charset = ""
    for n in range(len(numbered)):
        if n not in numbered:
            break
        text, coded = numbered[n]
        if coded:
            if n == 0 and text.count("'") >= 2:
                charset, _, text = text.split("'", 2)
            data += _PERCENT.sub(lambda m: bytes([int(m[1], 16)]), text.encode("utf-8", "replace"))
        else:
            data += text.encode("utf-8", "replace")
    text = text_of(data, charset or None)
    return decoded(text)
