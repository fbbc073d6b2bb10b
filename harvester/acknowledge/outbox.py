"""Handing letters to the SMTP server, step by step, so that every end has one meaning (RFC 5321).

The only door of smtplib, whose exceptions look alike before and after the final dot. Before the dot nothing is
sent; after it only the server's answer tells. Whatever fails before RCPT is about us, not about the letter.
"""

import base64
import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, NamedTuple, Self

from harvester.acknowledge.patience import Patient, PatientTls
from harvester.config import OutboxConfig
from harvester.errors import Unusable
from harvester.message.domains import ascii_domain

Kind = Literal["sent", "retry", "failed", "unknown", "out_of_reach"]
ABOUT_US = (530, 534, 535, 538)  # RFC 4954, section 6: the server wants another login
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter, and a sentence for staff.

    ``retry``: the server may take it later. ``unknown``: it may have been sent. ``out_of_reach``: the letter
    was not begun, and no other would fare better now.
    """

    kind: Kind
    note: str = ""


class Reply(NamedTuple):
    """A server's answer; code 0: it broke off or kept silent (``text`` says which), and the line is dropped."""

    code: int
    text: str

    @property
    def yes(self) -> bool:
        return 200 <= self.code < 300

    @property
    def later(self) -> bool:
        return self.code == 0 or 400 <= self.code < 500

    @property
    def never(self) -> bool:
        return 500 <= self.code < 600

    def __str__(self) -> str:
        return f"{self.code} {self.text}" if self.code > 0 else self.text


class Trouble(Exception):
    """The server cannot be used now; the message is a sentence without passwords or the server's login text."""


class Outbox:
    """One connection a run, made when the first letter is due, and again if the server closed it meanwhile."""

    def __init__(self, config: OutboxConfig) -> None:
        self.config = config
        self.where = f"outbox {config.host}:{config.port}"
        self._line: Patient | None = None
        self._used = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None and error is None:
            self._line.hurry()
            with contextlib.suppress(smtplib.SMTPException, OSError, ValueError):
                self._line.docmd("QUIT")  # what it says changes nothing
        self._drop()

    def knock(self) -> str | None:
        """Connect, encrypt, log in, say NOOP; a sentence if something is wrong."""
        trouble = self.ensure()
        if trouble is None and not (reply := self._ask("NOOP")).yes:
            trouble = f"{self.where}: the server lets us in but does not work: {reply}"
        return trouble

    def ensure(self) -> str | None:
        """Be ready for the next letter; a sentence if that cannot be had. Asked before a letter is claimed."""
        try:
            if self._line is not None and self._used and not self._ask("RSET").yes:
                self._drop()  # closed between two letters: one new connection
            if self._line is None:
                self._connect()
        except Trouble as fault:
            self._drop()
            return f"{self.where}: {fault}"
        self._used = False
        return None

    # ------------------------------------------------------------------ one letter

    def hand_over(self, raw: bytes, to: str) -> Outcome:
        """MAIL, RCPT, DATA, the dot. One recipient, given here and never taken from the letter's headers."""
        if not to or any(c.isspace() or not c.isprintable() or c in "<>" for c in to):
            return Outcome("failed", "the address cannot be written in an SMTP command")
        local, _, domain = to.rpartition("@")
        if local.isascii():
            to = f"{local}@{ascii_domain(domain)}" if domain.isascii() is False else to
        fresh = self._line is None
        if trouble := self.ensure():
            return Outcome("out_of_reach", trouble)
        if not to.isascii() and not self._offers("smtputf8"):
            return Outcome("failed", "the address has letters beyond ASCII, which the server cannot send to (SMTPUTF8)")
        begun = self._mail(to)
        if begun.code in (0, 421) and not fresh:  # closed between two letters, just now
            if trouble := self.ensure():
                return Outcome("out_of_reach", trouble)
            begun = self._mail(to)
        if not begun.yes:
            self._drop()
            return Outcome("out_of_reach", f"{self.where}: {self._about_sender(begun)}")
        return self._to_and_text(raw, to)

    def _mail(self, to: str) -> Reply:
        """RFC 3834, section 3.3: an empty return path, unless a relay wants an address."""
        assert self._line is not None
        self._used = True
        sender = self.config.bounce_address
        if not sender.isascii():
            local, _, domain = sender.rpartition("@")
            sender = f"{local}@{ascii_domain(domain)}"
        options = " BODY=8BITMIME" if self._offers("8bitmime") else ""
        self._line.command_encoding = "ascii"
        if not (to + sender).isascii():  # RFC 6531
            self._line.command_encoding = "utf-8"
            options += " SMTPUTF8"
        return self._ask(f"MAIL FROM:<{sender}>{options}")

    def _about_sender(self, reply: Reply) -> str:
        if reply.code == 0:
            return f"the server does not let us begin a letter: {reply}; the next run tries again"
        if reply.later:
            return f"the server takes no letters now: {reply}; the next run tries again"
        if reply.code in ABOUT_US:
            return f"the server wants a login before it takes letters: {reply}; set outbox.user and a password"
        if not self.config.bounce_address:
            return (
                f"the server refuses the empty return path of an acknowledgement: {reply}; "
                "set outbox.bounce_address to an address that it accepts"
            )
        return f"the server refuses outbox.bounce_address ({self.config.bounce_address}): {reply}; choose another"

    def _to_and_text(self, raw: bytes, to: str) -> Outcome:
        taken = self._ask(f"RCPT TO:<{to}>")
        if taken.code in ABOUT_US:
            self._drop()
            return Outcome("out_of_reach", f"{self.where}: {self._about_sender(taken)}")
        if not taken.yes:
            return self._not_sent(taken, "the recipient")
        go_on = self._ask("DATA")
        if go_on.code != 354:
            return self._not_sent(go_on, "the letter")
        assert self._line is not None
        try:
            self._line.send(stuffed(raw))
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            return Outcome("retry", f"the server broke off before the letter's end: {_cause(fault)}")
        return self._after_dot()

    def _not_sent(self, reply: Reply, what: str) -> Outcome:
        """The dot was not said, so nothing can have been sent."""
        if reply.never:
            return Outcome("failed", f"the server refused {what}: {reply}")
        if not reply.later:
            self._drop()  # out of step
        return Outcome("retry", f"the server did not take {what}: {reply}")

    def _after_dot(self) -> Outcome:
        """Silence after the dot is the one case in which nobody can tell (section 4.2.5)."""
        reply = self._ask(".")
        if reply.yes:
            return Outcome("sent", str(reply))
        if reply.code > 0 and reply.later:
            return Outcome("retry", f"the server put the letter off: {reply}")
        if reply.never:
            return Outcome("failed", f"the server refused the letter: {reply}")
        self._drop()
        return Outcome("unknown", f"no answer after the letter's end, it may have been sent: {reply}")

    # ------------------------------------------------------------------ the line

    def _ask(self, command: str) -> Reply:
        """One command, one answer. A line that broke, or that the server closes (421), is dropped."""
        assert self._line is not None
        try:
            code, text = self._line.docmd(command)
        except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as fault:
            self._drop()
            return Reply(0, _cause(fault))
        if code == 421 or code < 0:  # section 3.8; or no SMTP at all
            self._drop()
        return Reply(max(code, 0), _printable(text) if code > 0 else "the answer is no SMTP")

    def _offers(self, extension: str) -> bool:
        return self._line is not None and self._line.has_extn(extension)

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.close()

    def _connect(self) -> None:
        """Connect, greet, encrypt, log in; in this order, and each only if the one before is certain."""
        config = self.config
        secret = config.secret if config.user else None
        password = secret.reveal() if secret else ""  # before connecting: may ask a command
        tls = self._tls_context()
        host, name = config.host.strip("[]"), self._our_name()
        try:
            if config.tls == "implicit":
                self._line = PatientTls(host, config.port, name, timeout=config.timeout, context=tls)
            else:
                self._line = Patient(host, config.port, name, timeout=config.timeout)
            self._line.ehlo_or_helo_if_needed()
            if config.tls == "starttls":
                if not self._line.has_extn("starttls"):
                    raise Trouble(
                        "the server offers no STARTTLS, so neither password nor letter was sent; "
                        'try tls = "implicit" and port 465, or ask its administrator'
                    )
                self._line.starttls(context=tls)
                self._line.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as fault:
            raise Trouble(_why(fault)) from None
        if config.user:
            self._login(config.user, password)

    def _our_name(self) -> str:
        """For EHLO: the domain we write from; this machine's own name is nobody's business."""
        domain = ascii_domain(self.config.from_.rpartition("@")[2])
        return domain if domain and domain.isascii() else "[127.0.0.1]"

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

    def _login(self, user: str, password: str) -> None:
        """RFC 4954, with one method and one try: more would lock us out. What the server says stays here."""
        assert self._line is not None
        offered = self._line.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            reply = self._ask("AUTH PLAIN " + _base64(f"\0{user}\0{password}"))
        elif "LOGIN" in offered:
            reply = self._ask("AUTH LOGIN")
            for word in (user, password):
                reply = self._ask(_base64(word)) if reply.code == 334 else reply
        else:
            raise Trouble(
                "the server offers no login that we know (AUTH PLAIN or LOGIN), but outbox.user is set; "
                "try another port or tls, or leave user out if the server wants no password"
            )
        if reply.code == 0:
            raise Trouble(f"the server broke off when we logged in ({reply.text}); the next run tries again")
        if reply.later:
            raise Trouble("the server takes no logins now; the next run tries again")
        if not reply.yes:
            raise Trouble(
                f"the server refused the login of {user!r}; check user and password. It is not tried again in this run"
            )


def stuffed(raw: bytes) -> bytes:
    """CRLF at every line's end, dots at their beginning doubled (section 4.5.2); the final dot is not in it."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LEADING_DOT.sub(b"..", lines)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


def _why(fault: Exception) -> str:
    """What went wrong before any letter, and what to do."""
    cause = fault.__context__ if isinstance(fault, smtplib.SMTPServerDisconnected) else fault
    match cause:
        case ssl.SSLCertVerificationError():
            return (
                f"the server's certificate was refused: {cause.verify_message}; no password was sent. "
                "Check outbox.host, or name the certificate to trust in outbox.ca_file"
            )
        case ssl.SSLError():
            return f"no encrypted connection: {cause.reason or 'cut off'}; check outbox.port and outbox.tls"
        case TimeoutError():
            return "silent, or too slow (outbox.timeout); the next run tries again"
        case socket.gaierror():
            return f"there is no host of this name ({cause.strerror}); check outbox.host and the network"
        case ConnectionRefusedError():
            return "nothing answers at this port; check outbox.host, outbox.port and whether the server runs"
        case smtplib.SMTPResponseException() if cause.smtp_code > 0:
            text = cause.smtp_error if isinstance(cause.smtp_error, bytes) else str(cause.smtp_error).encode()
            return f"the server does not want us: {cause.smtp_code} {_printable(text)}; the next run tries again"
        case OSError():
            return f"{cause.strerror or type(cause).__name__}; the next run tries again"
        case None:
            return "the server closed the connection; check outbox.port and outbox.tls"
        case _:
            return "the answer is no SMTP; check outbox.port and outbox.tls"


def _cause(fault: Exception) -> str:
    match fault.__context__ if isinstance(fault, smtplib.SMTPServerDisconnected) else fault:
        case TimeoutError():
            return "no answer in time (outbox.timeout)"
        case _:
            return "the server closed the connection"


def _printable(text: bytes) -> str:
    """A server's words on one line, short, without control characters."""
    said = text.decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:200]
