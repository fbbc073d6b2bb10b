"""The line to the SMTP server: connect, greet, encrypt, log in, and one answer to each command (RFC 5321).

The only door of smtplib (with ``patience``, its clock), whose exceptions look alike for many different ends. What
leaves it is a Reply, or Trouble in a sentence that holds neither a password nor what the server said of it.
"""

import base64
import contextlib
import smtplib
import socket
import ssl
from typing import NamedTuple, Self

from harvester import faults
from harvester.access_token import TokenSource, xoauth2
from harvester.acknowledge.patience import Patient, PatientTls
from harvester.config import OutboxConfig
from harvester.errors import OutOfReach, Unusable
from harvester.message.domains import ascii_domain

SHORT = 200  # characters of a server's words


class Reply(NamedTuple):
    """A server's answer; code 0: it broke off or kept silent (``text`` says which), and the line is closed."""

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
    """The server cannot be used now; the message is a sentence that says what to do."""


class Line:
    """One connection. ``open`` is False as soon as an answer failed to come: nothing more is said on it."""

    def __init__(self, smtp: Patient) -> None:
        self._smtp = smtp
        self._end = "the server closed the connection"
        self.open = True

    @classmethod
    def to(cls, config: OutboxConfig, where: str, tokens: TokenSource | None = None) -> Self:
        """Connect, greet, encrypt, log in; in this order, and each only if the one before is certain.

        Raises Trouble; Unusable or ConfigError if ca_file or the password cannot be had.
        """
        secret = config.secret if config.user else None
        password = secret.reveal() if secret else ""  # before connecting: may ask a command
        if tokens:
            _token(tokens)
        tls = _tls_context(config, where)
        with contextlib.ExitStack() as if_it_fails:
            try:
                smtp = _greeted(config, tls)
                if_it_fails.callback(smtp.close)
                if config.tls == "starttls":
                    _encrypt(smtp, tls)
            except (OSError, smtplib.SMTPException) as fault:
                raise Trouble(_why(fault)) from None
            line = cls(smtp)
            if tokens:
                line._login_with_token(config.user, tokens)
            elif config.user:
                line._login(config.user, password)
            if_it_fails.pop_all()
        return line

    def offers(self, extension: str) -> bool:
        return self._smtp.has_extn(extension)

    def ask(self, command: str) -> Reply:
        """One command, one answer."""
        return self.hear() if self.say(command.encode("utf-8") + b"\r\n") else Reply(0, self._end)

    def say(self, data: bytes) -> bool:
        """False if the line broke before all of it was out: then the server cannot have seen its end."""
        faults.point("smtp-say")
        try:
            self._smtp.send(data)
        except (OSError, smtplib.SMTPException) as fault:
            self._broke(fault)
        return self.open

    def hear(self) -> Reply:
        """The server's answer. A line that breaks, or that the server closes (421, section 3.8), is closed."""
        try:
            code, text = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            self._broke(fault)
            return Reply(0, self._end)
        faults.point("smtp-heard")
        if code == 421 or code < 0:  # or no SMTP at all
            self.close()
        return Reply(code, _printable(text)) if code > 0 else Reply(0, "the answer is no SMTP")

    def leave(self) -> None:
        """QUIT; what the server says to it changes nothing."""
        if self.open:
            self._smtp.hurry()
            self.ask("QUIT")
            self.close()

    def close(self) -> None:
        self.open = False
        with contextlib.suppress(OSError):
            self._smtp.close()

    def _broke(self, fault: Exception) -> None:
        cause = fault.__context__ if isinstance(fault, smtplib.SMTPServerDisconnected) else fault
        if isinstance(cause, TimeoutError):
            self._end = "no answer in time (outbox.timeout)"
        self.close()

    def _login(self, user: str, password: str) -> None:
        """RFC 4954, with one method and one try: more would lock us out. What the server says stays here."""
        offered = self._smtp.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            reply = self.ask("AUTH PLAIN " + _base64(f"\0{user}\0{password}"))
        elif "LOGIN" in offered:
            reply = self.ask("AUTH LOGIN")
            for word in (user, password):
                reply = self.ask(_base64(word)) if reply.code == 334 else reply
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

    def _login_with_token(self, user: str, tokens: TokenSource) -> None:
        """XOAUTH2. A token may end before its time: one that is refused is asked for anew, once."""
        if "XOAUTH2" not in self._smtp.esmtp_features.get("auth", "").upper().split():
            raise Trouble("the server takes no access tokens (AUTH XOAUTH2); use a password, or another port or tls")
        for fresh in (False, True):
            reply = self.ask("AUTH XOAUTH2 " + _base64(xoauth2(user, _token(tokens, fresh))))
            if reply.code == 334:  # says why in base64, and waits for an empty line
                reply = self.ask("")
            if reply.yes:
                return
            if reply.code == 0:
                raise Trouble(f"the server broke off when we logged in ({reply.text}); the next run tries again")
            if reply.later:
                raise Trouble("the server takes no logins now; the next run tries again")
        raise Trouble(
            f"the server refused the access token of {user!r}; may this account send by SMTP? "
            "It is not tried again in this run"
        )


def _token(tokens: TokenSource, fresh: bool = False) -> str:
    try:
        return tokens.token(fresh)
    except OutOfReach as fault:
        raise Trouble("; ".join(fault.problems)) from None


def _greeted(config: OutboxConfig, tls: ssl.SSLContext | None) -> Patient:
    host, name = config.host.strip("[]"), _our_name(config)
    smtp = (
        PatientTls(host, config.port, name, timeout=config.timeout, context=tls)
        if config.tls == "implicit"
        else Patient(host, config.port, name, timeout=config.timeout)
    )
    try:
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _encrypt(smtp: Patient, tls: ssl.SSLContext | None) -> None:
    """STARTTLS (RFC 3207). What was said in the clear is forgotten."""
    if not smtp.has_extn("starttls"):
        raise Trouble(
            "the server offers no STARTTLS, so neither password nor letter was sent; "
            'try tls = "implicit" and port 465, or ask its administrator'
        )
    smtp.starttls(context=tls)
    smtp.ehlo_or_helo_if_needed()


def _our_name(config: OutboxConfig) -> str:
    """For EHLO: the domain we write from; this machine's own name is nobody's business."""
    domain = ascii_domain(config.from_.rpartition("@")[2])
    return domain if domain and domain.isascii() else "[127.0.0.1]"


def _tls_context(config: OutboxConfig, where: str) -> ssl.SSLContext | None:
    if config.tls == "none":  # loopback only: the settings refuse it elsewhere
        return None
    try:
        context = ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError) as fault:
        why = "it holds no certificates (PEM)" if isinstance(fault, ssl.SSLError) else fault.strerror
        raise Unusable(f"{where}: ca_file {config.ca_file}: {why}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


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
        case None:
            return "the server closed the connection; check outbox.port and outbox.tls"
        case OSError() if not isinstance(cause, smtplib.SMTPException):
            return f"{cause.strerror or type(cause).__name__}; the next run tries again"
        case _:
            return "the answer is no SMTP; check outbox.port and outbox.tls"


def _printable(text: bytes) -> str:
    """A server's words on one line, short, without control characters."""
    said = text.decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:SHORT]
