"""Access tokens for servers that want OAuth 2.0 instead of a password (RFC 6749; XOAUTH2 of Google and Microsoft).

From a command, or from the provider's token server: by client credentials (Microsoft 365) or by a refresh token
(Gmail). A token is kept in memory until five minutes before it ends, and never written anywhere. No sentence holds
a token, a secret, or what the token server said beyond its code.
"""

import json
import re
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from typing import IO, Any, NoReturn
from urllib.parse import urlsplit

from harvester.config.login import LoginTable
from harvester.config.secret import Secret
from harvester.errors import LoginRefused, OutOfReach, Unusable

EARLY = 300.0  # seconds
ASSUMED = 3600.0  # where the server does not say how long a token lasts
MOST = 100_000  # bytes of an answer
_CODE = re.compile(r"[a-z_]{1,40}")
_REFUSALS = frozenset({"invalid_client", "invalid_grant", "unauthorized_client", "invalid_scope", "access_denied"})


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A secret goes to the server that was named, and to no other."""

    def redirect_request(self, req: Any, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str) -> None:
        return None


class TokenSource:
    """The tokens of one login."""

    def __init__(self, login: LoginTable) -> None:
        self._login = login
        self._token, self._ends = "", 0.0

    def token(self, fresh: bool = False) -> str:
        """``fresh``: the last one was refused. Raises OutOfReach (LoginRefused), Unusable or ConfigError."""
        if fresh or not self._token or time.monotonic() >= self._ends:
            self._token, lasts = self._from_command() if self._login.token_command else self._from_server()
            self._ends = time.monotonic() + max(0.0, lasts - EARLY)
        return self._token

    def _from_command(self) -> tuple[str, float]:
        assert self._login.token_command is not None
        return Secret("command", self._login.token_command).reveal(), ASSUMED

    def _from_server(self) -> tuple[str, float]:
        """RFC 6749, sections 4.4 and 6."""
        asked = {"client_id": self._login.oauth_client_id, "grant_type": "client_credentials"}
        if self._login.oauth_scope:
            asked["scope"] = self._login.oauth_scope
        if self._login.oauth_secret_file:
            asked["client_secret"] = Secret("file", self._login.oauth_secret_file).reveal()
        if self._login.oauth_refresh_token_file:
            asked["grant_type"] = "refresh_token"
            asked["refresh_token"] = Secret("file", self._login.oauth_refresh_token_file).reveal()
        answer = self._ask(urllib.parse.urlencode(asked).encode("ascii"))
        token, lasts = answer.get("access_token"), answer.get("expires_in", ASSUMED)
        if not isinstance(token, str) or not re.fullmatch(r"[!-~]{1,20000}", token):
            self._cannot("its answer holds no token")
        return token, float(lasts) if isinstance(lasts, int | float) else ASSUMED

    def _ask(self, asked: bytes) -> dict[str, Any]:
        request = urllib.request.Request(self._login.oauth_token_url, asked, {"Accept": "application/json"})  # noqa: S310
        try:
            context = ssl.create_default_context(cafile=self._login.oauth_ca_file)
            opener = urllib.request.build_opener(NoRedirect, urllib.request.HTTPSHandler(context=context))
            with opener.open(request, timeout=self._login.oauth_timeout) as answer:
                said = json.loads(answer.read(MOST))
        except urllib.error.HTTPError as fault:
            self._refused(fault)
        except urllib.error.URLError as fault:
            why = fault.reason
            if isinstance(why, ssl.SSLCertVerificationError):
                self._cannot(f"its certificate was refused ({why.verify_message}), so no secret was sent")
            self._cannot(str(getattr(why, "strerror", "") or type(why).__name__))
        except (OSError, ValueError) as fault:
            self._cannot(str(getattr(fault, "strerror", "") or "its answer is no JSON"))
        return said if isinstance(said, dict) else {}

    def _refused(self, fault: urllib.error.HTTPError) -> NoReturn:
        with fault:
            try:
                said = json.loads(fault.read(MOST))
            except (OSError, ValueError):
                said = {}
        code = said.get("error") if isinstance(said, dict) else None
        known = code if isinstance(code, str) and _CODE.fullmatch(code) else f"HTTP {fault.code}"
        if code in _REFUSALS:
            raise LoginRefused(
                f"the token server {self._host} refused us ({known}); check oauth_client_id, "
                "oauth_secret_file, oauth_refresh_token_file and oauth_scope. It is not tried again in this run"
            ) from None
        if 300 <= fault.code < 400:
            raise Unusable(f"the token server {self._host} sends us elsewhere; correct oauth_token_url") from None
        self._cannot(known)

    def _cannot(self, why: str) -> NoReturn:
        raise OutOfReach(f"no token from {self._host}: {why}; the next run tries again") from None

    @property
    def _host(self) -> str:
        return urlsplit(self._login.oauth_token_url).hostname or "?"


def xoauth2(user: str, token: str) -> str:
    """The initial response of SASL XOAUTH2."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"
