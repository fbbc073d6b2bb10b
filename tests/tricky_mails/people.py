"""People whom a hasty check would take for machines: each of them is answered."""

from collections.abc import Iterator

from tricky_mails.mail import OFFICER, OWN, TEXT, WORDS, Tricky, answered, mail, parts

LINES = (
    "Auto-Submitted: no", "Auto-Submitted: NO (really)", "Auto-Submitted: (by hand) no", "Auto-Submitted: no; x=y",
    "auto-submitted :no", "Precedence: normal", "Precedence: first-class", "Precedence: special-delivery",
    "Precedence:",
    "X-Auto-Response-Suppress: DR", "X-Auto-Response-Suppress: RN, NRN", "X-Auto-Response-Suppress: None",
    "X-Auto-Response-Suppress:", "X-Delivery-Agent: postman 1.0", "X-Loop: officers@town.example", "X-Loop: replies",
    "X-Spam-Flag: YES", "X-Spam-Status: Yes, score=9", "X-Priority: 1", "Importance: high", "X-Mailer: Bulk Mailer 3.0",
    "Disposition-Notification-To: officer@town.example", "Return-Receipt-To: officer@town.example",
    "X-Listed-In: List-Id", "X-Original-Auto-Submitted: auto-replied", "Comments: Precedence: bulk",
    "Keywords: auto-replied, bulk", "Organization: noreply GmbH", "Reply-To: noreply@town.example",
)  # fmt: skip
PEOPLE = ("anna.noreply-jones", "bouncer", "postmasterson", "listservice", "requester", "owners", "reply")
SUBJECTS = (
    "", "Re: Out of office hours service", "Undeliverable waste bins", "Re: Urlaub", "Returned mail vans",
    "Our automatic reply machine", "Holiday childcare shared by two councils", "Re: AW: Antw: Sv: models",
    "Delivery failure rates", "Bounce back: our recovery plan", "Vacation of premises",
)  # fmt: skip
TO_US = (
    OWN, OWN.upper(), "replies+lga2027@lga.example", f"<{OWN}>", f'"Desk, International" <{OWN}>',
    f"other@town.example, {OWN}", f"Team: a@town.example, {OWN};", f"(the desk) {OWN} (ours)",
    f"a@town.example,\n {OWN}",
)  # fmt: skip
WITHIN = "Content-Type: message/rfc822\nContent-Disposition: attachment\n\n"


def people() -> Iterator[Tricky]:
    for line in LINES:
        yield answered(line, mail(line))
    for local in PEOPLE:
        address = f"{local}@town.example"
        yield answered(local, mail(From=f"A Person <{address}>", Return_Path=f"<{address}>"), to=address)
    for subject in SUBJECTS:
        yield answered(f"the subject {subject!r}", mail(Subject=subject))
    for to in TO_US:
        yield answered(f"To: {to}", mail(To=to))
    for name in ("Cc", "Resent-To", "Resent-Cc", "Delivered-To", "X-Original-To"):
        yield answered(f"only in {name}", mail(f"{name}: {OWN}", To="officers@town.example"))
    yield answered("49 servers", mail(*["Received: from a.example by b.example"] * 49))
    yield from _attached()


def _attached() -> Iterator[Tricky]:
    """What a machine wrote lies inside; a person sent it on."""
    for what, inside in {
        "an out-of-office note": "Subject: Out of office\nAuto-Submitted: auto-replied\n\nI am away.\n",
        "a mail of a list": "From: x@town.example\nList-Id: <x.town.example>\nPrecedence: bulk\n\nNews.\n",
        "a bounce": 'From: MAILER-DAEMON@town.example\nContent-Type: multipart/report; boundary="in"\n\n--in\n'
        "Content-Type: message/delivery-status\n\nStatus: 5.1.1\n\n--in--\n",
        "an invitation": "From: x@town.example\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n",
        "a mail of our own": f"From: {OWN}\nX-Loop: {OWN}\nTo: {OFFICER}\n\nThank you.\n",
    }.items():
        yield answered(f"{what}, attached", mail(**parts("multipart/mixed", WORDS, WITHIN + inside)))
    file = 'Content-Type: text/calendar; name="a.ics"\nContent-Disposition: attachment\n\nBEGIN:VCALENDAR\n'
    yield answered("a calendar's file without a method", mail(**parts("multipart/mixed", WORDS, file)))
    for words in ("Auto-Submitted: auto-replied", "List-Id: <x.town.example>", "Return-Path: <>", f"X-Loop: {OWN}"):
        yield answered(f"{words} in the text", mail(text=f"{words}\n\n{TEXT}"))
        yield answered(f"{words} folded into the subject", mail(Subject=f"Re: models\n {words}"))
