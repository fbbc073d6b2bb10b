"""Templates and how values look on a page: local times, numbers, whole words instead of codes. jinja2's door here."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from harvester.config import Config
from harvester.review.assets import Assets
from harvester.review.places import country_name, language_name
from harvester.review.wording import said
from harvester.shipment import shipped

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Renders the pages. Everything a sender wrote is escaped: autoescape is on for every template."""

    def __init__(self, config: Config, assets: Assets) -> None:
        self._zone = ZoneInfo(config.request.time_zone or "UTC")
        loader = FileSystemLoader([TEMPLATES, config.review.pages, shipped() / "templates" / "pages"])
        self._env = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._env.globals.update(asset=assets.url, request_title=config.request.title)
        self._env.filters.update(
            day=self.day, day_short=self.day_short, clock=self.clock, moment=self.moment, number=number, size=size
        )
        self._env.filters.update(said=said, country=country_name, language=language_name)
        self._env.filters["topic"] = lambda name, topics: topics.title(name)

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        return self._env.get_template(template).render(values)

    def local(self, instant: datetime | str) -> datetime:
        moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        return moment.astimezone(self._zone)

    def day(self, instant: datetime | str | None) -> str:
        """``16 August 2027``"""
        if instant is None:
            return ""
        here = self.local(instant)
        return f"{here.day} {here:%B %Y}"

    def day_short(self, instant: datetime | str) -> str:
        """``16 Aug 2027``"""
        here = self.local(instant)
        return f"{here.day} {here:%b %Y}"

    def clock(self, instant: datetime | str) -> str:
        """``23:59``"""
        return f"{self.local(instant):%H:%M}"

    def moment(self, instant: datetime | str | None) -> str:
        """``16 Aug 2027, 23:59``"""
        if instant is None:
            return ""
        here = self.local(instant)
        return f"{here.day} {here:%b %Y, %H:%M}"


def number(value: float | None) -> str:
    """``12,345``; nothing where nobody has counted."""
    return "" if value is None else f"{value:,}"


def size(octets: int) -> str:
    """``1.2 MB``"""
    for unit, worth in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if octets >= worth:
            return f"{octets / worth:,.1f} {unit}"
    return f"{octets} bytes"
