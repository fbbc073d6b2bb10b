"""The files beside the database that make a request: harvester.toml, rules, templates, the request's words.

No password comes along: files that hold one are named in harvester.toml and stay where they are.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from harvester.config import Config

PASSWORD_IN_URL = re.compile(r"(postgresql\+psycopg://[^:@/\s\"']*):[^@\s\"']*@")
SETTINGS = "harvester.toml"


def files(config: Config) -> Iterator[tuple[str, Path]]:
    """(name below the request's folder, path); what lies elsewhere belongs to others."""
    for place in (config.classify.rules, config.acknowledge.templates, config.digest.templates, *config.request.texts):
        found = [place] if place.is_file() else sorted(one for one in place.rglob("*") if one.is_file())
        for one in found:
            if one.is_relative_to(config.folder) and "__pycache__" not in one.parts:
                yield str(one.relative_to(config.folder)), one


def outside(config: Config) -> list[Path]:
    """What harvester.toml names and a backup does not hold."""
    places = (config.classify.rules, config.acknowledge.templates, *config.request.texts)
    return [one for one in places if not one.is_relative_to(config.folder)]


def without_password(toml: str) -> str:
    """``store.url`` may hold the database's password; it has no business in a backup."""
    return PASSWORD_IN_URL.sub(r"\1@", toml)
