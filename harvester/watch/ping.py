"""A dead man's switch: somebody else's machine hears of every run that succeeded, and calls when it hears nothing.

It may be silent, slow or wrong: that costs a run a few seconds, and never its outcome.
"""

import threading
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from harvester.access_token import NoRedirect
from harvester.config.watch import WatchConfig

SECONDS = 5.0  # in all, whatever drips


def ping(watch: WatchConfig, succeeded: bool) -> str:
    """Why the switch was not reached; empty if it was, or if there is nothing to tell it."""
    if not watch.ping_url or not (succeeded or watch.ping_fail):
        return ""
    base = watch.ping_url.rstrip("/")
    told: list[str] = []
    asking = threading.Thread(
        target=lambda: told.append(_ask(watch.ping_url if succeeded else base + watch.ping_fail)), daemon=True
    )
    asking.start()
    asking.join(SECONDS)
    host = urlsplit(watch.ping_url).hostname  # the rest is a secret
    why = told[0] if told else f"no answer within {SECONDS:g} s"
    return f"the dead man's switch at {host} was not reached: {why}; see watch.ping_url" if why else ""


def _ask(url: str) -> str:
    request = urllib.request.Request(url, headers={"User-Agent": "harvester"})  # noqa: S310  (http and https only)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=SECONDS):
            return ""
    except urllib.error.HTTPError as fault:
        with fault:
            return f"HTTP {fault.code}"
    except (OSError, ValueError) as fault:
        return str(getattr(getattr(fault, "reason", fault), "strerror", "") or type(fault).__name__)
