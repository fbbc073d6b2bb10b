"""What the request's categories are called, read from their files without compiling a rule."""

import tomllib
from pathlib import Path


def titles(rules: Path) -> dict[str, str]:
    """Title by id. A file that cannot be read is left out: `harvester check` and the run itself tell of it."""
    found = {}
    for path in sorted(rules.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
        name, title = table.get("id"), table.get("title")
        if isinstance(name, str) and isinstance(title, str) and table.get("decides", "category") == "category":
            found[name] = title
    return found
