"""The folder in which staff's mail program keeps what they sent: its newest headers are read, our letters are added.

The only place where anything is written into a mailbox, and only into the folder that ``outbox.sent_folder`` names.
"""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from harvester.config import MailboxConfig
from harvester.errors import OutOfReach
from harvester.mailbox.imap import UNDATED, ImapMailbox
from harvester.model import Arrived, Limits

FIELDS = ("IN-REPLY-TO", "REFERENCES", "TO", "CC", "SUBJECT", "DATE", "AUTO-SUBMITTED")
HEAD_BYTES = 16_000  # of one mail's fields; a list of recipients may be long
HEADS_AT_ONCE = 200
MOST = 5_000  # the newest; nobody writes more by hand in the days that a letter waits
A_DAY = timedelta(days=1)


class SentFolder(ImapMailbox):
    """One folder of one account; entering connects, leaving closes."""

    def __init__(self, config: MailboxConfig, folder: str) -> None:
        super().__init__(config, Limits())
        self.folder = folder

    def heads(self, since: datetime) -> Iterator[Arrived]:
        """Some header fields of what was put there since then, opened read-only. Raises OutOfReach or Unusable."""
        self.open(self.folder)
        with self._saying(f"search {self.folder!r}"):  # SINCE knows days only, in the server's own zone
            found = self._client.search(["SINCE", (since - A_DAY).date()])
        newest = sorted(found)[-MOST:]
        section = f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})]<0.{HEAD_BYTES}>"
        for start in range(0, len(newest), HEADS_AT_ONCE):
            wanted = newest[start : start + HEADS_AT_ONCE]
            with self._saying(f"read the headers in {self.folder!r}", at_most=2 * HEADS_AT_ONCE * HEAD_BYTES):
                answer = self._client.fetch(wanted, ["INTERNALDATE", section])
            for uid in wanted:
                if one := _head(uid, answer.get(uid, {})):
                    yield one

    def keep(self, raw: bytes, now: datetime) -> None:
        """Add a letter of ours, as read (RFC 9051, section 6.3.12). Raises OutOfReach; it is not tried again."""
        self._awake()
        with self._saying(f"keep a copy in {self.folder!r}", expected=len(raw)):
            self._client.append(self.folder, raw, (b"\\Seen",), now)

    def _awake(self) -> None:
        """A server may have closed a line that was silent while letters went out."""
        if self._client is not None:
            with contextlib.suppress(OutOfReach), self._saying("wake the line"):
                self._client.noop()
        if self._client is None:  # dropped just now, or before
            self._connect()


def _head(uid: int, answer: dict[bytes, Any]) -> Arrived | None:
    when = answer.get(b"INTERNALDATE")
    put_there = when if isinstance(when, datetime) and when.tzinfo is not None else UNDATED
    for key, value in answer.items():
        if key.startswith(b"BODY[") and isinstance(value, bytes):
            return Arrived(str(uid), put_there, None, len(value), None, value[:HEAD_BYTES])
    return None
