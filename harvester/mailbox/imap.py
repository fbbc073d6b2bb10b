"""Mail on an IMAP server (RFC 9051, RFC 3501). Folders are opened with EXAMINE, bodies fetched with PEEK."""

import contextlib
import imaplib
import ssl
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from harvester.config import MailboxConfig
from harvester.did_you_mean import did_you_mean
from harvester.errors import HarvesterError, OutOfReach, Unusable
from harvester.mailbox import BATCH_BYTES, BATCH_MAILS
from harvester.mailbox.junk import is_junk
from harvester.mailbox.line import Line, TooMuch, Watchdog
from harvester.mailbox.session import SaidNo, Session, for_later, lost, printable
from harvester.model import Arrived, FolderState, Limits

WINDOW = 5_000  # UIDs in one SEARCH: a reply line over 1,000,000 bytes breaks the connection
MOST_WINDOWS = 400
SIZES_AT_ONCE = 500
PIECE = 4_000_000  # bytes of a very large mail at once
MOST_REFUSED = 5  # single mails that a server may refuse in one run
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # no INTERNALDATE: counts as too old, so it is never answered


class Client(IMAPClient):  # type: ignore[misc, unused-ignore]
    """IMAPClient on our own line. Its copy of the traffic is switched off: that holds the password."""

    def __init__(self, host: str, port: int, timeout: float, tls: ssl.SSLContext | None, watchdog: Watchdog) -> None:
        self._make: Callable[[], Line] = lambda: Line(host, port, timeout, tls, watchdog)
        how = {"ssl": tls is not None, "ssl_context": tls, "timeout": timeout}
        super().__init__(host, port, **how)  # type: ignore[no-untyped-call, unused-ignore]
        self._imap.debug = 0
        self.normalise_times = False  # else naive local times

    def _create_IMAP4(self) -> Line:
        return self._make()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A mail's size and arrival, as the server tells before we fetch it. Exchange's sizes are estimates."""

    uid: int
    size: int
    received_at: datetime


class ImapMailbox(Session):
    """The folders of one account."""

    def __init__(self, config: MailboxConfig, limits: Limits) -> None:
        super().__init__(config)
        self.name = config.name
        self.folders = config.folders
        self.limits = limits
        self._folder = ""
        self._state = FolderState("", "", 0)
        self._refused = 0

    def _new_client(self, tls: ssl.SSLContext | None) -> Client:
        return Client(self.config.host, self.config.port, self.config.timeout, tls, self._watchdog)

    def open(self, folder: str) -> FolderState:
        """EXAMINE. Raises Unusable naming the server's folders if this one is missing."""
        if self._client is None:
            self._connect()
        self._folder = ""
        answer: dict[bytes, Any] = {}
        refusal = ""
        with self._saying(f"open {folder!r}"):
            try:
                answer = self._client.select_folder(folder, readonly=True)
            except imaplib.IMAP4.error as fault:
                if lost(fault) or for_later(fault):
                    raise
                refusal = printable(fault)
        if refusal:
            raise self._no_folder(folder, refusal)
        if b"UIDVALIDITY" not in answer:
            self._close()
            raise Unusable(f"{self.where}: {folder!r} has no lasting UIDs (no UIDVALIDITY); it cannot be read safely")
        self._folder = folder
        next_uid = str(answer.get(b"UIDNEXT", "")).strip()
        self._state = FolderState(str(answer[b"UIDVALIDITY"]), next_uid, int(answer.get(b"EXISTS", 0)))
        return self._state

    def _no_folder(self, folder: str, refusal: str) -> HarvesterError:
        with self._saying("list the folders"):
            names = sorted(str(name) for flags, _, name in self._client.list_folders() if b"\\Noselect" not in flags)
        if folder in names:
            return OutOfReach(f"{self.where}: folder {folder!r} cannot be opened: {refusal}")
        guess = did_you_mean(folder, names)
        return Unusable(f"{self.where}: no folder {folder!r}{guess}; the server has: {', '.join(names[:40])}")

    def junk(self) -> list[tuple[str, int]]:
        """By special use (RFC 6154), else by name. Asked with LIST and STATUS, which open nothing."""
        read = {folder.name.casefold() for folder in self.folders}
        found = []
        with self._saying("look for junk"):
            for flags, delimiter, name in self._client.list_folders():
                between = (delimiter or b"").decode("ascii", "replace")
                if b"\\Noselect" in flags or str(name).casefold() in read or not is_junk(str(name), flags, between):
                    continue
                status = self._client.folder_status(name, ["MESSAGES"])
                found.append((str(name), int(status.get(b"MESSAGES", 0))))
        return found

    def uids(self, folder: str) -> set[str]:
        """UID SEARCH in windows. What lies outside the window asked for is dropped (``n:*`` gives such)."""
        self._opened(folder)
        state = self._state
        if not state.exists:
            return set()
        last = int(state.next_uid) - 1 if state.next_uid.isdigit() else 0
        found: set[int] = set()
        if 0 < last <= WINDOW * MOST_WINDOWS:
            for low in range(1, last + 1, WINDOW):
                high = min(low + WINDOW - 1, last)
                found |= {uid for uid in self._search(f"UID {low}:{high}") if low <= uid <= high}
        else:  # UIDs far apart: by position. Downwards, so that an expunge in between hides nothing
            for high in range(state.exists, 0, -WINDOW):
                found |= self._search(f"{max(1, high - WINDOW + 1)}:{high}")
        return {str(uid) for uid in found}

    def _search(self, what: str) -> set[int]:
        with self._saying(f"list {self._folder!r}"):
            return set(self._client.search(what.split(" ")))

    def _opened(self, folder: str) -> None:
        """Open it (again) unless it is open; after a lost connection it must still be the same folder."""
        if self._client is not None and self._folder == folder:
            return
        before = self._state if self._folder == folder else None
        state = self.open(folder)
        if before and before.validity != state.validity:
            raise OutOfReach(f"{self.where}: {folder!r} was made anew meanwhile; the next run reads it whole")

    def batches(self, folder: str, new: Sequence[str]) -> Iterator[list[Arrived]]:
        self._opened(folder)
        wanted = [int(uid) for uid in new]
        for start in range(0, len(wanted), SIZES_AT_ONCE):
            batch: list[_Seen] = []
            size = 0
            for mail in self._sizes(folder, wanted[start : start + SIZES_AT_ONCE]):
                if mail.size > self.limits.raw_bytes:
                    yield from self._handed_over([self._too_large(folder, mail)])
                    continue
                if batch and (len(batch) == BATCH_MAILS or size + mail.size > BATCH_BYTES):
                    yield from self._handed_over(self._fetch(folder, batch))
                    batch, size = [], 0
                batch.append(mail)
                size += mail.size
            if batch:
                yield from self._handed_over(self._fetch(folder, batch))

    @staticmethod
    def _handed_over(mails: Sequence[Arrived | None]) -> Iterator[list[Arrived]]:
        there = [mail for mail in mails if mail is not None]
        if there:
            yield there

    def _sizes(self, folder: str, wanted: Sequence[int]) -> list[_Seen]:
        """Size and INTERNALDATE first; a UID that is missing from the answer has gone."""
        self._opened(folder)
        with self._saying("fetch the sizes of mails"):
            answer = self._client.fetch(wanted, ["RFC822.SIZE", "INTERNALDATE"])
        found = []
        for uid in wanted:
            size = answer.get(uid, {}).get(b"RFC822.SIZE")
            if not isinstance(size, int):
                continue
            when = answer[uid].get(b"INTERNALDATE")
            dated = isinstance(when, datetime) and when.tzinfo is not None
            try:
                received = when.astimezone(UTC) if dated else UNDATED
            except OverflowError:
                received = UNDATED
            found.append(_Seen(uid, size, received))
        return found

    def _fetch(self, folder: str, batch: Sequence[_Seen]) -> list[Arrived | None]:
        """The bytes of these mails. More than announced: each alone, so that one liar harms no other."""
        self._opened(folder)
        alone = len(batch) == 1
        announced = sum(mail.size for mail in batch)
        at_most = self.limits.raw_bytes if alone else min(2 * announced, 3 * BATCH_BYTES)
        try:
            with self._saying("fetch mails", announced, at_most):
                answer = self._client.fetch([mail.uid for mail in batch], ["BODY.PEEK[]"])
        except (TooMuch, SaidNo) as fault:
            if not alone:
                return [one for mail in batch for one in self._fetch(folder, [mail])]
            if isinstance(fault, TooMuch):
                return [self._too_large(folder, batch[0])]
            self._refused += 1
            if self._refused > MOST_REFUSED:
                raise
            return [None]  # still listed: tried again by the next run
        return [self._arrived(folder, mail, answer.get(mail.uid, {})) for mail in batch]

    def _arrived(self, folder: str, mail: _Seen, answer: dict[bytes, Any]) -> Arrived | None:
        raw = answer.get(b"BODY[]")
        if isinstance(raw, bytes) and raw:
            too_large = "too-large" if len(raw) > self.limits.raw_bytes else None
            return Arrived(str(mail.uid), mail.received_at, raw, len(raw), too_large)
        if b"BODY[]" not in answer:
            return None
        return self._empty(folder, mail)

    def _empty(self, folder: str, mail: _Seen) -> Arrived | None:
        """NIL or nothing: Dovecot's way to say that another client has just deleted it, or really empty."""
        self._opened(folder)
        with self._saying("look again at an empty mail"):
            self._client.noop()
            if mail.uid not in self._client.search(["UID", str(mail.uid)]):
                return None
        with self._saying("look again at an empty mail", at_most=self.limits.raw_bytes):
            answer = self._client.fetch([mail.uid], ["BODY.PEEK[]"]).get(mail.uid, {})
        raw = answer.get(b"BODY[]")
        if isinstance(raw, bytes) and raw:
            return Arrived(str(mail.uid), mail.received_at, raw, len(raw))
        return Arrived(str(mail.uid), mail.received_at, None, 0, "empty") if b"BODY[]" in answer else None

    def _too_large(self, folder: str, mail: _Seen) -> Arrived | None:
        """Kept in pieces up to ``stored_bytes``, above that only its headers; never parsed."""
        uid, received = str(mail.uid), mail.received_at
        head: bytes | None = b""
        with contextlib.suppress(TooMuch):  # a server that sends more than the piece we ask for
            raw = self._pieces(folder, mail.uid) if mail.size <= self.limits.stored_bytes else None
            if raw:
                return Arrived(uid, received, raw, len(raw), "too-large")
        with contextlib.suppress(TooMuch):
            head = self._piece(folder, mail.uid, "HEADER", 0, self.limits.header_block_bytes)
        return None if head is None else Arrived(uid, received, None, mail.size, "too-large", head)

    def _pieces(self, folder: str, uid: int) -> bytes | None:
        """The whole mail; None if it is larger than ``stored_bytes``, or has gone."""
        with tempfile.TemporaryFile() as spool:  # joined in memory it would be there twice
            while True:
                piece = self._piece(folder, uid, "", spool.tell(), PIECE)
                if piece is None or spool.tell() + len(piece) > self.limits.stored_bytes:
                    return None
                spool.write(piece)
                if len(piece) < PIECE:
                    break
            spool.seek(0)
            return spool.read()

    def _piece(self, folder: str, uid: int, section: str, start: int, length: int) -> bytes | None:
        self._opened(folder)
        with self._saying("fetch a large mail", length):
            answer = self._client.fetch([uid], [f"BODY.PEEK[{section}]<{start}.{length}>"]).get(uid, {})
        for key, value in answer.items():
            if key.startswith(b"BODY[") and isinstance(value, bytes):
                return value[:length]
        return None
