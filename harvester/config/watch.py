"""The sections [watch] and [log] of harvester.toml: what is no longer well, who hears of it, and how a run tells."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from harvester.config.table import Address, Fault, Faults, FilePath, Line, Table


class WatchConfig(Table):
    no_run_minutes: int = Field(120, ge=1)
    approval_hours: float = Field(24, gt=0)
    expires_days: int = Field(14, ge=0)
    disk_free_bytes: int = Field(500_000_000, ge=0)
    operator: tuple[Address, ...] = ()
    ping_url: Line = Field("", repr=False)  # who knows it can make us look alive
    ping_fail: Line = "/fail"
    metrics_token_file: FilePath | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        faults: list[Fault] = []
        parts = urlsplit(self.ping_url)
        if self.ping_url and (parts.scheme not in ("https", "http") or not parts.hostname or " " in self.ping_url):
            faults.append((("ping_url",), 'must be an address such as "https://switch.example/our-key"'))
        if faults:
            raise Faults(*faults)
        return self


class LogConfig(Table):
    format: Literal["text", "json"] = "text"
