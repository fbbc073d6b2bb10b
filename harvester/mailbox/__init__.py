"""Where mail comes from. One Protocol for IMAP servers and for files; nothing here ever changes a mailbox."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from harvester.config import FolderConfig, MailboxConfig
from harvester.errors import Unusable
from harvester.model import Arrived, FolderState, Limits

BATCH_MAILS = 100
BATCH_BYTES = 8_000_000


class Mailbox(Protocol):
    """Folders of mails, each mail with a UID that is unique below (mailbox, folder, validity).

    Entering connects, leaving closes. Raises OutOfReach (LoginRefused) or Unusable, each with a sentence
    that says what failed, where, and what to do.
    """

    @property
    def name(self) -> str: ...

    @property
    def folders(self) -> Sequence[FolderConfig]: ...

    @property
    def certificate_ends(self) -> str:
        """When the server's certificate ends, ISO 8601; empty where there is none."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def open(self, folder: str) -> FolderState:
        """Open read-only. The same state as last time means: no new mail."""
        ...

    def uids(self, folder: str) -> set[str]:
        """Every mail that lies there now."""
        ...

    def batches(self, folder: str, new: Sequence[str]) -> Iterator[list[Arrived]]:
        """The mails of these UIDs, at most 100 and 8 MB at once, a larger mail alone.

        A mail that has gone meanwhile is left out.
        """
        ...

    def junk(self) -> list[tuple[str, int]]:
        """Folders for junk that are not read, with the number of mails in each; a filter may have put replies there."""
        ...


def open_mailbox(config: MailboxConfig, limits: Limits, now: datetime | None = None) -> Mailbox:
    """The mailbox that this section of harvester.toml names. ``now`` dates the mails of files."""
    if config.type == "imap":
        from harvester.mailbox.imap import ImapMailbox  # files need no IMAP library

        return ImapMailbox(config, limits)
    from harvester.mailbox.folder import EmlFolder, Maildir, Mbox

    now = now or datetime.now(UTC)
    match config.type:
        case "maildir":
            return Maildir(config, limits, now)
        case "mbox":
            return Mbox(config, limits, now)
        case _:
            return EmlFolder(config, limits, now)


def from_path(path: Path, acknowledge: bool = False) -> MailboxConfig:
    """What lies at this path, as a mailbox: a Maildir, a folder of .eml files, an mbox or one mail."""
    path = path.expanduser().absolute()
    if not path.exists():
        raise Unusable(f"{path}: no such file or folder; give an .eml file, a folder, a Maildir or an mbox")
    kind = "folder"
    if (path / "cur").is_dir() and (path / "new").is_dir():
        kind = "maildir"
    elif path.is_file() and path.suffix.lower() != ".eml":
        with path.open("rb") as file:
            kind = "mbox" if file.read(5) == b"From " else "folder"
    table = {
        "name": str(path),
        "type": kind,
        "path": str(path),
        "folders": [{"name": "INBOX", "acknowledge": acknowledge}],
    }
    return MailboxConfig.model_validate(table, context={"folder": Path.cwd()})
