"""Headers and structure by which a mail says that no person wrote it."""

import pytest

from harvester.classify import machines
from harvester.model import Disposition, Headers, Message, Part, Sender


def mail(
    *headers: tuple[str, str],
    sender: str = "anna@town.example",
    name: str = "",
    subject: str = "Re: Request",
    text: str = "",
    parts: tuple[Part, ...] = (),
) -> Message:
    return Message(
        "", 0, Headers(headers), sender=Sender(sender, name), subject=subject, text=text, own_text=text, parts=parts
    )


def kind(message: Message) -> Disposition | None:
    return next((kind for kind, sign in machines.CERTAIN if sign(message)), None)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("auto-submitted", "auto-replied")], Disposition.AUTO_REPLY),
        ([("auto-submitted", "Auto-Replied (vacation); owner-email=x")], Disposition.AUTO_REPLY),
        ([("auto-submitted", "auto-generated")], Disposition.AUTO_REPLY),
        ([("auto-submitted", "auto-notified")], Disposition.AUTO_REPLY),
        ([("auto-submitted", "")], Disposition.AUTO_REPLY),
        ([("auto-submitted", "no"), ("auto-submitted", "auto-replied")], Disposition.AUTO_REPLY),
        ([("x-autoreply", "yes")], Disposition.AUTO_REPLY),
        ([("x-autorespond", "Re: Request")], Disposition.AUTO_REPLY),
        ([("precedence", "auto_reply")], Disposition.AUTO_REPLY),
        ([("x-delivery-agent", "TMDA/1.1")], Disposition.AUTO_REPLY),
        ([("x-failed-recipients", "b@town.example")], Disposition.BOUNCE),
        ([("list-id", "")], Disposition.LIST),
        ([("list-unsubscribe", "<mailto:leave@news.example>")], Disposition.LIST),
        ([("precedence", "bulk")], Disposition.LIST),
        ([("content-class", "urn:content-classes:calendarmessage")], Disposition.CALENDAR),
        ([("x-spam-flag", "YES"), ("received", "from a by b")], Disposition.SPAM),
        ([("x-spam-status", "Yes, score=12.1 required=5.0"), ("received", "from a by b")], Disposition.SPAM),
    ],
)
def test_a_header_that_machines_write_is_certain(headers, expected):
    assert kind(mail(*headers)) is expected


@pytest.mark.parametrize(
    "headers",
    [
        [("auto-submitted", "no")],
        [("auto-submitted", "no (sent by hand)")],
        [("precedence", "first-class")],
        [("x-autoreply", "no")],
        [("x-auto-response-suppress", "All")],  # Exchange puts it on mail of people too
        [("x-spam-status", "No, score=-1.0"), ("received", "from a by b")],
        [("received", "from a by b"), ("x-spam-flag", "YES")],  # a stranger's mark
    ],
)
def test_headers_that_people_s_mail_bears_too_say_nothing(headers):
    assert kind(mail(*headers)) is None


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Part("message/delivery-status"), Disposition.BOUNCE),
        (Part("message/global-delivery-status"), Disposition.BOUNCE),
        (Part("multipart/report", (("report-type", "delivery-status"),)), Disposition.BOUNCE),
        (Part("multipart/report"), Disposition.BOUNCE),
        (Part("message/disposition-notification"), Disposition.RECEIPT),
        (Part("multipart/report", (("report-type", "disposition-notification"),)), Disposition.RECEIPT),
        (Part("multipart/report", (("report-type", "feedback-report"),)), Disposition.AUTO_REPLY),
        (Part("text/calendar", (("method", "REQUEST"),)), Disposition.CALENDAR),
        (Part("text/calendar"), None),  # a file that somebody sends along
        (Part("message/rfc822"), None),
    ],
)
def test_the_structure_tells_reports_and_invitations(part, expected):
    assert kind(mail(parts=(part,))) is expected


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("MAILER-DAEMON@town.example", "Возвращено отправителю", "Адрес не найден."),
        ("mailer-daemon@town.example", "failure notice", "Hi. This is the qmail-send program at town.example."),
        ("postmaster@town.example", "Unzustellbar: Request", "Ihre Nachricht wurde nicht zugestellt."),
        ("postmaster@town.example", "Onbestelbaar: Request", "Het bericht is niet aangekomen."),
        ("mail-delivery@town.example", "Message", "Votre message n'a pas pu être remis à son destinataire."),
        ("postmaster@town.example", "Message", "Su mensaje no pudo ser entregado."),
        ("postmaster@town.example", "Message", "Il messaggio non è stato recapitato."),
        ("postmaster@town.example", "Message", "Wiadomość nie została dostarczona."),
        ("postmaster@town.example", "Message", "Vaše zpráva nebyla doručena."),
        ("postmaster@town.example", "Message", "Viestiäsi ei voitu toimittaa."),
        ("postmaster@town.example", "Message", "Το μήνυμά σας δεν παραδόθηκε."),
        ("noreply@town.example", "Message", "Your mail could not be delivered to the following recipients."),
    ],
)
def test_a_mail_system_s_notice_is_a_bounce_without_any_marker(sender, subject, text):
    assert kind(mail(sender=sender, subject=subject, text=text)) is Disposition.BOUNCE


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Undeliverable post in our district", "Letters were returned to sender for months."),
        ("Re: Request", "Your mail to my colleague came back: delivery failed, user unknown. Use this address."),
        ("FW: Undeliverable: Request", "Look what I got when I answered you."),
    ],
)
def test_a_person_who_writes_about_a_bounce_is_none(subject, text):
    assert kind(mail(subject=subject, text=text)) is None


@pytest.mark.parametrize("path", ["<>", "< >", "<MAILER-DAEMON>", "(empty) <>"])
def test_an_empty_return_path_is_a_sign_in_any_spelling(path):
    assert machines.null_return_path(mail(("return-path", path)))


def test_every_sign_says_in_a_sentence_what_it_saw():
    seen = mail(("auto-submitted", "auto-replied"), ("list-id", "<x.example>"), ("precedence", "bulk"))
    assert [why for _, sign in machines.CERTAIN if (why := sign(seen))] == [
        "Auto-Submitted: auto-replied (RFC 3834, section 5)",
        "the header List-Id of a mailing list (RFC 2369, RFC 2919)",
        "Auto-Submitted: auto-replied (RFC 3834, section 5)",
        "Precedence: bulk",
    ]
