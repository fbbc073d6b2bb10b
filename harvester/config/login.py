"""Where a password or a token comes from, and how a line is kept secret: of mailboxes and of the outbox."""

from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from harvester.config.secret import PASSWORD_KEYS, Secret
from harvester.config.table import Fault, FilePath, Line, Table, is_loopback

Tls = Literal["implicit", "starttls", "none"]


class LoginTable(Table):
    """Where a password or an access token comes from; never the thing itself."""

    user: Line = ""
    password_file: FilePath | None = None
    password_env: str | None = None
    password_command: tuple[str, ...] | None = None
    password_credential: str | None = None
    token_command: tuple[str, ...] | None = None
    oauth_token_url: Line = ""
    oauth_client_id: Line = ""
    oauth_secret_file: FilePath | None = None
    oauth_refresh_token_file: FilePath | None = None
    oauth_scope: Line = ""
    oauth_ends: date | None = None  # of secret or refresh token, as the provider's page tells
    oauth_ca_file: FilePath | None = None
    oauth_timeout: float = Field(30.0, gt=0, le=600)

    @field_validator("password_command", "token_command", mode="before")
    @classmethod
    def _a_command_line_is_split(cls, value: Any) -> Any:
        import shlex

        return shlex.split(value) if isinstance(value, str) else value

    @property
    def secret(self) -> Secret | None:
        """Where the password lies; None if the server wants none."""
        for key in PASSWORD_KEYS:
            value = getattr(self, key)
            if value:
                return Secret(key.removeprefix("password_"), value)
        return None

    @property
    def wants_token(self) -> bool:
        """OAuth 2.0 instead of a password."""
        return bool(self.token_command or self.oauth_token_url)

    def login_faults(self) -> list[Fault]:
        sources = (*PASSWORD_KEYS, "token_command", "oauth_token_url")
        first, *others = [key for key in sources if getattr(self, key)] or [""]
        doubled: list[Fault] = [
            ((key,), f"the password already comes from {first}; keep one of them") for key in others
        ]
        return doubled + self._oauth_faults()

    def _oauth_faults(self) -> list[Fault]:
        url = self.oauth_token_url
        if not url:
            return []
        faults: list[Fault] = []
        host = urlsplit(url).hostname or ""
        if not (url.startswith("https://") and host) and not (url.startswith("http://") and is_loopback(host)):
            faults.append((("oauth_token_url",), "must begin with https://"))
        if not self.oauth_client_id:
            faults.append((("oauth_client_id",), "oauth_client_id is missing"))
        if not (self.oauth_secret_file or self.oauth_refresh_token_file):
            faults.append((("oauth_secret_file",), "write oauth_secret_file, oauth_refresh_token_file or both"))
        return faults


def tls_faults(host: str, tls: str) -> list[Fault]:
    if tls != "none" or not host or is_loopback(host):
        return []
    advice = "'none' sends passwords and mail in the clear and is for loopback only; "
    return [(("tls",), advice + 'write "implicit" (port 993 or 465) or "starttls" (port 143 or 587)')]
