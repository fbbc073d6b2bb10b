"""May we answer? Each row of the table with its disguises, and what must not be mistaken for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge.policy import Settings, decide, objections, recipient
from harvester.model import MACHINE, Circumstances, Disposition, Headers, Message, Part, Sender, Verdict

OWN = "replies@lga.example"
NOW = datetime(2027, 8, 10, 12, 0, tzinfo=UTC)
SETTINGS = Settings(
    own_addresses=frozenset({OWN, "desk@lga.example"}),
    since=datetime(2027, 1, 1, tzinfo=UTC),
    languages=frozenset({"en", "de"}),
)
TRUSTING = replace(SETTINGS, authserv_id="mx.lga.example")
CIRCUMSTANCES = Circumstances(now=NOW, received_at=NOW)
VERDICT = Verdict(Disposition.EVIDENCE, "an example")
ADDRESS = "officer@town.example"
ORDINARY = (
    ("return-path", f"<{ADDRESS}>"),
    ("received", "from mail.town.example by mx.lga.example with ESMTPS; Tue, 10 Aug 2027 10:00:00 +0000"),
    ("from", f"An Officer <{ADDRESS}>"),
    ("to", f"International Desk <{OWN}>"),
    ("subject", "Re: Innovative models"),
)

Field = tuple[str, str]


def mail(*more: Field, drop: str = "", first: bool = False, **changes: object) -> Message:
    """An ordinary reply with these headers added (on top: ``first``) and one taken away."""
    kept = tuple(field for field in ORDINARY if field[0] != drop)
    fields = (*more, *kept) if first else (*kept, *more)
    made = Message("0" * 64, 1000, Headers(fields), sender=Sender(ADDRESS, "An Officer"), subject="Re: models")
    return replace(made, **changes)  # type: ignore[arg-type]


def codes(
    message: Message,
    verdict: Verdict = VERDICT,
    circumstances: Circumstances = CIRCUMSTANCES,
    our: Settings = SETTINGS,
) -> list[str]:
    return [one.code for one in objections(message, verdict, circumstances, our)]


def header(name: str, *values: str) -> list[Message]:
    return [mail((name, value)) for value in values]


def test_an_ordinary_reply_is_answered() -> None:
    assert codes(mail()) == []


@pytest.mark.parametrize("disposition", [d for d in Disposition if d not in MACHINE])
def test_every_reply_of_a_person_is_answered_unclear_ones_too(disposition: Disposition) -> None:
    assert codes(mail(), Verdict(disposition, "because")) == []


SILENT: dict[str, list[Message]] = {
    "malformed": [mail(quarantine="too-many-parts")],
    "null-return-path": [
        *(mail(("return-path", v), first=True) for v in ("<>", "< >", " <> ", "<(nobody)>", "(x) <>", "")),
        mail(("return-path", "<>")),  # the second of two
        mail(("return-path", "<MAILER-DAEMON>"), drop="return-path"),
    ],
    "bounce": [
        *header("x-failed-recipients", "a@b.example", ""),
        *header(
            "content-type",
            'multipart/report; report-type="delivery-status"; boundary=x',
            "Multipart/Report; boundary=x",
            "multipart/report (a comment); REPORT-TYPE=feedback-report",
        ),
        mail(parts=(Part("multipart/report", (("report-type", "delivery-status"),)),)),
        mail(parts=(Part("multipart/mixed"), Part("message/delivery-status"))),
        mail(parts=(Part("message/global-delivery-status"),)),
        mail(sender=Sender("MAILER-DAEMON@mx.town.example"), subject="Undelivered Mail Returned to Sender"),
    ],
    "mdn": [
        *header("content-type", "multipart/report; report-type=disposition-notification"),
        mail(parts=(Part("multipart/report"), Part("message/disposition-notification"))),
        mail(parts=(Part("multipart/report", (("Report-Type", "Disposition-Notification"),)),)),
    ],
    "auto-submitted": [
        *header(
            "auto-submitted",
            "auto-replied",
            "auto-generated; type=x",
            "AUTO-NOTIFIED",
            "auto-replied (rejected)",
            "(no) auto-replied",
            "yes",
            "",
            "(no)",
            "no-reply",
            '"no"',
            "=?utf-8?q?no?=",
        ),
        mail(("auto-submitted", "no"), ("auto-submitted", "auto-replied")),
    ],
    "list": header("list-id", "<x.list.example>", "")
    + [
        mail((name, ""))
        for name in [
            "list-help",
            "list-post",
            "list-unsubscribe",
            "list-subscribe",
            "list-owner",
            "list-archive",
            "x-beenthere",
            "x-mailing-list",
            "mailing-list",
            "x-mailman-version",
            "feedback-id",
        ]
    ],
    "precedence": header("precedence", "bulk", "Junk", "list", "auto_reply", "bulk (mass mail)", " LIST ")
    + header("x-precedence", "bulk")
    + [mail(("precedence", "normal"), ("precedence", "junk"))],
    "suppress": header(
        "x-auto-response-suppress", "All", "oof", "DR, OOF, AutoReply", "RN;AutoReply", "NRN, all (Exchange)"
    ),
    "vendor-auto": header("x-delivery-agent", "TMDA/1.1.12 (Macallan)", "tmda")
    + [mail((name, "")) for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from")],
    "loop": [
        *header("x-loop", OWN, "Replies@LGA.example", f"<{OWN}>", "replies+tag@lga.example", f"a@b.example {OWN}"),
        mail(*([("received", "from a.example by b.example")] * 50)),
    ],
    "calendar": [
        mail(parts=(Part("text/calendar", (("method", "REQUEST"),)),)),
        mail(parts=(Part("multipart/alternative"), Part("Text/Calendar", (("METHOD", "reply"),)))),
        *header("content-type", "text/calendar; charset=utf-8; method=CANCEL"),
    ],
    "no-valid-sender": [
        mail(sender=Sender(None, problem="no-valid-sender")),
        mail(sender=Sender(None)),
        mail(sender=Sender("officer@[192.0.2.1]")),
        mail(sender=Sender("officer town@town.example")),
        mail(sender=Sender("victim%else.example@town.example")),
        mail(sender=Sender('"victim@else.example"@town.example')),
        mail(sender=Sender("officer@town.example\r\nRCPT TO:<x@y.example>")),
        mail(sender=Sender("officer@town_hall.example")),
        mail(sender=Sender("o" * 65 + "@town.example")),
    ],
    "ambiguous-sender": [
        mail(sender=Sender(ADDRESS, problem="ambiguous-sender")),
        mail(("from", "other@else.example")),
    ],
    "own-address": [
        mail(sender=Sender(address))
        for address in (OWN, "REPLIES@lga.EXAMPLE", "replies+x@lga.example", "desk@lga.example")
    ],
    "system-sender": [
        mail(sender=Sender(f"{local}@town.example"))
        for local in [
            "mailer-daemon",
            "postmaster",
            "no-reply",
            "noreply",
            "DoNotReply",
            "listserv",
            "majordomo",
            "owner-list",
            "list-request",
            "list-owner",
            "bounce",
            "bounces+17",
            "bounce-x",
        ]
    ],
    "not-addressed": [
        mail(drop="to"),
        mail(("to", "undisclosed-recipients:;"), drop="to"),
        mail(("to", f'"{OWN}" <other@else.example>'), drop="to"),
        mail(("to", "xreplies@lga.example"), drop="to"),
        mail(("to", "replies@lga.example.evil.example"), drop="to"),
        mail(("bcc", OWN), drop="to"),
    ],
    "unauthenticated": [
        mail(("return-path", "<x@else.example>"), drop="return-path"),
        mail(("return-path", "<x@town.example.evil.example>"), drop="return-path"),
        mail(("return-path", "<x@else.example>"), first=True),
        mail(
            ("return-path", "<x@else.example>"),
            ("authentication-results", "mx.lga.example; dmarc=pass"),  # no configured id: not believed
            drop="return-path",
        ),
    ],
    "spam": [
        mail(("x-spam-flag", "YES"), first=True),
        mail(("x-spam-flag", "yes (score 9)"), first=True),
        mail(("x-spam-status", "Yes, score=9.1 required=5"), first=True),
        mail(("received", "from x.example by store.lga.example with LMTP"), ("x-spam-flag", "YES"), first=True),
    ],
    "ooo-subject": [
        mail(subject=subject)
        for subject in (
            "Out of Office: Re: models",
            "Automatic reply: Re: models",
            "Automatische Antwort: Re: Anfrage",
            "Abwesenheitsnotiz",
            "Réponse automatique : Re: demande",
            "Risposta automatica: Re: x",
            "Respuesta automática: x",
            "Automatisch antwoord: x",
        )
    ],
}


@pytest.mark.parametrize(
    ("code", "message"), [(code, message) for code, messages in SILENT.items() for message in messages]
)
def test_silence_with_the_right_reason(code: str, message: Message) -> None:
    assert code in codes(message)
    assert not decide(message, VERDICT, CIRCUMSTANCES, SETTINGS).answer


def swap(name: str, value: str) -> Message:
    return mail((name, value), drop=name)


ANSWERED: dict[str, list[Message]] = {
    "Auto-Submitted: no is a person": header(
        "auto-submitted", "no", "No", "NO (really)", "(by hand) no", "no; x=y", " no ; "
    ),
    "other words of Precedence go on": header("precedence", "normal", "first-class", "special-delivery", "", "urgent"),
    "DR, RN, NRN and None alone go on": header("x-auto-response-suppress", "DR", "RN, NRN", "None", "DR, RN, NRN", ""),
    "another delivery agent": header("x-delivery-agent", "postman 1.0"),
    "somebody else's X-Loop": header("x-loop", "else@else.example", "", "replies"),
    "a calendar file without a method": [mail(parts=(Part("text/calendar", (("name", "a.ics"),)),))],
    "spam flags that came with the mail": [mail(("x-spam-flag", "YES")), mail(("x-spam-status", "Yes"))],
    "a spam flag that says no": [mail(("x-spam-flag", "NO"), first=True)],
    "few hops": [mail(*[("received", "from a.example by b.example")] * 49)],
    "people whose names look like robots": [
        mail(sender=Sender(f"{local}@town.example"))
        for local in ("anna.noreply-jones", "bouncer", "postmasterson", "listservice", "requester")
    ],
    "subjects that go on about being away": [
        mail(subject=s) for s in ("Re: Out of office hours service", "Undeliverable waste bins", "Re: Urlaub")
    ],
    "addressed by any of these": [
        swap("to", value)
        for value in (
            OWN,
            "REPLIES@LGA.EXAMPLE",
            "replies+lga2027@lga.example",
            f"<{OWN}>",
            f'"Desk, International" <{OWN}>',
            f"other@else.example, {OWN}",
            f"Team: a@b.example, {OWN};",
            f"(the desk) {OWN} (ours)",
        )
    ]
    + [mail((name, OWN), drop="to") for name in ("cc", "resent-to", "resent-cc", "delivered-to", "x-original-to")]
    + [mail(("to", "x@y.example"), ("to", OWN), drop="to")],
    "a return path of the same organisation": [
        swap("return-path", path)
        for path in ("<bounce@mail.town.example>", "<x@TOWN.example>", "officer@town.example", "<officer>")
    ],
    "no return path at all": [mail(drop="return-path")],
    "a receipt request": header("disposition-notification-to", ADDRESS),
    "a reply-to elsewhere": header("reply-to", "list@else.example"),
    "an international address": [
        mail(sender=Sender("jürgen@stadt.example"), drop="return-path"),
        mail(sender=Sender("anna@stadt-münchen.example"), drop="return-path"),
    ],
}


@pytest.mark.parametrize(
    ("why", "message"), [(why, message) for why, messages in ANSWERED.items() for message in messages]
)
def test_what_only_looks_like_a_reason_is_answered(why: str, message: Message) -> None:
    assert codes(message) == [], why


# ------------------------------------------------------------------ who is believed


def proven(*values: str, path: str = ADDRESS) -> Message:
    results = [("authentication-results", value) for value in values]
    return mail(("return-path", f"<{path}>"), *results, drop="return-path")


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (proven("mx.lga.example; dmarc=pass"), []),
        (proven("mx.lga.example; dkim=pass header.d=town.example"), []),
        (proven("mx.lga.example; dmarc=pass", path="bounce@mailer.example"), []),
        (proven("mx.lga.example; dmarc=fail"), ["auth-fail", "unauthenticated"]),
        (proven("mx.lga.example; dmarc=pass", "mx.lga.example; dmarc=fail"), ["auth-fail", "unauthenticated"]),
        (proven("mx.lga.example; dmarc=none"), ["unauthenticated"]),
        (proven("mx.lga.example; spf=pass smtp.mailfrom=x@else.example"), ["unauthenticated"]),
        (proven("mx.else.example; dmarc=pass"), ["unauthenticated"]),
        (proven("mx.lga.example.evil.example; dmarc=pass"), ["unauthenticated"]),
        (proven("mx.lga.example; spf=fail (dmarc=pass)"), ["unauthenticated"]),
        (proven('mx.lga.example; spf=fail reason="dmarc=pass"'), ["unauthenticated"]),
        (proven(), ["unauthenticated"]),
    ],
)
def test_with_a_configured_server_only_proven_senders_are_answered(message: Message, found: list[str]) -> None:
    assert codes(message, our=TRUSTING) == found


def test_without_a_configured_server_failures_are_not_believed_either() -> None:
    assert codes(proven("mx.lga.example; dmarc=fail")) == []


def test_a_spam_flag_between_our_own_servers_counts_and_one_below_them_does_not() -> None:
    ours = ("received", "from mx.lga.example by store.lga.example with LMTP; Tue, 10 Aug 2027 10:00:01 +0000")
    flag = ("x-spam-flag", "YES")
    assert codes(mail(ours, flag, first=True)) == ["spam"]
    foreign = ("received", "from out.town.example (by x) by relay.town.example; Tue, 10 Aug 2027 09:59:00 +0000")
    assert codes(mail(foreign, flag)) == []


# ------------------------------------------------------------------ verdict and circumstances


@pytest.mark.parametrize("disposition", sorted(MACHINE))
def test_whatever_a_machine_wrote_is_not_answered(disposition: Disposition) -> None:
    assert codes(mail(), Verdict(disposition, "its shape")) == ["machine"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"duplicate_of": 7}, ["duplicate"]),
        ({"duplicate_of": 0}, ["duplicate"]),
        ({"answers_to_address_24h": 1}, ["rate-sender"]),
        ({"answers_to_address_24h": 50}, ["rate-sender"]),
        ({"answered_by_hand": True}, ["answered-by-hand"]),
        ({"may_acknowledge": False}, ["too-old"]),
        ({"received_at": NOW - timedelta(days=3, seconds=1)}, ["too-old"]),
        ({"received_at": datetime(2026, 12, 31, tzinfo=UTC)}, ["too-old"]),
        ({"received_at": NOW - timedelta(days=3)}, []),
        ({"received_at": NOW + timedelta(hours=2)}, []),
    ],
)
def test_our_own_situation_can_forbid_an_answer(change: dict[str, object], found: list[str]) -> None:
    assert codes(mail(), circumstances=replace(CIRCUMSTANCES, **change)) == found  # type: ignore[arg-type]


def test_without_an_instant_to_begin_at_nobody_is_answered() -> None:
    assert codes(mail(), our=replace(SETTINGS, since=None)) == ["too-old"]
    assert codes(mail(), our=replace(SETTINGS, since=NOW + timedelta(seconds=1))) == ["too-old"]


def test_a_limit_of_none_a_day_silences_and_a_higher_one_allows_more() -> None:
    assert codes(mail(), our=replace(SETTINGS, per_address_per_day=0)) == ["rate-sender"]
    twice = replace(CIRCUMSTANCES, answers_to_address_24h=1)
    assert codes(mail(), circumstances=twice, our=replace(SETTINGS, per_address_per_day=2)) == []


# ------------------------------------------------------------------ the decision


def test_every_objection_is_kept_in_the_order_of_the_table() -> None:
    message = mail(
        ("return-path", "<>"),
        ("auto-submitted", "auto-replied"),
        ("precedence", "bulk"),
        sender=Sender("no-reply@town.example"),
        drop="to",
    )
    verdict = Verdict(Disposition.AUTO_REPLY, "its headers")
    late = replace(CIRCUMSTANCES, duplicate_of=3, received_at=NOW - timedelta(days=30))
    assert codes(message, verdict, late) == [
        "null-return-path", "auto-submitted", "precedence", "system-sender", "not-addressed", "machine",
        "duplicate", "too-old",
    ]  # fmt: skip


def test_every_objection_is_a_sentence_with_a_reference() -> None:
    for messages in SILENT.values():
        for message in messages:
            for one in objections(message, VERDICT, CIRCUMSTANCES, SETTINGS):
                assert one.sentence.endswith(".") and one.sentence[0].isupper() and one.reference
                assert one.sentence.isprintable()


@pytest.mark.parametrize(
    ("message", "to"),
    [
        (mail(), ADDRESS),
        (mail(("reply-to", "x@else.example")), ADDRESS),
        (mail(sender=Sender(None, problem="no-valid-sender")), None),
        (mail(sender=Sender(ADDRESS, problem="ambiguous-sender")), None),
        (mail(sender=Sender("a@b.example\nBcc: c@d.example")), None),
    ],
)
def test_the_answer_goes_to_the_from_address_or_to_nobody(message: Message, to: str | None) -> None:
    assert recipient(message) == to
    assert decide(message, VERDICT, CIRCUMSTANCES, SETTINGS).to == to


@pytest.mark.parametrize(("language", "answered"), [("de", "de"), ("en", "en"), ("fr", "en"), ("unknown", "en")])
def test_the_answer_is_in_the_replys_language_if_there_is_a_letter_for_it(language: str, answered: str) -> None:
    verdict = Verdict(Disposition.EVIDENCE, "an example", language)
    assert decide(mail(), verdict, CIRCUMSTANCES, SETTINGS).language == answered


@given(st.lists(st.tuples(st.sampled_from(["to", "received", "x-loop", "precedence", "return-path"]), st.text())))
@settings(max_examples=100, deadline=None)
def test_any_header_values_can_be_judged(fields: list[Field]) -> None:
    codes(mail(*fields), our=TRUSTING)
