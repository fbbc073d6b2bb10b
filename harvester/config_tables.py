"""The sections of harvester.toml as frozen pydantic models: what each key may hold, and its default."""

import os
import re
from datetime import date, datetime, time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from harvester.did_you_mean import did_you_mean
from harvester.secret import PASSWORD_KEYS, Secret

Tls = Literal["implicit", "starttls", "none"]
Fault = tuple[tuple[str | int, ...], str]  # keys below the table, sentence


class Faults(ValueError):
    """Several faults of one table: (keys below the table, sentence)."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(sentence for _, sentence in faults))
        self.faults = faults


def _beside_the_file(path: Path, info: ValidationInfo) -> Path:
    folder = info.context["folder"] if info.context else Path.cwd()
    return Path(os.path.normpath(folder / path.expanduser()))


def _one_line(text: str) -> str:
    if any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise ValueError("must be one line without control characters")
    return text


def _address(text: str) -> str:
    if text and not re.fullmatch(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+", text):
        raise ValueError("must be a bare mail address such as replies@council.example")
    return text


FilePath = Annotated[Path, AfterValidator(_beside_the_file)]
Line = Annotated[str, AfterValidator(_one_line)]
Address = Annotated[str, AfterValidator(_address)]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class RequestConfig(Table):
    """[request]: what we sent, and by when we want replies. ``deadline`` is an aware datetime."""

    id: Line
    title: Line
    texts: tuple[FilePath, ...] = Field(min_length=1)
    deadline: datetime
    time_zone: str | None = None
    reply_language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = ()
    contact: Line = ""
    reference_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")] = "REF"
    organisation: Line = ""

    @model_validator(mode="before")
    @classmethod
    def _place_deadline(cls, table: Any) -> Any:
        """A deadline without an offset is local time of ``time_zone``; a mere date means its last second."""
        if not isinstance(table, dict) or "deadline" not in table:
            return table
        when, zone = table["deadline"], None
        try:
            zone = ZoneInfo(table["time_zone"]) if table.get("time_zone") else None
        except (ValueError, OSError, TypeError, KeyError) as fault:
            raise Faults((("time_zone",), "unknown time zone; write it as in 'Europe/London'")) from fault
        if isinstance(when, str):
            try:
                only_day = len(when.strip()) == 10
                when = date.fromisoformat(when.strip()) if only_day else datetime.fromisoformat(when.strip())
            except ValueError as fault:
                raise Faults((("deadline",), f"{when!r} is no time; write 2027-08-16T23:59:59")) from fault
        if isinstance(when, date) and not isinstance(when, datetime):
            when = datetime.combine(when, time(23, 59, 59))
        if isinstance(when, datetime) and when.tzinfo is None:
            if zone is None:
                advice = 'add time_zone = "Europe/London" below it, or write 2027-08-16T23:59:59Z'
                raise Faults((("deadline",), f"has no offset: {advice}"))
            when = when.replace(tzinfo=zone)
        return {**table, "deadline": when}

    @field_validator("texts")
    @classmethod
    def _texts_are_there(cls, texts: tuple[Path, ...]) -> tuple[Path, ...]:
        missing = [(n, path) for n, path in enumerate(texts) if not path.is_file()]
        if missing:
            raise Faults(*(((n,), f"there is no file {path}{_like_it(path)}") for n, path in missing))
        return texts


def _like_it(path: Path) -> str:
    return did_you_mean(path.name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else ""


class FolderConfig(Table):
    """One folder of a mailbox; ``acknowledge = false`` for Junk: read, never answered."""

    name: Line = Field(min_length=1)
    acknowledge: bool = True


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


def _tls_faults(host: str, tls: str) -> list[Fault]:
    if tls != "none" or not host or is_loopback(host):
        return []
    advice = "'none' sends passwords and mail in the clear and is for loopback only; "
    return [(("tls",), advice + 'write "implicit" (port 993 or 465) or "starttls" (port 143 or 587)')]


def is_loopback(host: str) -> bool:
    """True for names and addresses that never leave this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class MailboxConfig(LoginTable):
    """[[mailbox]]: one place where replies lie. Times in seconds."""

    name: Line = ""  # identifies the mailbox in the database for ever
    type: Literal["imap", "maildir", "mbox", "folder"] = "imap"
    host: Line = ""
    port: int = Field(0, ge=0, le=65535)
    tls: Tls = "implicit"
    ca_file: FilePath | None = None
    folders: tuple[FolderConfig, ...] = Field((FolderConfig(name="INBOX"),), min_length=1)
    path: FilePath | None = None
    timeout: float = Field(30.0, gt=0, le=600)  # of silence
    max_seconds: float = Field(3600.0, gt=0)  # for the whole mailbox in one run

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, table: Any) -> Any:
        """A folder may be a bare name; the port follows tls; the name follows the place."""
        if not isinstance(table, dict):
            return table
        table = dict(table)
        if isinstance(table.get("folders"), list):
            table["folders"] = [{"name": f} if isinstance(f, str) else f for f in table["folders"]]
        if not table.get("port"):
            table["port"] = 993 if table.get("tls", "implicit") == "implicit" else 143
        if not table.get("name"):
            on_a_server = table.get("type", "imap") == "imap"
            place = f"{table.get('user', '')}@{table.get('host', '')}"
            table["name"] = place if on_a_server else str(table.get("path", ""))
        return table

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        faults = self.login_faults()
        if self.type == "imap":
            faults += [((key,), f"{key} is missing") for key in ("host", "user") if not getattr(self, key)]
            if self.secret is None and not self.wants_token:
                faults.append(((), 'no password given; write password_file = "secrets/mailbox-password"'))
            faults += _tls_faults(self.host, self.tls)
        elif self.path is None:
            faults.append((("path",), f'a mailbox of type "{self.type}" needs path = "..."'))
        names = [f.name for f in self.folders]
        doubles = [n for n, name in enumerate(names) if name in names[:n]]
        faults += [(("folders", n), f"{names[n]!r} is listed twice") for n in doubles]
        if faults:
            raise Faults(*faults)
        return self


class OutboxConfig(LoginTable):
    """[outbox]: what takes our acknowledgements. ``from_`` is the key ``from``."""

    type: Literal["smtp", "sendmail", "maildir"] = "smtp"
    path: FilePath | None = None  # the program, or the Maildir
    host: Line = ""
    port: int = Field(0, ge=0, le=65535)
    tls: Tls = "implicit"
    ca_file: FilePath | None = None
    from_: Address = Field("", alias="from")
    from_name: Line = ""
    bounce_address: Address = ""
    sent_folder: Line = ""  # of the first IMAP mailbox
    copy_to_sent: bool = True
    timeout: float = Field(30.0, gt=0, le=600)

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, table: Any) -> Any:
        """The port follows tls; sendmail lies where it does everywhere."""
        if isinstance(table, dict) and not table.get("port"):
            ports = {"implicit": 465, "starttls": 587, "none": 25}
            table = {**table, "port": ports.get(str(table.get("tls", "implicit")), 465)}
        if isinstance(table, dict) and table.get("type") == "sendmail" and not table.get("path"):
            table = {**table, "path": "/usr/sbin/sendmail"}
        return table

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults = self.login_faults() + _tls_faults(self.host, self.tls)
        if self.type == "maildir" and self.path is None:
            faults.append((("path",), 'an outbox of type "maildir" needs path = "..."'))
        if self.type == "smtp" and self.path is not None:
            faults.append((("path",), 'only an outbox of type "sendmail" or "maildir" has a path'))
        if self.user and self.secret is None and not self.wants_token:
            advice = 'write password_file = "secrets/outbox-password"'
            faults.append((("user",), f"a user needs a password: {advice}"))
        if faults:
            raise Faults(*faults)
        return self


class AcknowledgeConfig(Table):
    """[acknowledge]: whether, whom and how often we answer."""

    enabled: bool = False
    own_addresses: tuple[Address, ...] = ()
    authserv_id: Line = ""
    since: datetime | None = None
    max_age_days: float = Field(3, ge=0)
    per_address_per_day: int = Field(1, ge=0)
    per_domain_per_hour: int = Field(20, ge=0)
    per_hour: int = Field(200, ge=0)
    max_per_run: int = Field(500, ge=0)
    approve_above: int | None = Field(None, ge=0)  # none: nobody is asked
    name_categories: bool = False
    templates: FilePath = Field(Path("templates/acknowledge"), validate_default=True)

    @field_validator("since")
    @classmethod
    def _since_is_an_instant(cls, since: datetime | None) -> datetime | None:
        if since is not None and since.tzinfo is None:
            raise ValueError(f"has no offset; write it in UTC: {since.isoformat(timespec='seconds')}Z")
        return since


class DigestConfig(Table):
    """[digest]: a word to staff by mail; nobody without ``to``."""

    to: tuple[Address, ...] = ()
    every: Literal["day", "run"] = "day"
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    templates: FilePath = Field(Path("templates/digest"), validate_default=True)


class ClassifyConfig(Table):
    rules: FilePath = Field(Path("rules"), validate_default=True)
    documents: bool = True
    workers: int = Field(2, ge=1, le=64)


class StoreConfig(Table):
    url: str = Field("", repr=False)  # may hold the database's password
    data: FilePath = Field(Path("data"), validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _place_the_file(cls, table: Any, info: ValidationInfo) -> Any:
        """No url: SQLite in ``data``. A relative SQLite file lies beside harvester.toml."""
        if not isinstance(table, dict):
            return table
        url = table.get("url") or ""
        if url == "":
            data = _beside_the_file(Path(str(table.get("data", "data"))), info)
            return {**table, "url": f"sqlite:///{data / 'harvester.db'}"}
        if isinstance(url, str) and url.startswith("sqlite:///") and ":memory:" not in url:
            place = _beside_the_file(Path(url.removeprefix("sqlite:///")), info)
            return {**table, "url": f"sqlite:///{place}"}
        return table

    @field_validator("url")
    @classmethod
    def _a_database_we_know(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError('must begin with "sqlite:///" or "postgresql+psycopg://"')
        return url
