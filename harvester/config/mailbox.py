"""[[mailbox]]: where replies lie."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from harvester.config.login import LoginTable, Tls, tls_faults
from harvester.config.table import Faults, FilePath, Line, Table


class FolderConfig(Table):
    """One folder of a mailbox; ``acknowledge = false`` for Junk: read, never answered."""

    name: Line = Field(min_length=1)
    acknowledge: bool = True


class MailboxConfig(LoginTable):
    """[[mailbox]]: one place where replies lie. Times in seconds."""

    name: Line = ""  # identifies the mailbox in the database for ever
    type: Literal["imap", "maildir", "mbox", "folder"] = "imap"
    host: Line = ""
    port: int = Field(0, ge=0, le=65535)
    tls: Tls = "implicit"
    ca_file: FilePath | None = None
    folders: tuple[FolderConfig, ...] = Field((FolderConfig(name="INBOX"),), min_length=1)
    path: FilePath | None = None
    timeout: float = Field(30.0, gt=0, le=600)  # of silence
    max_seconds: float = Field(3600.0, gt=0)  # for the whole mailbox in one run

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, table: Any) -> Any:
        """A folder may be a bare name; the port follows tls; the name follows the place."""
        if not isinstance(table, dict):
            return table
        table = dict(table)
        if isinstance(table.get("folders"), list):
            table["folders"] = [{"name": f} if isinstance(f, str) else f for f in table["folders"]]
        if not table.get("port"):
            table["port"] = 993 if table.get("tls", "implicit") == "implicit" else 143
        if not table.get("name"):
            on_a_server = table.get("type", "imap") == "imap"
            place = f"{table.get('user', '')}@{table.get('host', '')}"
            table["name"] = place if on_a_server else str(table.get("path", ""))
        return table

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        faults = self.login_faults()
        if self.type == "imap":
            faults += [((key,), f"{key} is missing") for key in ("host", "user") if not getattr(self, key)]
            if self.secret is None and not self.wants_token:
                faults.append(((), 'no password given; write password_file = "secrets/mailbox-password"'))
            faults += tls_faults(self.host, self.tls)
        elif self.path is None:
            faults.append((("path",), f'a mailbox of type "{self.type}" needs path = "..."'))
        names = [f.name for f in self.folders]
        doubles = [n for n, name in enumerate(names) if name in names[:n]]
        faults += [(("folders", n), f"{names[n]!r} is listed twice") for n in doubles]
        if faults:
            raise Faults(*faults)
        return self
