"""Handing letters to the SMTP server, step by step, so that every end has one meaning (RFC 5321).

Before the final dot nothing is sent; after it only the server's answer tells. What fails before RCPT is about us,
not about the letter.
"""

import re
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from harvester.access_token import TokenSource
from harvester.acknowledge.line import Line, Reply, Trouble
from harvester.config import OutboxConfig
from harvester.message.domains import ascii_domain

Kind = Literal["sent", "retry", "failed", "unknown", "out_of_reach"]
ABOUT_US = (530, 534, 535, 538)  # RFC 4954, section 6: the server wants another login
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter, and a sentence for staff.

    ``retry``: the server may take it later. ``unknown``: it may have been sent. ``out_of_reach``: the letter
    was not begun, and no other would fare better now.
    """

    kind: Kind
    note: str = ""


class Outbox:
    """One connection a run, made when the first letter is due, and again if the server closed it meanwhile."""

    def __init__(self, config: OutboxConfig) -> None:
        self.config = config
        self.where = f"outbox {config.host}:{config.port}"
        self._tokens = TokenSource(config) if config.wants_token else None
        self._line: Line | None = None
        self._used = False  # since it last answered that it is ready

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            if error is None:
                self._line.leave()
            self._line.close()

    def knock(self) -> str | None:
        """Connect, encrypt, log in, say NOOP; a sentence if something is wrong."""
        try:
            reply = self._ready().ask("NOOP")
        except Trouble as fault:
            return f"{self.where}: {fault}"
        return None if reply.yes else f"{self.where}: the server lets us in but does not work: {reply}"

    def ensure(self) -> str | None:
        """Be ready for the next letter; a sentence if that cannot be had. Asked before a letter is claimed."""
        try:
            self._ready()
        except Trouble as fault:
            return f"{self.where}: {fault}"
        return None

    def _ready(self) -> Line:
        """The line, at rest. Closed between two letters: one new connection."""
        if self._line is not None and self._used and self._line.open and not self._line.ask("RSET").yes:
            self._line.close()
        if self._line is None or not self._line.open:
            self._line = Line.to(self.config, self.where, self._tokens)
        self._used = False
        return self._line

    # ------------------------------------------------------------------ one letter

    def hand_over(self, raw: bytes, to: str) -> Outcome:
        """MAIL, RCPT, DATA, the dot. One recipient, given here and never taken from the letter's headers."""
        if unfit(to):
            return Outcome("failed", "the address cannot be written in an SMTP command")
        to = sendable(to)
        known = self._line
        try:
            line = self._ready()
            if not to.isascii() and not line.offers("smtputf8"):
                why = "the address has letters beyond ASCII, which the server cannot send to (SMTPUTF8)"
                return Outcome("failed", why)
            begun = self._begin(line, to)
            if begun.code in (0, 421) and line is known:  # closed between two letters, just now
                line = self._ready()
                begun = self._begin(line, to)
        except Trouble as fault:
            return Outcome("out_of_reach", f"{self.where}: {fault}")
        if not begun.yes:
            line.close()
            return Outcome("out_of_reach", f"{self.where}: {self._about_us(begun)}")
        return self._to_and_text(line, raw, to)

    def _begin(self, line: Line, to: str) -> Reply:
        """RFC 3834, section 3.3: an empty return path, unless a relay wants an address."""
        self._used = True
        sender = sendable(self.config.bounce_address)
        options = " BODY=8BITMIME" if line.offers("8bitmime") else ""
        if not (to + sender).isascii():  # RFC 6531
            options += " SMTPUTF8"
        return line.ask(f"MAIL FROM:<{sender}>{options}")

    def _about_us(self, reply: Reply) -> str:
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

    def _to_and_text(self, line: Line, raw: bytes, to: str) -> Outcome:
        taken = line.ask(f"RCPT TO:<{to}>")
        if taken.code in ABOUT_US:
            line.close()
            return Outcome("out_of_reach", f"{self.where}: {self._about_us(taken)}")
        if not taken.yes:
            return _not_sent(line, taken, "the recipient")
        go_on = line.ask("DATA")
        if go_on.code != 354:
            return _not_sent(line, go_on, "the letter")
        if not (line.say(stuffed(raw)) and line.say(b".\r\n")):
            return Outcome("retry", "the server broke off before the letter's end")
        return _after_dot(line)


def _not_sent(line: Line, reply: Reply, what: str) -> Outcome:
    """The dot was not said, so nothing can have been sent."""
    if reply.never:
        return Outcome("failed", f"the server refused {what}: {reply}")
    if not reply.later:
        line.close()  # out of step
    return Outcome("retry", f"the server did not take {what}: {reply}")


def _after_dot(line: Line) -> Outcome:
    """Silence after the dot is the one case in which nobody can tell (section 4.2.5)."""
    reply = line.hear()
    if reply.yes:
        return Outcome("sent", str(reply))
    if reply.code > 0 and reply.later:
        return Outcome("retry", f"the server put the letter off: {reply}")
    if reply.never:
        return Outcome("failed", f"the server refused the letter: {reply}")
    line.close()
    return Outcome("unknown", f"no answer after the letter's end, it may have been sent: {reply}")


def unfit(address: str) -> bool:
    """It would mean something else in a command."""
    odd = not address.isprintable() or any(c in "<>" for c in address)
    return not address or odd or (" " in address and address[0] != '"')


def sendable(address: str) -> str:
    """The domain in punycode where the rest is ASCII: no server needs SMTPUTF8 for it (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}" if local.isascii() and not domain.isascii() else address


def stuffed(raw: bytes) -> bytes:
    """CRLF at every line's end, dots at their beginning doubled (section 4.5.2); the final dot is not in it."""
    lines = _LINE_END.sub(b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LEADING_DOT.sub(b"..", lines)
