"""A TOML file of the rules folder, with the line of every key, and checks that end in sentences."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harvester.did_you_mean import did_you_mean
from harvester.toml_lines import Lines


@dataclass(frozen=True)
class TomlFile:
    """``name`` is how faults call it: ``rules/1-shared.toml``."""

    name: str
    table: dict[str, Any] = field(default_factory=dict)
    lines: Lines | None = None

    def at(self, *path: str | int) -> str:
        """``rules/1-shared.toml:12``"""
        return f"{self.name}:{self.lines.of(path) if self.lines else 1}"


def read_toml(path: Path, name: str, problems: list[str]) -> TomlFile:
    """The file, or an empty one and a sentence in ``problems``."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        table = tomllib.loads(text)
    except OSError as fault:
        problems.append(f"{name}: cannot be read: {fault.strerror}")
    except UnicodeDecodeError:
        problems.append(f"{name}:1: the file is not UTF-8 text; save it as UTF-8")
    except tomllib.TOMLDecodeError as fault:
        where = re.search(r"\(at line (\d+), column \d+\)", str(fault))
        line = where.group(1) if where else str(text.count("\n") + 1)
        what = re.sub(r" \(at .*\)$", "", str(fault))
        problems.append(f"{name}:{line}: this is not TOML: {what}")
    else:
        return TomlFile(name, table, Lines(text))
    return TomlFile(name)


class Checker:
    """Takes values out of one table and tells what is wrong with them."""

    def __init__(self, file: TomlFile, table: Any, path: tuple[str | int, ...], what: str, problems: list[str]) -> None:
        self._file = file
        self._table = table if isinstance(table, dict) else {}
        self._path = path
        self._what = f"{what}: " if what else ""
        self._problems = problems
        if not isinstance(table, dict):
            self.fault("must be a table")

    def fault(self, sentence: str, *below: str | int) -> None:
        self.fault_at(self._file.at(*self._path, *below), sentence)

    def fault_at(self, at: str, sentence: str) -> None:
        self._problems.append(f"{at}: {self._what}{sentence}")

    def known(self, keys: Collection[str]) -> None:
        for key in self._table:
            if key not in keys:
                guess = did_you_mean(key, keys) or f"; known here: {', '.join(keys)}"
                self.fault(f"unknown key {key!r}{guess}", key)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._table.get(key, default)
        if value is None:
            self.fault(f"{key} is missing")
            return ""
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fault(f'{key} must be a text in "quotes"', key)
            return default or ""
        return value.strip()

    def number(self, key: str, default: float, most: float) -> float:
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
            self.fault(f"{key} must be a number above 0 and at most {most:g}, not {value!r}", key)
            return default
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{key} must be true or false, not {value!r}", key)
            return False
        return value

    def texts(self, key: str) -> list[str]:
        value = self._table.get(key, [])
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.fault(f'{key} must be a list of texts: {key} = ["...", "..."]', key)
            return []
        return value

    def tables(self, key: str) -> list[Any]:
        value = self._table.get(key, [])
        if not isinstance(value, list):
            self.fault(f"{key} must be written as [[{key}]]", key)
            return []
        return value

    def value(self, key: str) -> Any:
        return self._table.get(key)
