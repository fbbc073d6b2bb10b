"""[outbox]: what takes our letters."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from harvester.config.login import LoginTable, Tls, tls_faults
from harvester.config.table import Address, Faults, FilePath, Line


class OutboxConfig(LoginTable):
    """[outbox]: what takes our acknowledgements. ``from_`` is the key ``from``."""

    type: Literal["smtp", "sendmail", "maildir"] = "smtp"
    path: FilePath | None = None  # the program, or the Maildir
    host: Line = ""
    port: int = Field(0, ge=0, le=65535)
    tls: Tls = "implicit"
    ca_file: FilePath | None = None
    from_: Address = Field("", alias="from")
    from_name: Line = ""
    bounce_address: Address = ""
    sent_folder: Line = ""  # of the first IMAP mailbox
    copy_to_sent: bool = True
    timeout: float = Field(30.0, gt=0, le=600)

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, table: Any) -> Any:
        """The port follows tls; sendmail lies where it does everywhere."""
        if isinstance(table, dict) and not table.get("port"):
            ports = {"implicit": 465, "starttls": 587, "none": 25}
            table = {**table, "port": ports.get(str(table.get("tls", "implicit")), 465)}
        if isinstance(table, dict) and table.get("type") == "sendmail" and not table.get("path"):
            table = {**table, "path": "/usr/sbin/sendmail"}
        return table

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults = self.login_faults() + tls_faults(self.host, self.tls)
        if self.type == "maildir" and self.path is None:
            faults.append((("path",), 'an outbox of type "maildir" needs path = "..."'))
        if self.type == "smtp" and self.path is not None:
            faults.append((("path",), 'only an outbox of type "sendmail" or "maildir" has a path'))
        if self.user and self.secret is None and not self.wants_token:
            advice = 'write password_file = "secrets/outbox-password"'
            faults.append((("user",), f"a user needs a password: {advice}"))
        if faults:
            raise Faults(*faults)
        return self
