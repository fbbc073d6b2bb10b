"""Was there something in this mail that could not be read? Then "no evidence" is not said without a person."""

from harvester.model import Attachment, Message, TextStatus

UNREAD = frozenset(
    {
        TextStatus.SCANNED,
        TextStatus.ENCRYPTED,
        TextStatus.DAMAGED,
        TextStatus.TOO_LARGE,
        TextStatus.TIMEOUT,
    }
)
WORDLESS = ("text/vcard", "text/x-vcard", "text/directory", "text/calendar", "application/ics", "application/pgp-keys")
"""Files that no reader here opens and that nobody answers a request with."""
LOGO_BYTES = 50_000
"""A smaller picture is no photograph of a letter."""
PARTLY = frozenset({"pages-scanned", "text-cut", "time-spent"})
OF_MAIL = frozenset({"text-cut", "uuencoded", "pgp-encrypted", "partial-message", "external-body"})


def something_unread(message: Message) -> bool:
    return not OF_MAIL.isdisjoint(message.flags) or any(unread(file) for file in message.enclosures)


def unread(file: Attachment) -> bool:
    """A file, or a part of one, that may tell something which we do not know."""
    if file.text_status in UNREAD or any(flag in PARTLY or flag.startswith("packed-") for flag in file.flags):
        return True
    if file.text_status is not TextStatus.UNSUPPORTED or file.media_type in WORDLESS:
        return False
    return not file.media_type.startswith("image/") or file.size >= LOGO_BYTES
