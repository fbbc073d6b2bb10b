"""The links a respondent gives, in plain words and in HTML: unwrapped, each target once.

No link is ever followed.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from harvester.message.domains import ascii_domain, organisational
from harvester.message.hidden_targets import host_behind
from harvester.message.page import Anchor
from harvester.message.shares import is_share
from harvester.message.wrappers import unwrap, without_campaign
from harvester.message.written_links import LONGEST, Span, written
from harvester.model import Link, LinkKind

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SCHEMES = ("http", "https", "ftp")


def links_of(
    text: str, spans: Sequence[Span], anchors: Sequence[Anchor], found_in: str, limit: int
) -> tuple[Link, ...]:
    """The links within ``spans`` of ``text``, each target once, in order of first appearance, at most ``limit``.

    ``anchors`` are those of the page that ``text`` was read from; their words are not read again as written
    links, because where one is led the ``href`` says. A link whose words say something else is found in
    ``html``. ``url`` is the target, unwrapped and without campaign marks; ``raw`` is what stands in the text or
    the ``href``; ``wrapped`` is true if a gateway or tracker stands before the target. Where it hides the target,
    ``url`` is the gateway's unless the link's words tell the address, and ``host`` the one that it names.
    """
    found: dict[str, Link] = {}
    covered = _within(anchors, spans)
    by_place: list[tuple[int, Link]] = []
    for anchor in covered[: limit * 4]:
        link = link_to(anchor.href, "html" if found_in == "own_text" else found_in)
        if link is None:
            continue
        seen = link_to(text[anchor.start : anchor.end].strip(), found_in)
        if seen and seen.kind is not LinkKind.MAILTO and seen.host == link.host and host_behind(link.url):
            link = replace(seen, raw=link.raw, wrapped=True)  # the words tell what the gateway hides
        elif seen and _key(seen.url) == _key(link.url):
            link = seen
        by_place.append((anchor.start, link))
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


def misleading(text: str, anchors: Sequence[Anchor]) -> bool:
    """Do the words of some link show the address of another organisation than the one it leads to?"""
    for anchor in anchors:
        words = text[anchor.start : anchor.end].strip()
        if len(words) > LONGEST or "." not in words or " " in words:
            continue
        shown, real = link_to(words if "/" in words else f"{words}/", "html"), link_to(anchor.href, "html")
        if shown is None or real is None or LinkKind.MAILTO in (shown.kind, real.kind):
            continue
        if organisational(shown.host) != organisational(real.host):
            return True
    return False


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
    address = address.replace("&amp;", "&").translate(_INVISIBLE)  # left over from HTML made plain
    target = unwrap(address)
    url = without_campaign(target)
    hidden = host_behind(url)
    try:
        parts = urlsplit(url)
        host = ascii_domain(hidden or parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES or not host or not host.isascii():
        return None  # no host has such a name: letters were lost
    kind = LinkKind.SHARE if is_share(host, "" if hidden else parts.path) else LinkKind.WEB
    return Link(url, raw, host, bool(hidden) or target != address, kind, found_in)


def _mail(raw: str, found_in: str) -> Link | None:
    address = unquote(raw.removeprefix("mailto:") if raw[:7].lower() != "mailto:" else raw[7:]).partition("?")[0]
    local, at, domain = address.strip("<> ").rpartition("@")
    if not at or not local or "." not in domain or re.search(r"[\s,;<>]", address):
        return None
    host = ascii_domain(domain)
    if not host.isascii():
        return None
    return Link(f"mailto:{local}@{host}", raw, host, False, LinkKind.MAILTO, found_in)


def _key(url: str) -> str:
    """Two ways to write one address: case of scheme and host, a last slash."""
    head, slash, tail = url.partition("://")
    host, _, path = tail.partition("/")
    return f"{head.lower()}{slash}{host.lower()}/{path}".rstrip("/") if slash else url.lower()


def _within(anchors: Sequence[Anchor], spans: Sequence[Span]) -> list[Anchor]:
    """The anchors that lie in a span, in order. A linked picture stands where the next words begin."""
    spans = sorted(spans)
    starts = [start for start, _ in spans]
    covered: list[Anchor] = []
    for anchor in sorted(anchors, key=lambda a: (a.start, a.end)):
        n = bisect_right(starts, anchor.start) - 1
        if n >= 0 and anchor.start < spans[n][1] and anchor.end <= spans[n][1]:
            covered.append(anchor)
    return covered


def _without(spans: Sequence[Span], anchors: Sequence[Anchor]) -> list[Span]:
    """The spans less the words of these anchors: what an anchor leads to, its href says."""
    left: list[Span] = []
    n = 0
    for start, end in sorted(spans):
        at = start
        while n < len(anchors) and anchors[n].start < end:
            if anchors[n].start > at:
                left.append((at, anchors[n].start))
            at = max(at, anchors[n].end)
            n += 1
        if at < end:
            left.append((at, end))
    return left
