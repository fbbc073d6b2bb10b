"""The section [review] of harvester.toml: where the staff's pages are served, and whom they trust."""

from ipaddress import ip_network
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from harvester.config.table import Fault, Faults, FilePath, Line, Table, is_loopback


class ReviewConfig(Table):
    host: Line = "127.0.0.1"
    port: int = Field(8025, ge=1, le=65535)
    names: list[Line] = Field([])
    https: bool = False
    idle_minutes: int = Field(60, ge=1)
    session_hours: int = Field(12, ge=1)
    proxy_header: Line = ""
    proxy_addresses: list[Line] = Field([])
    scan_command: list[Line] = Field([])
    pages: FilePath = Field(Path("templates/pages"), validate_default=True)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        faults: list[Fault] = []
        if not is_loopback(self.host) and not self.https:
            faults.append(
                (("host",), "passwords would cross the network in clear: put a TLS proxy in front and say https = true")
            )
        if not is_loopback(self.host) and not self.names:
            faults.append((("names",), 'name the hosts that people type, such as names = ["replies.council.example"]'))
        if self.proxy_header and not self.proxy_addresses:
            faults.append((("proxy_addresses",), "say whose word the proxy_header is, else anybody could be anybody"))
        for place, address in enumerate(self.proxy_addresses):
            try:
                ip_network(address, strict=False)
            except ValueError:
                faults.append((("proxy_addresses", place), f"{address}: not an IP address or network"))
        if faults:
            raise Faults(*faults)
        return self
