"""Robots under all disguises: headers, structures, addresses and subjects by which a machine can be told."""

from collections.abc import Iterator

from tricky_mails.mail import TEXT, WORDS, Tricky, mail, parts, silent

LINES: dict[str, tuple[str, ...]] = {
    "null-return-path": ("Return-Path: <>", "Return-Path: < >", "Return-Path: <(nobody)>", "return-path:<>",
                         "Return-Path : <>", "Return-Path:", "Return-Path: <MAILER-DAEMON>"),
    "bounce": ("X-Failed-Recipients: officer@town.example", "X-Failed-Recipients:"),
    "auto-submitted": (
        "Auto-Submitted: auto-generated", "Auto-Submitted: auto-notified; owner-email=x@town.example",
        "Auto-Submitted: auto-replied (rejected)", "Auto-Submitted: (no) auto-replied", "Auto-Submitted: yes",
        "Auto-Submitted:", "Auto-Submitted: (no)", "Auto-Submitted: no-reply", 'Auto-Submitted: "no"',
        "Auto-Submitted: =?utf-8?q?no?=", "Auto-Submitted: auto-replied; no", "Auto-Submitted: no\nAuto-Submitted: x",
        "Auto-Submitted: auto-replied\nAuto-Submitted: no", "Auto-Submitted: (a (nested) comment) auto-replied",
    ),
    "list": (
        "List-Id: <officers.town.example>", "List-Id:", "List-Help: <mailto:x@town.example>", "List-Post: NO",
        "List-Unsubscribe: <https://town.example/x>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Subscribe: <mailto:x@town.example>", "List-Owner: <mailto:x@town.example>", "List-Archive:",
        "X-BeenThere: officers@town.example", "X-Mailing-List: x", "Mailing-List: contact x", "X-Mailman-Version: 3",
        "Feedback-ID: 1:2:3:town",
    ),
    "precedence": ("Precedence: Junk", "Precedence: list", "Precedence: auto_reply", "Precedence: bulk (mass mail)",
                   "Precedence: (x) bulk", "X-Precedence: bulk", "Precedence: normal\nPrecedence: junk"),
    "suppress": ("X-Auto-Response-Suppress: OOF", "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",
                 "X-Auto-Response-Suppress: RN;autoreply",
                 "X-Auto-Response-Suppress: none\nx-auto-response-suppress: all"),
    "vendor-auto": ("X-Autoreply: yes", "X-Autoreply:", "X-Autorespond: x", "X-Autoresponder: x",
                    "X-Auto-Reply-From: officer@town.example", "X-Delivery-Agent: TMDA/1.1.12 (Macallan)"),
}  # fmt: skip
MARKS = {
    "auto-submitted": "Auto-Submitted: auto-replied",
    "list": "List-Id: <officers.town.example>",
    "precedence": "Precedence: bulk",
    "suppress": "X-Auto-Response-Suppress: All",
    "vendor-auto": "X-Autoreply: yes",
}
"""Each is tried in every disguise."""
ROBOTS = (
    "mailer-daemon", "MAILER-DAEMON", "postmaster", "no-reply", "noreply", "no_reply", "donotreply", "DoNotReply",
    "do-not-reply", "listserv", "majordomo", "owner-officers", "officers-request", "officers-owner", "bounce",
    "bounces",
    "bounces+17", "bounce-17", "gmail-noreply", "noreply+token",
)  # fmt: skip
AWAY = (
    "Out of Office: Re: Innovative models", "Automatic reply: Re: models", "AutoReply: models", "Out of office",
    "Abwesenheitsnotiz: Re: Anfrage", "Automatische Antwort: Re: Anfrage", "Réponse automatique : Re: demande",
    "Absence du bureau : demande", "Respuesta automática: solicitud", "Fuera de la oficina: solicitud",
    "Risposta automatica: R: richiesta", "Automatisch antwoord: verzoek", "Afwezig: verzoek",
    "Automatyczna odpowiedź: zapytanie", "Resposta automática: pedido", "Autosvar: förfrågan", "自動応答: x",
    "[EXTERN] Automatic reply: models", "=?utf-8?q?R=C3=A9ponse_automatique?= : demande", "OUT OF OFFICE: models",
)  # fmt: skip
STATUS = (
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.town.example\n\nStatus: 5.1.1\nAction: failed\n"
)
RECEIPT = "Content-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; displayed\n"
CALENDAR = "Content-Type: text/calendar; charset=utf-8; method={}\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n"


def machines() -> Iterator[Tricky]:
    for reason, lines in LINES.items():
        for line in lines:
            path = {"Return_Path": None} if reason == "null-return-path" else {}
            yield silent(reason, line, mail(line, **path))
    for reason, line in MARKS.items():
        yield from _disguised(reason, line)
    for local in ROBOTS:
        address = f"{local}@town.example"
        yield silent("system-sender", local, mail(From=f"Town Hall <{address}>", Return_Path=f"<{address}>"))
    for subject in AWAY:
        yield silent("ooo-subject", subject, mail(Subject=subject))
    yield from _reports()
    yield from _spam()


def _disguised(reason: str, line: str) -> Iterator[Tricky]:
    name, value = line.split(": ", 1)
    for way, disguised in {
        "in capitals": line.upper(),
        "in small letters": line.lower(),
        "with a blank before the colon": f"{name} : {value}",
        "with a tab before the colon": f"{name}\t: {value}",
        "without a blank": f"{name}:{value}",
        "folded": f"{name}:\n {value}",
        "folded twice": f"{name}:\n\t\n  {value}",
        "behind a comment": f"{name}: (really) {value}",
        "below a line that is no header": f"this is no header\n{line}",
        "below an odd line": f"\udcff\udcfe\n{line}",
        "below 40 others": "\n".join(f"X-Filler-{n}: x" for n in range(40)) + f"\n{line}",
    }.items():
        yield silent(reason, f"{line} {way}", mail(disguised))
        if way == "in capitals":
            yield silent(reason, f"{line} on top", mail(top=[line]))


def _reports() -> Iterator[Tricky]:
    report = 'multipart/report; report-type="{}"'
    for kind in ("delivery-status", "feedback-report", "x-unknown"):
        yield silent("bounce", f"a report ({kind})", mail(**parts(report.format(kind), WORDS, STATUS)))
    yield silent("bounce", "a report that does not say of what", mail(**parts("Multipart/Report", WORDS, STATUS)))
    yield silent("bounce", "a status among other parts", mail(**parts("multipart/mixed", WORDS, STATUS)))
    returned = {"Subject": "Undelivered Mail Returned to Sender", "From": "Mail <mailer-daemon@town.example>"}
    yield silent("bounce", "a subject and a robot", mail(text="user unknown\n", **returned))
    yield silent("mdn", "a receipt", mail(**parts(report.format("disposition-notification"), WORDS, RECEIPT)))
    yield silent("mdn", "a receipt among other parts", mail(**parts("multipart/mixed", WORDS, RECEIPT)))
    for method in ("REQUEST", "reply", "CANCEL", '"COUNTER"'):
        piece = CALENDAR.format(method)
        yield silent("calendar", f"method={method}", mail(**parts("multipart/alternative", WORDS, piece)))
    yield silent(
        "calendar", "the whole mail", mail("Content-Type: text/calendar; method=REQUEST", text="BEGIN:VCALENDAR\n")
    )
    yield silent("malformed", "1,500 headers", mail(*["X-Filler: x"] * 1500))
    yield silent("malformed", "300 KB of headers", mail(*["X-Filler: " + "x" * 900] * 350))
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(40))
    yield silent("malformed", "40 levels", mail("Content-Type: multipart/mixed; boundary=a", text=f"--a\n{deep}\nx\n"))


def _spam() -> Iterator[Tricky]:
    for line in ("X-Spam-Flag: YES", "X-Spam-Flag: yes (9.1)", "X-Spam-Status: Yes, score=9.1 required=5"):
        yield silent("spam", line, mail(top=[line]))
    inside = ["Received: from mx.lga.example by store.lga.example with LMTP; Tue, 10 Aug 2027 10:00:01 +0000"]
    yield silent("spam", "between two servers of ours", mail(top=[*inside, "X-Spam-Flag: YES"]))
    for to in (None, "undisclosed-recipients:;", '"replies@lga.example" <other@evil.example>', "xreplies@lga.example",
               "replies@lga.example.evil.example", "replies@evil.example"):  # fmt: skip
        yield silent("not-addressed", f"To: {to}", mail(To=to))
    yield silent("not-addressed", "only in Bcc", mail("Bcc: replies@lga.example", To="officers@town.example"))
    yield silent("not-addressed", "only in the text", mail(To=None, text=f"To: replies@lga.example\n\n{TEXT}"))
