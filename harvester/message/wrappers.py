"""Links as mail gateways and newsletter tools rewrite them -> the address the writer meant.

Pure text work: nothing is ever fetched. A wrapper that hides its target on a server stays as it is.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

LONGEST = 8_000
"""Characters; a longer address is not taken apart."""
LAYERS = 5
"""A link may be wrapped by several gateways in turn."""

_ABSOLUTE = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_ENCODED = re.compile(r"https?%3a", re.IGNORECASE)
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""No address holds these: what seems to be one is something else, or wants to look like something else."""
_BASE64 = re.compile(r"(?:^|/)(aHR0c(?:HM6|Dov)[A-Za-z0-9+_-]{6,}={0,2})(?=$|/|\.)")  # http: and https:
_URL_SAFE = str.maketrans("-_", "+/")
_TARGET_NAMES = (
    "url", "u", "target", "targeturl", "redirect", "redirect_url", "redirecturl", "redirect_to", "dest",
    "destination", "link", "goto", "to", "uri", "href", "out",
)  # fmt: skip
_NO_TRACKERS = ("translate.", "validator.", "web.archive.org", "wave.webaim.org")
"""Here the address in the query is what is worked on, not where one is led to."""


@lru_cache(maxsize=500)  # the links of our request stand in most replies, and are asked for three times
def unwrap(url: str) -> str:
    """The target of a wrapped link, or ``url`` itself, letter by letter."""
    for _ in range(LAYERS):
        if len(url) > LONGEST:
            return url
        inner = _one_layer(url)
        if inner is None or inner == url:
            break
        url = inner
    return url


def _one_layer(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    for suffix, peel in _GATEWAYS:
        if host == suffix or host.endswith("." + suffix):
            found = peel(url)
            if found is not None:
                return _checked(found)
    if host.startswith(("www.google.", "google.")):
        return _checked(_google(url))
    if host.startswith(_NO_TRACKERS):
        return None
    return _checked(_query(url, *_TARGET_NAMES) if "=" in parts.query else None) or _checked(_in_base64(parts.path))


def _checked(target: str | None) -> str | None:
    """Only an absolute web address counts as a target."""
    if target is None:
        return None
    target = target.strip()
    if "://" not in target[:10] and _ENCODED.match(target):
        target = unquote(target)
    return target if _ABSOLUTE.match(target) and not _UNSEEN.search(target) else None


def _query(url: str, *names: str) -> str | None:
    """The first of these parameters that holds an absolute address."""
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return None
    values = {key.lower(): value for key, value in reversed(pairs)}
    for name in names:
        value = values.get(name)
        if not value:
            continue
        found = value if _checked(value) else _in_base64(value)
        if _checked(found):
            return found
    return None


def _in_base64(text: str) -> str | None:
    """An address that stands there in base64; it begins alike in all of them."""
    found = _BASE64.search(text)
    try:
        return _unpacked(found[1]).decode("utf-8") if found else None
    except (binascii.Error, UnicodeDecodeError):
        return None


def _unpacked(text: str) -> bytes:
    """Base64 of either alphabet, with or without its padding."""
    letters = text.rstrip("=").translate(_URL_SAFE)
    return base64.b64decode(letters + "=" * (-len(letters) % 4))


def _safelinks(url: str) -> str | None:
    """Microsoft Defender: ``?url=<percent-encoded>&data=...``."""
    return _query(url, "url")


def _proofpoint(url: str) -> str | None:
    """Proofpoint URL Defense v1, v2 and v3, by Proofpoint's published decoder."""
    parts = urlsplit(url)
    if parts.path.startswith("/v3/"):
        return _proofpoint_3(url)
    value = dict(parse_qsl(parts.query)).get("u") or ""
    if parts.path.startswith("/v1/"):
        return unquote(value)
    return unquote(value.translate({ord("-"): "%", ord("_"): "/"}))


_V3 = re.compile(r"/v3/__(.+?)__;([A-Za-z0-9_=-]*)!")
_V3_TOKEN = re.compile(r"\*(\*.)?")
_V3_RUN = {
    letter: length
    for length, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 2)
}


def _proofpoint_3(url: str) -> str | None:
    """``*`` stands for one kept character, ``**X`` for a run of them; they follow in base64."""
    found = _V3.search(url)
    if not found:
        return None
    try:
        kept = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    at = 0

    def put_back(token: re.Match[str]) -> str:
        nonlocal at
        count = _V3_RUN.get(token[1][1], 0) if token[1] else 1
        at += count
        return kept[at - count : at]

    target = _V3_TOKEN.sub(put_back, found[1])
    # the web server folds "//": Proofpoint writes "https:/host" at times
    return re.sub(r"^(https?):/(?=[^/])", r"\1://", target, flags=re.IGNORECASE)


def _in_path(url: str) -> str | None:
    """An address written behind the gateway's own: ``https://gateway.example/s/https://town.example``."""
    at = re.search(r"https?(?::|%3a)(?:/|%2f){1,2}", url[8:], re.IGNORECASE)
    if not at:
        return None
    inner = url[8 + at.start() :]
    return unquote(inner) if "%3" in inner[:10] else inner


def _checkpoint(url: str) -> str | None:
    """Check Point Harmony, once Avanan: ``/v2/___https://town.example___.<checksum>``."""
    inner = _in_path(url)
    return inner.rpartition("___.")[0] or inner if inner else None


def _symantec(url: str) -> str | None:
    """Symantec click-time protection and urlsand.esvalabs.com: ``?u=``."""
    return _query(url, "u", "url")


def _mimecast(url: str) -> str | None:
    """Mimecast names only the target's domain, unless the old form carries the address itself."""
    return _query(url, "url", "u") or _in_path(url)


def _any_query(url: str) -> str | None:
    return _query(url, *_TARGET_NAMES)


def _google(url: str) -> str | None:
    return _query(url, "q", "url", "adurl") if urlsplit(url).path in ("/url", "/imgres", "/aclk") else None


def _facebook(url: str) -> str | None:
    return _query(url, "u") if urlsplit(url).path in ("/l.php", "/sharer.php", "/sharer/sharer.php") else None


def _sophos(url: str) -> str | None:
    """Sophos: ``?d=town.example&u=<base64>``."""
    value = dict(parse_qsl(urlsplit(url).query)).get("u", "")
    try:
        return _unpacked(value.replace(" ", "+")).decode("utf-8")  # a plus sign is a blank in a query
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def _egress(url: str) -> str | None:
    """Egress Defend: ``/Warn?...&Base64Url=<zlib, base64>&@OriginalLink=town.example``."""
    values = {key.lower(): value for key, value in parse_qsl(urlsplit(url).query)}
    try:
        packed = _unpacked(values.get("base64url", "").replace(" ", "+"))
        return zlib.decompressobj().decompress(packed, LONGEST).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError, zlib.error):
        return None


_GATEWAYS: tuple[tuple[str, Callable[[str], str | None]], ...] = (
    ("safelinks.protection.outlook.com", _safelinks),
    ("safelinks.protection.office365.us", _safelinks),
    ("safelinks.protection.partner.outlook.cn", _safelinks),
    ("statics.teams.cdn.office.net", _safelinks),
    ("urldefense.proofpoint.com", _proofpoint),
    ("urldefense.com", _proofpoint),
    ("urldefense.us", _proofpoint),
    ("linkprotect.cudasvc.com", lambda url: _query(url, "a", "url")),  # Barracuda
    ("mimecast.com", _mimecast),
    ("mimecastprotect.com", _mimecast),
    ("urlsand.esvalabs.com", _symantec),
    ("urlsand.com", _symantec),
    ("clicktime.symantec.com", _symantec),
    ("clicktime.cloud.postoffice.net", _symantec),
    ("protect.checkpoint.com", _checkpoint),
    ("url.avanan.click", _checkpoint),
    ("secure-web.cisco.com", _in_path),
    ("protect2.fireeye.com", _any_query),
    ("protection.sophos.com", _sophos),
    ("defend.egress.com", _egress),
    ("trendmicro.com", _any_query),
    ("facebook.com", _facebook),
    ("l.instagram.com", _any_query),
    ("slack-redir.net", _any_query),
    ("steamcommunity.com", _any_query),
)


def without_campaign(url: str) -> str:
    """``?id=7&utm_source=mail`` -> ``?id=7``: what counts visits says nothing of the page."""
    if "utm_" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [pair for pair in parts.query.split("&") if not pair.lower().startswith("utm_")]
    return urlunsplit(parts._replace(query="&".join(kept)))


def key_of(url: str) -> str:
    """For comparing links: an address without scheme, ``www.`` and last slash, unwrapped."""
    _, slash, tail = without_campaign(unwrap(url)).partition("://")
    host, _, path = (tail if slash else url).partition("/")
    return f"{host.lower().removeprefix('www.')}/{path}".rstrip("/")
