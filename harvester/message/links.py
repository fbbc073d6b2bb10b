"""The links a respondent gives, in plain words and in HTML. The one door of linkify-it-py.

linkify costs milliseconds, so it sees only lines that a cheap test picks, in pieces of bounded length.
No link is ever followed.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from harvester.message.domains import ascii_domain
from harvester.message.page import Anchor
from harvester.message.wrappers import unwrap
from harvester.model import Link, LinkKind

PIECE = 4_000
"""Characters that linkify sees at once."""
LONGEST = 8_000

Span = tuple[int, int]

_PROMISING = re.compile(r"://|www\.|@|[a-z]\.[a-z]{2,24}/", re.IGNORECASE)
_BROKEN = re.compile(r"<\s*(?:URL:)?(https?://[^<>\s]{1,400}\n[^<>]{1,2000})>", re.IGNORECASE)
_SCHEMES = ("http", "https", "ftp")
_SHARES = (
    "wetransfer.com", "we.tl", "1drv.ms", "onedrive.live.com", "sharepoint.com", "dropbox.com", "db.tt", "box.com",
    "drive.google.com", "docs.google.com", "egress.com", "transfernow.net", "smash.gg", "fromsmash.com", "swisstransfer.com",
    "mega.nz", "sendspace.com", "hightail.com", "yousendit.com", "filemail.com", "mediafire.com", "icloud.com", "pcloud.com",
    "sharefile.com", "sharefile.eu", "citrixdata.com", "tresorit.com", "cryptshare.com", "filr.net", "magentacloud.de",
    "objective.com", "objectiveconnect.co.uk", "huddle.com", "huddle.net", "galaxkey.com", "filesender.org", "dracoon.com",
    "hidrive.strato.com", "my.hidrive.com", "disk.yandex.com", "disk.yandex.ru", "yadi.sk", "cloud.mail.ru", "ge.tt",
    "sync.com", "send.tresorit.com", "wetransfer.net", "gofile.io", "terabox.com", "zivver.com", "adobe.ly",
)  # fmt: skip
_SHARE_PATH = re.compile(
    r"^/(?:index\.php/)?s/[A-Za-z0-9]{8,}/?|^/(?:owncloud|nextcloud|cloud)/(?:index\.php/)?s/[A-Za-z0-9]{8,}|^/(?:f|d)/[0-9a-f]{20}/?$"
)
"""Nextcloud, ownCloud and Seafile give out such paths on hosts of any name."""


def links_of(
    text: str, spans: Sequence[Span], anchors: Sequence[Anchor], found_in: str, limit: int
) -> tuple[Link, ...]:
    """The links within ``spans`` of ``text``, each target once, in order of first appearance.

    A link that only the HTML knows (its words say something else) is found in ``html``.
    """
    found: dict[str, Link] = {}
    covered = [a for a in anchors if _within(a, spans)]
    by_place: list[tuple[int, Link]] = []
    for anchor in covered[: limit * 4]:
        link = link_to(anchor.href, "html" if found_in == "own_text" else found_in)
        if link is None:
            continue
        seen = link_to(text[anchor.start : anchor.end].strip(), found_in)
        by_place.append((anchor.start, seen if seen and _key(seen.url) == _key(link.url) else link))
    for at, raw in written(text, _without(spans, covered)):
        link = link_to(raw, found_in)
        if link is not None:
            by_place.append((at, link))
        if len(by_place) > limit * 8:
            break
    for _, link in sorted(by_place, key=lambda placed: placed[0]):
        known = found.get(_key(link.url))
        if known is None or (known.found_in == "html" and link.found_in != "html"):
            found[_key(link.url)] = link
    return tuple(found.values())[:limit]


def merged(groups: Sequence[Sequence[Link]], limit: int) -> tuple[Link, ...]:
    """Links of several texts, each target once; the first place wins."""
    found: dict[str, Link] = {}
    for group in groups:
        for link in group:
            found.setdefault(_key(link.url), link)
    return tuple(found.values())[:limit]


def link_to(raw: str, found_in: str) -> Link | None:
    """What a written address or an href leads to; None for anything but web, ftp and mail."""
    raw = raw.strip()
    if not raw or len(raw) > LONGEST or re.search(r"[\s\x00-\x1f\\]", raw):
        return None
    lower = raw[:12].lower()
    if lower.startswith("mailto:") or ("@" in raw and ":" not in raw and "/" not in raw):
        return _mail(raw, found_in)
    address = raw if re.match(r"[a-z][a-z0-9+.-]*:", lower) and "://" in raw[:10] else None
    if address is None:
        if not re.match(r"(?:www\.|[\w-]+(?:\.[\w-]+){1,10}/)", raw, re.IGNORECASE) or re.match(r"\w+:(?!\d)", raw):
            return None
        address = "http://" + raw
    url = unwrap(address)
    try:
        parts = urlsplit(url)
        host = ascii_domain(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES or not host:
        return None
    return Link(url, raw, host, url != address, _kind(host, parts.path), found_in)


def _mail(raw: str, found_in: str) -> Link | None:
    address = unquote(raw.removeprefix("mailto:") if raw[:7].lower() != "mailto:" else raw[7:]).partition("?")[0]
    local, at, domain = address.strip("<> ").rpartition("@")
    if not at or not local or "." not in domain or re.search(r"[\s,;<>]", address):
        return None
    host = ascii_domain(domain)
    return Link(f"mailto:{local}@{host}", raw, host, False, LinkKind.MAILTO, found_in)


def _kind(host: str, path: str) -> LinkKind:
    if any(host == share or host.endswith("." + share) for share in _SHARES) or _SHARE_PATH.match(path):
        return LinkKind.SHARE
    return LinkKind.WEB


def _key(url: str) -> str:
    """Two ways to write one address: case of scheme and host, a last slash."""
    head, slash, tail = url.partition("://")
    host, _, path = tail.partition("/")
    return f"{head.lower()}{slash}{host.lower()}/{path}".rstrip("/") if slash else url.lower()


@cache
def _linkify() -> Any:
    from linkify_it import LinkifyIt
    from linkify_it.tlds import TLDS

    # .example (RFC 2606) stands in every document that shows how something is done
    return LinkifyIt().tlds([*TLDS, "example"])


def written(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, str]]:
    """(place, address) of the links written out in these spans."""
    for start, end in spans:
        part = text[start:end]
        if not _PROMISING.search(part):
            continue
        whole, part = _mend(part)
        for at, address in whole:
            yield start + at, address
        at = 0
        for line in part.split("\n"):
            if _PROMISING.search(line):
                for place, raw in _in_line(line):
                    yield start + at + place, raw
            at += len(line) + 1


def _mend(part: str) -> tuple[list[tuple[int, str]], str]:
    """Addresses that ``<...>`` holds together over line ends; they are blanked out of the rest."""
    found: list[tuple[int, str]] = []
    if "<" not in part:
        return found, part
    pieces: list[str] = []
    done = 0
    for match in _BROKEN.finditer(part):
        rows = [row.strip("> \t\r") for row in match[1].split("\n")]
        if len(rows) <= 8 and all(rows) and not any(" " in row for row in rows):
            found.append((match.start(), "".join(rows)))
            pieces += [part[done : match.start()], " " * (match.end() - match.start())]
            done = match.end()
    pieces.append(part[done:])
    return found, "".join(pieces) if found else part


def _in_line(line: str) -> Iterator[tuple[int, str]]:
    at = 0
    while at < len(line):
        end = at + PIECE
        if end < len(line):
            blank = line.rfind(" ", at, end)
            end = blank if blank > at else end
        piece = line[at:end]
        if _PROMISING.search(piece):
            for match in _linkify().match(piece) or ():
                raw = match.raw
                if match.schema == "" and "/" not in raw and raw[:4].lower() != "www.":
                    continue  # "services.No charges" is no address in Norway
                yield at + match.index, raw
        at = end


def _within(anchor: Anchor, spans: Sequence[Span]) -> bool:
    return any(start <= anchor.start and anchor.end <= end for start, end in spans)


def _without(spans: Sequence[Span], anchors: Sequence[Anchor]) -> list[Span]:
    """The spans less the words of anchors: what an anchor leads to, its href says."""
    left: list[Span] = []
    for start, end in spans:
        at = start
        for anchor in anchors:
            if anchor.start >= at and anchor.end <= end:
                if anchor.start > at:
                    left.append((at, anchor.start))
                at = anchor.end
        if at < end:
            left.append((at, end))
    return left
