"""For which organisation does a reply speak? A guess from signature, name and domain; unknown is better than wrong.

The words that tell an organisation and a country stand in ``organisations.toml``: data, not code.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from harvester.message.domains import ascii_domain, organisational
from harvester.model import Message, Respondent, SegmentKind

LONGEST = 90
"""Characters of a line that may be an organisation's name."""
COVERING_NOTE = 200
"""Characters above a mail that was passed on; more are an answer."""
LAST_LINES = 8
"""Lines at the end of the own words in which a name may stand where no signature was recognised."""

_NOT_A_NAME = re.compile(r"[?!]|https?:|www\.|@|\d{3,}|[.;:]\s+\S|^[-–—*>|]", re.IGNORECASE)
_ORIGINAL_FROM = re.compile(
    r"^[>\s*]*[^\W\d_]{2,12}\s?:\*?\s*(?P<name>[^<>\n]{0,100}?)\s*[<\[](?:mailto:)?(?P<address>[^<>\s\]]+@[^<>\s\]]+)[>\]]",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Words:
    organisation: frozenset[str]
    endings: tuple[str, ...]
    jobs: frozenset[str]
    offices: frozenset[str]
    free_mail: frozenset[str]
    countries: dict[str, str]  # name in lower case -> ISO 3166-1 alpha-2
    top_level: dict[str, str]  # top-level domain -> country, where it is not the code itself


@cache
def _words() -> _Words:
    table = tomllib.loads((files("harvester.classify") / "organisations.toml").read_text(encoding="utf-8"))
    return _Words(
        frozenset(table["words"]),
        tuple(table["endings"]),
        frozenset(table["jobs"]),
        frozenset(table["offices"]),
        frozenset(table["free_mail"]),
        {name.lower(): code for code, names in table["countries"].items() for name in names},
        table["top_level"],
    )


def respondent(message: Message, language: str) -> Respondent:
    """Organisation, country and domain as far as they can be told.

    ``language`` decides nothing: German is written in five countries. A mail that was only passed on speaks
    for its original author.
    """
    address, name = _author(message)
    domain = _domain(address)
    lines = [*_signature_lines(message), name]
    organisation = next((line for line in map(_tidied, lines) if line and names_an_organisation(line)), None)
    country = _of_top_level(domain) or _of_lines(_signature_lines(message))
    return Respondent(organisation, country, domain)


def names_an_organisation(line: str) -> bool:
    """Is this the name of an authority or association: a short line with a word that only such names hold?"""
    if not 3 <= len(line) <= LONGEST or _NOT_A_NAME.search(line) or not any(c.isupper() for c in line):
        return False
    found = [word.lower() for word in _WORD.findall(line)]
    if not 2 <= len(found) <= 10 and not (len(found) == 1 and found[0].endswith(_words().endings)):
        return False
    if _words().jobs.intersection(found):
        return False
    capitals = sum(1 for word in _WORD.findall(line) if word[0].isupper())
    if capitals * 2 < len(found):
        return False  # a sentence, not a name
    return any(word in _words().organisation or word.endswith(_words().endings) for word in found)


def _author(message: Message) -> tuple[str, str]:
    """Who speaks: the sender, or the author of what was passed on with hardly a word above it."""
    sender = (message.sender.address or "", message.sender.name)
    passed_on = next((s.start for s in message.segments if s.kind is SegmentKind.FORWARDED), None)
    if passed_on is None:
        return sender
    above = (s for s in message.segments if s.kind is SegmentKind.OWN and s.start < passed_on)
    if sum(len(message.text[s.start : s.end].strip()) for s in above) > COVERING_NOTE:
        return sender
    head = message.text[passed_on : passed_on + 1_500]
    found = _ORIGINAL_FROM.search(head)
    return (found["address"], found["name"].strip("\"' ")) if found else sender


def _domain(address: str) -> str | None:
    """The registered domain; None for a mail provider's, which says nothing of the sender."""
    host = ascii_domain(address.rpartition("@")[2])
    if not host or "." not in host:
        return None
    name = organisational(host)
    return None if name in _words().free_mail else name


def _of_top_level(domain: str | None) -> str | None:
    ending = (domain or "").rpartition(".")[2]
    if len(ending) != 2:
        return _words().top_level.get(ending)
    return _words().top_level.get(ending, ending.upper()) or None


def _of_lines(lines: Sequence[str]) -> str | None:
    """A country that stands alone in a line or at its end: ``SE-111 22 Stockholm, Sweden``."""
    for line in reversed(lines):
        last = re.split(r"[,–|\-]", line)[-1].strip(" .").lower()
        if code := _words().countries.get(last):
            return code
    return None


def _signature_lines(message: Message) -> list[str]:
    """What stands below the letter."""
    signature = [line.strip() for line in message.signature.splitlines() if line.strip()]
    own = [line.strip() for line in message.own_text.rstrip().splitlines() if line.strip()]
    return [*own[1:][-LAST_LINES:], *signature]


def _tidied(line: str) -> str:
    """Parts of a line stand apart: ``Policy Officer | Town of Ashby`` names the town."""
    parts = [part.strip(" ,.*_>\t") for part in re.split(r"\s[|·•/–—]\s|\t|,\s", line)]
    return _without_office(next(_best(parts), " ".join(line.split()).strip(" ,.*_>")))


def _without_office(line: str) -> str:
    first, _, rest = line.partition(" ")
    return rest if first.lower() in _words().offices and names_an_organisation(rest) else line


def _best(parts: Sequence[str]) -> Iterator[str]:
    if len(parts) > 1:
        yield from (part for part in parts if names_an_organisation(part))
