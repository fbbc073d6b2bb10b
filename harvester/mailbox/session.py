"""A connection to one IMAP account: encrypted, logged in, and every fault a sentence."""

import contextlib
import imaplib
import socket
import ssl
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from harvester.access_token import TokenSource, xoauth2
from harvester.config import MailboxConfig
from harvester.errors import HarvesterError, LoginRefused, OutOfReach, Unusable
from harvester.mailbox.line import SLOWEST, SMALL_ANSWER, TooMuch, Watchdog

LATER = ("[UNAVAILABLE]", "[LIMIT]", "[OVERQUOTA]", "[INUSE]")  # RFC 5530: it may be different tomorrow


class SaidNo(OutOfReach):
    """The server understood and refused this one command."""


class Session(ABC):
    """Connects on entering. Every command has a time limit; no sentence holds a server's login text."""

    def __init__(self, config: MailboxConfig) -> None:
        self.config = config
        self.where = f"mailbox {config.name!r} ({config.host}:{config.port})"
        self._watchdog = Watchdog(config.max_seconds)
        self._tokens = TokenSource(config) if config.wants_token else None
        self._client: Any = None
        self.certificate_ends = ""

    @abstractmethod
    def _new_client(self, tls: ssl.SSLContext | None) -> Any:
        """Connect and read the greeting; encrypted from the first byte if ``tls`` is given."""

    def __enter__(self) -> Self:
        self._watchdog = Watchdog(self.config.max_seconds)
        self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close(politely=error is None)

    def _connect(self) -> None:
        """Connect, encrypt, log in; in this order, and each only if the one before is certain."""
        secret = self.config.secret
        password = secret.reveal() if secret else ""  # before connecting: may ask a command
        tls = self._tls_context()
        if self._tokens is None:
            self._open_line(tls)
            self._login(password)
            return
        for fresh in (False, True):  # a token may end before its time: one that is refused is asked for anew, once
            token = self._token(fresh)
            self._open_line(tls)
            try:
                return self._login(xoauth2(self.config.user, token), "XOAUTH2")
            except LoginRefused:
                if fresh:
                    raise

    def _token(self, fresh: bool) -> str:
        assert self._tokens is not None
        try:
            return self._tokens.token(fresh)
        except (OutOfReach, Unusable) as fault:
            raise type(fault)([f"{self.where}: {problem}" for problem in fault.problems]) from None

    def _open_line(self, tls: ssl.SSLContext | None) -> None:
        with self._saying("connect"):
            self._client = self._new_client(tls if self.config.tls == "implicit" else None)
            if self._client._imap.state != "NONAUTH":
                raise OutOfReach(
                    f"{self.where}: the server says that we are logged in already (PREAUTH), as an attacker "
                    "would to keep us from encrypting; ask its administrator"
                )
            if self.config.tls == "starttls":
                if not self._client.has_capability("STARTTLS"):
                    raise OutOfReach(
                        f"{self.where}: the server offers no STARTTLS, so no password was sent; "
                        'try tls = "implicit" and port 993, or ask its administrator'
                    )
                self._client.starttls(tls)
            self.certificate_ends = end_of_certificate(self._client._imap.sock)
            if self._tokens is None and self._client.has_capability("LOGINDISABLED"):  # it is about passwords
                raise OutOfReach(
                    f"{self.where}: the server takes no password on this connection (LOGINDISABLED); "
                    'try tls = "implicit" or "starttls"'
                )

    def _tls_context(self) -> ssl.SSLContext | None:
        if self.config.tls == "none":
            return None
        try:
            context = ssl.create_default_context(cafile=self.config.ca_file)
        except (OSError, ssl.SSLError) as fault:
            why = fault.strerror if isinstance(fault, FileNotFoundError) else "it holds no certificates (PEM)"
            raise Unusable(f"{self.where}: ca_file {self.config.ca_file}: {why}") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _login(self, password: str, mechanism: str = "") -> None:
        """Exceptions of a login may repeat the password: neither they nor the server's words leave here."""
        advice = "may this account read mail by IMAP?" if mechanism else "check user and password."
        refused = LoginRefused(
            f"{self.where}: the server refused the login of {self.config.user!r}; {advice} "
            "It is not tried again in this run"
        )
        user = self.config.user
        try:
            with self._saying("log in"):
                if mechanism:  # a second question says why we are refused, and wants an empty answer
                    answers = iter((password.encode("utf-8"),))
                    self._client.sasl_login(mechanism, lambda _said: next(answers, b""))
                elif (user + password).isascii():
                    quoted = user.replace("\\", "\\\\").replace('"', '\\"')
                    self._client.login(f'"{quoted}"', password)
                else:
                    self._client.plain_login(user, password)  # LOGIN carries ASCII only
                return
        except OutOfReach as fault:
            cause = fault.__cause__
        if isinstance(cause, imaplib.IMAP4.error) and not lost(cause):
            if not for_later(cause):
                raise refused
            raise OutOfReach(f"{self.where}: the server takes no logins now; the next run tries again")
        raise OutOfReach(f"{self.where}: {self._why(cause, 'log in')}")

    def _close(self, politely: bool = False) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                if politely and not self._watchdog.bitten:
                    client.socket().settimeout(min(5.0, self.config.timeout))
                    with self._watchdog.patience(10):
                        client.logout()
                else:
                    client.shutdown()
        self._watchdog.forget()

    @contextlib.contextmanager
    def _saying(self, what: str, expected: int = 0, at_most: int = 0) -> Iterator[None]:
        """Run commands within the time for ``expected`` bytes of mail and with no more than ``at_most``.

        Every fault becomes a sentence. The connection may be out of step then, so it is dropped.
        """
        if self._client is not None:
            self._client._imap.budget = SMALL_ANSWER + max(expected, at_most)
        try:
            with self._watchdog.patience(2 * self.config.timeout + expected / SLOWEST):
                yield
        except TooMuch as fault:
            self._close()
            raise TooMuch(
                f"{self.where}: {fault}; could not {what}; what was taken in is kept, the next run goes on"
            ) from fault
        except HarvesterError:
            self._close()
            raise
        except (OSError, imaplib.IMAP4.error, ValueError, AssertionError, MemoryError, LookupError) as fault:
            sentence = f"{self.where}: {self._why(fault, what)}"
            self._close()
            said_no = isinstance(fault, imaplib.IMAP4.error) and not lost(fault) and not for_later(fault)
            raise (SaidNo if said_no else OutOfReach)(sentence) from fault

    def _why(self, fault: BaseException | None, what: str) -> str:
        again = "what was taken in is kept, the next run goes on"
        if self._watchdog.bitten:
            return f"too slow: could not {what} within the time limit (timeout, max_seconds); {again}"
        match fault:
            case ssl.SSLCertVerificationError():
                return (
                    f"the server's certificate was refused: {fault.verify_message}; no password was sent. "
                    "Check `host`, or name the certificate to trust in `ca_file`"
                )
            case ssl.SSLError():
                return f"no encrypted connection: {fault.reason or 'cut off'}; check `port` and `tls`"
            case TimeoutError():
                return f"silent for {self.config.timeout:g} s; could not {what}; {again}"
            case socket.gaierror():
                return f"there is no host of this name ({fault.strerror}); check `host` and the network"
            case ConnectionRefusedError():
                return "nothing answers at this port; check `host`, `port` and whether the server runs"
            case OSError():
                return f"could not {what}: {fault.strerror or type(fault).__name__}; {again}"
            case imaplib.IMAP4.error() if lost(fault) or "* BYE" in str(fault).upper():
                return f"the server broke off; could not {what}; {again}"
            case imaplib.IMAP4.error() if what not in ("log in", "connect"):
                return f"could not {what}: {printable(fault)}; {again}"
            case _:
                return f"could not {what}: the answer is no IMAP; check `port` and `tls`"


def end_of_certificate(line: Any) -> str:
    """Of the server's certificate, for who watches: empty without one."""
    certificate = line.getpeercert() if isinstance(line, ssl.SSLSocket) else None
    ends = certificate.get("notAfter") if certificate else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC).isoformat() if ends else ""


def lost(fault: BaseException) -> bool:
    """True if the connection broke; IMAPClient hides that inside its LoginError."""
    return isinstance(fault, imaplib.IMAP4.abort) or isinstance(fault.__context__, imaplib.IMAP4.abort)


def for_later(fault: BaseException) -> bool:
    """True if the server says that it is a matter of time."""
    return any(code in str(fault).upper() for code in LATER)


def printable(fault: BaseException) -> str:
    """A server's words on one line, short, without control characters."""
    return "".join(c if c.isprintable() else " " for c in str(fault))[:200]
