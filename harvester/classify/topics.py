"""The request's categories and kinds by their names, as the rule files say; no rule is compiled for it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

LAST = 1_000  # the place of a category whose file does not tell one: behind all that do, by the name of its file


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    title: str
    request: str  # what was asked for, in the request's own words
    kinds: Mapping[str, str]  # full id -> title
    order: float = LAST


@dataclass(frozen=True)
class Topics:
    """In the request's order. An id that no rule file has any more is shown as it is."""

    all: tuple[Topic, ...]
    titles: Mapping[str, str] = field(default_factory=dict)  # of categories and kinds

    @property
    def categories(self) -> dict[str, str]:
        """Title by id, without the kinds."""
        return {topic.id: topic.title for topic in self.all}

    @property
    def ids(self) -> tuple[str, ...]:
        """Each category and then its kinds, as the request orders them."""
        return tuple(one for topic in self.all for one in (topic.id, *topic.kinds))

    def title(self, name: str | None) -> str:
        return self.titles.get(name, name) if name else ""

    def place(self, name: str) -> int:
        """Of a category among its like, from 1; 0 for one that is gone. Pages give each a colour by it."""
        category = name.partition(".")[0]
        return next((number for number, one in enumerate(self.all, 1) if one.id == category), 0)

    def knows(self, name: str) -> bool:
        return name in self.titles


def topics(rules: Path) -> Topics:
    """Read again whenever somebody has edited a file."""
    try:
        files = sorted(rules.glob("*.toml"))
        return _read(tuple((file, file.stat().st_mtime_ns) for file in files))
    except OSError:
        return Topics(())


@lru_cache(4)
def _read(files: tuple[tuple[Path, int], ...]) -> Topics:
    found = tuple(sorted((topic for file, _ in files if (topic := _topic(file))), key=lambda topic: topic.order))
    titles = {topic.id: topic.title for topic in found}
    return Topics(found, titles | {kind: title for topic in found for kind, title in topic.kinds.items()})


def _topic(file: Path) -> Topic | None:
    """None for what is no category, and for a file that cannot be read: `harvester check` tells of it."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    name = table.get("id")
    if not isinstance(name, str) or table.get("decides", "category") != "category":
        return None
    title, request, order = table.get("title"), table.get("request"), table.get("order")
    return Topic(
        name,
        str(title or name),
        str(request or ""),
        dict(_kinds(name, table.get("kind"))),
        order if isinstance(order, int | float) else LAST,
    )


def _kinds(category: str, tables: Any) -> list[tuple[str, str]]:
    found = []
    for table in tables if isinstance(tables, list) else []:
        if isinstance(table, dict) and isinstance(name := table.get("id"), str):
            full = name if name.startswith(f"{category}.") else f"{category}.{name}"
            found.append((full, str(table.get("title") or name)))
    return found
