"""``--set SECTION.KEY=VALUE``: change a key for one call."""

import tomllib
from collections.abc import Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from harvester.config.secret import PASSWORD_KEYS
from harvester.toml_lines import Path, dotted

Problems = list[str]


def apply(
    table: dict[str, Any], overrides: Sequence[str], model: type[BaseModel]
) -> tuple[dict[str, Any], set[Path], Problems]:
    """The table with every override put in, the paths that were set, and what was wrong with the overrides.

    A value is TOML, or else a bare word; a bare word for a list is a list of one.
    """
    changed: set[Path] = set()
    problems = []
    for override in overrides:
        key, equals, word = override.partition("=")
        path: Path = tuple(int(p) if p.isdigit() else p for p in key.strip().split("."))
        if not equals or "" in path or isinstance(path[-1], int):
            problems.append(f"--set {key}: write SECTION.KEY=VALUE, as in --set mailbox.0.host=imap.example")
            continue
        holder, fault = _holder(table, path)
        if holder is None:
            problems.append(f"--set {key}: {fault}")
            continue
        name = str(path[-1])
        if name in PASSWORD_KEYS:  # what is said last is meant
            for other in PASSWORD_KEYS:
                holder.pop(other, None)
        holder[name] = _value(word.strip(), expected(model, path))
        changed.add(path)
    return table, changed, problems


def _holder(table: dict[str, Any], path: Path) -> tuple[dict[str, Any] | None, str]:
    """The table that the last key belongs to; missing tables are made on the way."""
    here: Any = table
    for depth, part in enumerate(path[:-1]):
        if isinstance(part, int):
            if not isinstance(here, list):
                return None, f"{dotted(path[:depth])} is no list of tables"
            if part > len(here):
                return None, f"there are only {len(here)} of {dotted(path[:depth])}; they are counted from 0"
            if part == len(here):
                here.append({})
            here = here[part]
        else:
            if not isinstance(here, dict):
                advice = "is a list: write its number, as in mailbox.0.host"
                return None, f"{dotted(path[:depth])} {advice if isinstance(here, list) else 'is no table'}"
            following = path[depth + 1]
            here = here.setdefault(part, [] if isinstance(following, int) else {})
    if isinstance(here, list):
        return None, f"{dotted(path[:-1])} is a list: write its number, as in mailbox.0.host"
    return (here, "") if isinstance(here, dict) else (None, f"{dotted(path[:-1])} is no table")


def _value(word: str, wanted: Any) -> Any:
    try:
        parsed = tomllib.loads(f"value = {word}")
    except tomllib.TOMLDecodeError:
        parsed = {}
    value = parsed["value"] if list(parsed) == ["value"] else word
    kinds = {get_origin(kind) or kind for kind in _alternatives(wanted)}
    if kinds and kinds <= {str, type(None)} and not isinstance(value, str):
        return word  # a user called 12345 is text
    if tuple in kinds and not isinstance(value, list):
        return [value if isinstance(value, (str, dict)) else word]
    return value


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    origin = get_origin(annotation)
    if origin is None or origin is tuple:
        return (annotation,)
    return tuple(a for a in get_args(annotation) if isinstance(a, type) or get_origin(a) is not None)


def expected(model: type[BaseModel], path: Path) -> Any:
    """The annotation of the key at this path; None for a key we do not know."""
    here: Any = model
    for part in path:
        if isinstance(part, int):
            here = next(iter(get_args(here)), None)
        elif isinstance(here, type) and issubclass(here, BaseModel):
            fields = {(f.alias or name): f.annotation for name, f in here.model_fields.items()}
            here = fields.get(part)
        elif isinstance(here, type) and hasattr(here, "__dataclass_fields__"):
            here = getattr(here.__dataclass_fields__.get(part), "type", None)
        else:
            return None
    return here
