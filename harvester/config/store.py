"""[store]: where everything is kept."""

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from harvester.config.table import FilePath, Table, beside_the_file


class StoreConfig(Table):
    url: str = Field("", repr=False)  # may hold the database's password
    data: FilePath = Field(Path("data"), validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _place_the_file(cls, table: Any, info: ValidationInfo) -> Any:
        """No url: SQLite in ``data``. A relative SQLite file lies beside harvester.toml."""
        if not isinstance(table, dict):
            return table
        url = table.get("url") or ""
        if url == "":
            data = beside_the_file(Path(str(table.get("data", "data"))), info)
            return {**table, "url": f"sqlite:///{data / 'harvester.db'}"}
        if isinstance(url, str) and url.startswith("sqlite:///") and ":memory:" not in url:
            place = beside_the_file(Path(url.removeprefix("sqlite:///")), info)
            return {**table, "url": f"sqlite:///{place}"}
        return table

    @field_validator("url")
    @classmethod
    def _a_database_we_know(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError('must begin with "sqlite:///" or "postgresql+psycopg://"')
        return url
