"""[request]: what we sent."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from harvester.config.table import Faults, FilePath, Line, Table
from harvester.did_you_mean import did_you_mean


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
