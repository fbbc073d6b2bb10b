"""A returned mail: whom it did not reach, whether it ever will, and which mail of ours it was.

From the delivery report (RFC 3464), else from what mail systems write in words. Nothing is believed of it: the
Message-ID tells which letter it may be about, and the store knows whether we wrote it.
"""

import re
from collections.abc import Iterator

from harvester.message.addresses import mailboxes
from harvester.message.robots import folded, is_robot
from harvester.model import Bounce, Failure, Message

_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers",
             "message/global-headers")  # fmt: skip
_READ = 6_000  # characters of a notice in words
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+'=-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])[0-5]\d(?=[ -]\D)")  # RFC 5321, section 4.2
_FULL = "2.2"
"""Subject and detail of "mailbox full" (RFC 3463, section 3.3): another day it has room, whatever the class says."""
_MESSAGE_ID = re.compile(r"^[ >]{0,4}message-id:\s{0,4}(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_LATER = re.compile(
    r"delay|still being retried|will be retried|will keep trying|warning message only|temporar|mailbox (is )?full"
    r"|over ?quota|quota exceeded|verzoger|vorubergehend|retard|temporane|tijdelijk|voorlopig|not yet been delivered"
    r"|(postfach|mailbox) (ist )?(voll|uberfullt)|(boite|bal) .{0,30}pleine|buzon .{0,30}lleno|casella .{0,30}piena"
    r"|caixa .{0,30}cheia|(postvak|mailbox) .{0,20}vol\b|skrzynka .{0,20}pelna|schranka .{0,20}plna"
    r"|brevlada .{0,20}full|postkass?en? .{0,20}(fuld|full)|postafiok .{0,20}(megtelt|tele)|ящик .{0,20}переполнен"
)


def bounce_of(mail: Message) -> Bounce:
    """What this returned mail says; ``hard`` where it does not tell."""
    returned = next(_returned(mail), None)
    for part in mail.parts:
        if part.media_type in _REPORTS and (told := _reported(part.text)):
            failure, recipient, status = told
            return Bounce(failure, recipient or _named(mail), status, returned)
    code = _STATUS.search(mail.text[:_READ])
    return Bounce(_in_words(mail, code), _named(mail), code and code.group(), returned)


def _reported(text: str) -> tuple[Failure, str | None, str | None] | None:
    """The first recipient that failed; else the first of all (RFC 3464, section 2.3)."""
    groups = [fields for group in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if (fields := _fields(group))]
    of_recipients = [one for one in groups if "final-recipient" in one or "original-recipient" in one]
    if not of_recipients:
        return None
    failed = [one for one in of_recipients if one.get("action", "").lower() == "failed"]
    one = (failed or of_recipients)[0]
    action = one.get("action", "").lower()
    status = _STATUS.search(one.get("status", "")) or _STATUS.search(one.get("diagnostic-code", ""))
    address = one.get("original-recipient") or one.get("final-recipient") or ""
    found = _ADDRESS.search(address.rpartition(";")[2])
    if action in ("delivered", "relayed", "expanded") or (status and status[1] == "2"):
        failure = Failure.NONE
    elif action == "delayed" or (status and _passes(status)):
        failure = Failure.SOFT
    else:
        failure = Failure.HARD
    return failure, found and found.group(), status and status.group()


def _passes(status: "re.Match[str]") -> bool:
    """May it work another time?"""
    return status[1] == "4" or f"{status[2]}.{status[3]}" == _FULL


def _fields(group: str) -> dict[str, str]:
    """``Action: failed`` and its like, unfolded; the first of a name counts."""
    fields: dict[str, str] = {}
    for line in re.sub(r"\n[ \t]+", " ", group).split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _in_words(mail: Message, status: "re.Match[str] | None") -> Failure:
    """By a status or an SMTP reply in the text, else by words; a mail that is late may still arrive."""
    if status and status[1] != "2":
        return Failure.SOFT if _passes(status) else Failure.HARD
    text = mail.text[:_READ]
    if code := _REPLY_CODE.search(text):
        return Failure.SOFT if code[1] == "4" else Failure.HARD
    return Failure.SOFT if _LATER.search(folded(f"{mail.subject[:200]} {text[:2_000]}")) else Failure.HARD


def _named(mail: Message) -> str | None:
    """The first address that the notice names; mail systems' own and ours, to whom it comes back, aside."""
    ours = {box.address.lower() for value in mail.headers.all("to") for box in mailboxes(value)}
    ours.add((mail.sender.address or "").lower())
    for value in (*mail.headers.all("x-failed-recipients"), mail.text[:_READ]):
        for found in _ADDRESS.finditer(value):
            address = found.group().strip("'")
            robot = is_robot(address.partition("@")[0])
            if not robot and address.lower() not in ours:
                return address
    return None


def _returned(mail: Message) -> Iterator[str]:
    """Ids of the mail that came back, the most certain first."""
    for part in mail.parts:
        if part.media_type in _RETURNED and (found := _MESSAGE_ID.search(re.sub(r"\r?\n[ \t]+", " ", part.text))):
            yield found[1]
    if found := _MESSAGE_ID.search(mail.text[:50_000]):
        yield found[1]
    yield from mail.in_reply_to
    yield from reversed(mail.references)
