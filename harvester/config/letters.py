"""[acknowledge] and [digest]: whom we write to, and how often."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from harvester.config.table import Address, FilePath, Line, Table


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
