"""What our own mail server found out about the sender: Authentication-Results (RFC 8601).

Anybody can write such a header into a mail. Only those whose authserv-id is the configured one count, and
where several of them disagree, the worst word counts. A pass for another domain than that of From is no pass
(RFC 7489, section 3.1: alignment, relaxed).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harvester.acknowledge.words import Unreadable, Word, words
from harvester.message.domains import organisational
from harvester.model import Headers

HEADER = "authentication-results"


class Trust(StrEnum):
    """What the trusted headers say of the From address, taken together."""

    UNTOLD = "untold"  # no trusted header, or none that speaks of it
    PASSED = "passed"  # dmarc, or aligned dkim or spf
    UNPROVEN = "unproven"
    FAILED = "failed"  # dmarc=fail


@dataclass(frozen=True, slots=True)
class Result:
    """One ``method=result`` and its properties (RFC 8601, section 2.2); all names in lower case."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.properties if key == name]


@dataclass(frozen=True, slots=True)
class Testimony:
    """One Authentication-Results header: who wrote it, and what it says."""

    authserv_id: str
    results: tuple[Result, ...] = ()


def read(value: str) -> Testimony | None:
    """One header value; None if it does not say who wrote it.

    What cannot be read on is a testimony without results: a sender who breaks our server's header, by a
    parenthesis in his host name, must not get it overlooked.
    """
    try:
        first, *others = _clauses(words(value))
    except Unreadable:
        name = re.match(r'[\s"]*([^\s;"()]+)', value)
        return Testimony(name[1].lower()) if name else None
    if not first or len(first) > 2 or (len(first) == 2 and not first[1].text.isdigit()):
        return None  # after the name only a version number may stand
    results = [_result(clause) for clause in others if clause]
    return Testimony(first[0].text.lower(), tuple(one for one in results if one is not None))


def _clauses(found: Sequence[Word]) -> Iterator[list[Word]]:
    clause: list[Word] = []
    for word in found:
        if word.text == ";" and not word.quoted:
            yield clause
            clause = []
        else:
            clause.append(word)
    yield clause


_METHOD = re.compile(r"([a-z0-9][a-z0-9_-]*)(?:/\d+)?=([a-z0-9_-]+)\Z")


def _result(clause: Sequence[Word]) -> Result | None:
    """``dkim=pass reason="..." header.d=town.example``; ``none`` alone says nothing."""
    joined = list(_joined(clause))
    if not joined or joined[0].quoted:
        return None
    said = _METHOD.match(joined[0].text.lower())
    if said is None:
        return None
    properties = []
    for word in joined[1:]:
        name, equals, value = word.text.partition("=")
        if equals and "." in name and not name.startswith('"'):
            properties.append((name.lower(), value.lower()))
    return Result(said[1], said[2], tuple(properties))


def _joined(clause: Sequence[Word]) -> Iterator[Word]:
    """Blanks may stand around ``=`` and ``/`` (CFWS): ``spf = pass`` is one word."""
    pending: Word | None = None
    for word in clause:
        if pending is None:
            pending = word
        elif not word.quoted and word.text[:1] in ("=", "/"):
            pending = Word(pending.text + word.text, pending.quoted)
        elif not pending.quoted and pending.text[-1:] in ("=", "/"):
            pending = Word(pending.text + word.text, word.quoted)
        else:
            yield pending
            pending = word
    if pending is not None:
        yield pending


def trust(headers: Headers, authserv_id: str, sender: str) -> Trust:
    """What our own server says of ``sender`` (the From address). No configured id: nothing is believed."""
    wanted = authserv_id.strip().strip('"').lower()
    if not wanted:
        return Trust.UNTOLD
    ours = [said for value in headers.all(HEADER) if (said := read(value)) is not None and said.authserv_id == wanted]
    return weighed(ours, _owner(sender))


def weighed(ours: Sequence[Testimony], owner: str) -> Trust:
    """One verdict of all trusted headers; ``owner`` is the organisational domain of From.

    A server may write one header for each method. It never contradicts itself: where two headers differ on
    one method, one says nothing at all, or ``dmarc=pass`` is not borne out by the spf and dkim results that
    stand elsewhere, somebody has added to its words, and nothing is a pass any more.
    """
    methods = [
        [verdict for said in ours if (verdict := judge(said.results, owner)) is not None]
        for judge in (_dmarc, _dkim, _spf)
    ]
    dmarc, dkim, spf = methods
    if Trust.FAILED in dmarc:
        return Trust.FAILED
    if not (dmarc or dkim or spf):
        return Trust.UNTOLD
    proven = Trust.PASSED in dkim or Trust.PASSED in spf
    if len(ours) > 1:
        at_odds = any(len(set(verdicts)) > 1 for verdicts in methods)
        silent = any(not said.results for said in ours)
        unproven = Trust.PASSED in dmarc and bool(dkim or spf) and not proven
        if at_odds or silent or unproven:
            return Trust.UNPROVEN
    return _pass_if(proven or Trust.PASSED in dmarc)


def _dmarc(results: Sequence[Result], owner: str) -> Trust | None:
    """RFC 7489, section 11.1; ``header.from`` names the domain that was looked at."""
    ours = [one for one in results if one.method == "dmarc"]
    if not ours:
        return None
    if any(one.result == "fail" for one in ours):
        return Trust.FAILED
    return _pass_if(
        all(one.result == "pass" and all(_owner(d) == owner for d in one.values("header.from")) for one in ours)
    )


def _dkim(results: Sequence[Result], owner: str) -> Trust | None:
    """A mail may bear several signatures (section 2.7.1): a good one of the owner is enough."""
    ours = [one for one in results if one.method == "dkim"]
    if not ours:
        return None
    return _pass_if(any(_vouches(one, ("header.d", "header.i"), owner) for one in ours))


def _spf(results: Sequence[Result], owner: str) -> Trust | None:
    """Only the return path counts (section 2.7.2), not the name in HELO."""
    spoken = [one for one in results if one.method == "spf"]
    ours = [one for one in spoken if one.values("smtp.mailfrom")]
    if not ours:
        return Trust.UNPROVEN if spoken else None
    return _pass_if(all(_vouches(one, ("smtp.mailfrom",), owner) for one in ours))


def _vouches(one: Result, names: Sequence[str], owner: str) -> bool:
    domains = [value for name in names for value in one.values(name)]
    return one.result == "pass" and bool(domains) and all(_owner(domain) == owner != "" for domain in domains)


def _owner(address_or_domain: str) -> str:
    return organisational(address_or_domain.rpartition("@")[2])


def _pass_if(holds: bool) -> Trust:
    return Trust.PASSED if holds else Trust.UNPROVEN
