"""What every table of harvester.toml is made of: a line, an address, a path beside the file; several faults at once."""

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo

Fault = tuple[tuple[str | int, ...], str]  # keys below the table, sentence


class Faults(ValueError):
    """Several faults of one table: (keys below the table, sentence)."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(sentence for _, sentence in faults))
        self.faults = faults


def beside_the_file(path: Path, info: ValidationInfo) -> Path:
    folder = info.context["folder"] if info.context else Path.cwd()
    return Path(os.path.normpath(folder / path.expanduser()))


def _one_line(text: str) -> str:
    if any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise ValueError("must be one line without control characters")
    return text


def _address(text: str) -> str:
    if text and not re.fullmatch(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+", text):
        raise ValueError("must be a bare mail address such as replies@council.example")
    return text


FilePath = Annotated[Path, AfterValidator(beside_the_file)]


Line = Annotated[str, AfterValidator(_one_line)]


Address = Annotated[str, AfterValidator(_address)]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


def is_loopback(host: str) -> bool:
    """True for names and addresses that never leave this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
