"""[classify]: by which rules, and who works."""

from pathlib import Path

from pydantic import Field

from harvester.config.table import FilePath, Table


class ClassifyConfig(Table):
    rules: FilePath = Field(Path("rules"), validate_default=True)
    documents: bool = True
    workers: int = Field(2, ge=1, le=64)
    elsewhere: bool = False  # `harvester worker` processes read, on this host or others
