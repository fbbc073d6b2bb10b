"""Faults of harvester.toml as sentences for the person who has to put them right."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from harvester.config.overrides import expected
from harvester.config.table import Faults
from harvester.did_you_mean import did_you_mean
from harvester.toml_lines import Lines, Path, dotted


def keys_of(kind: Any) -> list[str]:
    """The keys that a table of this kind may hold."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [f.alias or name for name, f in kind.model_fields.items()]
    return list(getattr(kind, "__dataclass_fields__", ()))


def sentences(
    fault: ValidationError, model: type[BaseModel], file: str, lines: Lines, set_by_hand: set[Path]
) -> list[str]:
    """Every fault as ``harvester.toml:6: mailbox[0].pasword_env: unknown key; ...``, in order of lines."""
    found: dict[str, int] = {}
    for path, sentence in _faults(fault, model):
        by_hand = any(path[: len(p)] == p for p in set_by_hand)
        line = 0 if by_hand else lines.of(path)
        where = "--set" if by_hand else f"{file}:{line}"
        found.setdefault(f"{where}: {dotted(path)}: {sentence}" if path else f"{where}: {sentence}", line)
    return sorted(found, key=lambda text: found[text])


def _faults(fault: ValidationError, model: type[BaseModel]) -> Iterator[tuple[Path, str]]:
    for error in fault.errors(include_url=False):
        path: Path = tuple(p for p in error["loc"] if isinstance(p, int) or not p.endswith("()"))
        inner = error.get("ctx", {}).get("error")
        if isinstance(inner, Faults):
            yield from (((*path, *below), sentence) for below, sentence in inner.faults)
        elif error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            yield path, _unknown(path, model)
        elif error["type"] == "missing":
            yield path, "is missing; this key is needed"
        else:
            yield path, _wrong_value(path, error)


def _unknown(path: Path, model: type[BaseModel]) -> str:
    key = str(path[-1])
    if key in ("password", "passwd", "pass"):
        return (
            "a password has no place in this file; put it into a file of its own and name that: "
            'password_file = "secrets/password" (or use password_env, password_command, password_credential)'
        )
    known = keys_of(expected(model, path[:-1]) if path[:-1] else model)
    guess = did_you_mean(key, known)
    if not guess:
        others = [name for name in keys_of(model) if key in keys_of(expected(model, (name,)))]
        guess = f"; it belongs into [{others[0]}]" if others else ""
    if not guess:
        guess = f"; known here: {', '.join(sorted(known))}" if known else ""
    return f"unknown {'key' if len(path) > 1 else 'section or key'}{guess}"


def _wrong_value(path: Path, error: Any) -> str:
    what = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    what = re.sub(r"^String should match pattern .*", "must look like the shipped example", what)
    given = error.get("input")
    secret = any(isinstance(p, str) and ("password" in p or p == "url") for p in path)
    if secret or not isinstance(given, str | int | float | bool) or error["type"] == "value_error":
        return str(what)
    guess = ""
    if error["type"] == "literal_error":
        guess = did_you_mean(str(given), re.findall(r"'([^']+)'", error["ctx"]["expected"]))
    return f"{what}, not {given!r}{guess}"
