"""What gateways tell of a target that they keep on their server: at least its host.

Mimecast names the domain alone; the address can only be had by following the link, which we never do.
"""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl, urlsplit

_HOST = re.compile(r"[^\W_](?:[\w-]{0,62}\.){1,10}[^\W\d_][\w-]{1,30}", re.UNICODE)


def host_behind(url: str) -> str | None:
    """``https://protect-eu.mimecast.com/s/x?domain=town.example`` -> ``town.example``; None for other links."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    for suffix, told in _GATEWAYS:
        if host == suffix or host.endswith("." + suffix):
            return _checked(told(parts))
    return None


def _checked(host: str | None) -> str | None:
    bare = re.sub(r"^https?://", "", (host or "").strip().lower()).partition("/")[0].partition(":")[0]
    return bare if _HOST.fullmatch(bare) else None


def _named(*names: str) -> Callable[[SplitResult], str | None]:
    def told(parts: SplitResult) -> str | None:
        try:
            values = {key.lower(): value for key, value in parse_qsl(parts.query, max_num_fields=100)}
        except ValueError:
            return None
        return next((values[name] for name in names if values.get(name)), None)

    return told


def _mandrill(parts: SplitResult) -> str | None:
    """``/track/click/30012345/town.example``"""
    steps = parts.path.split("/")
    return steps[4] if parts.path.startswith("/track/click/") and len(steps) > 4 else None


_GATEWAYS: tuple[tuple[str, Callable[[SplitResult], str | None]], ...] = (
    ("mimecast.com", _named("domain")),
    ("mimecastprotect.com", _named("domain")),
    ("protection.sophos.com", _named("d")),
    ("defend.egress.com", _named("@originallink", "originallink")),
    ("mandrillapp.com", _mandrill),
)
