"""What could not be read is never taken for nothing said."""

import pytest

from harvester.classify.unread import something_unread
from harvester.model import SIGNATURE, Attachment, Headers, Message, TextStatus


def mail(*files: Attachment, flags: tuple[str, ...] = ()) -> Message:
    return Message("0" * 64, 1, Headers(), attachments=files, flags=flags)


def file(status: TextStatus, media_type: str = "application/pdf", size: int = 9_000, **more) -> Attachment:
    return Attachment("a", media_type, media_type, size, "0" * 64, text_status=status, **more)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (file(TextStatus.READ), False),
        (file(TextStatus.EMPTY), False),
        (file(TextStatus.NOT_TRIED), False),  # staff decided not to read files
        (file(TextStatus.SCANNED), True),
        (file(TextStatus.ENCRYPTED), True),
        (file(TextStatus.DAMAGED), True),
        (file(TextStatus.TOO_LARGE), True),
        (file(TextStatus.TIMEOUT), True),
        (file(TextStatus.UNSUPPORTED, "application/msword"), True),
        (file(TextStatus.UNSUPPORTED, "application/vnd.ms-outlook"), True),
        (file(TextStatus.UNSUPPORTED, "text/vcard"), False),
        (file(TextStatus.UNSUPPORTED, "image/png", 4_000), False),
        (file(TextStatus.UNSUPPORTED, "image/jpeg", 900_000), True),
        (file(TextStatus.READ, flags=("pages-scanned",)), True),
        (file(TextStatus.READ, "application/zip", flags=("packed-encrypted",)), True),
        (file(TextStatus.UNSUPPORTED, flags=(SIGNATURE,)), False),
        (file(TextStatus.NOT_TRIED, inline=True), False),
    ],
)
def test_a_file_that_may_tell_what_we_do_not_know_asks_for_a_person(one, expected):
    assert something_unread(mail(one)) is expected


@pytest.mark.parametrize("flag", ["uuencoded", "pgp-encrypted", "partial-message", "external-body"])
def test_so_does_a_mail_that_was_not_read_whole(flag):
    assert something_unread(mail(flags=(flag,)))
    assert not something_unread(mail(flags=("signed", "charset-cured")))
