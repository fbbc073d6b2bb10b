"""Whom to answer: mails that name nobody, several, or somebody else than they seem to."""

from collections.abc import Iterator

from tricky_mails.mail import OFFICER, Tricky, answered, mail, silent

SPY = "spy@evil.example"
ONE = {
    "the bare address": OFFICER,
    "the address in brackets": f"<{OFFICER}>",
    "a quoted name with a comma": f'"Officer, An" <{OFFICER}>',
    "a name with a comma, not quoted": f"Officer, An <{OFFICER}>",
    "a comment behind": f"{OFFICER} (An Officer)",
    "a comment with another's address": f"(of {SPY}) {OFFICER}",
    "a comment with another's address in brackets": f"An Officer (<{SPY}>) <{OFFICER}>",
    "comments within": "An Officer <officer(the)@(council)town.example>",
    "another's address as a quoted name": f'"{SPY}" <{OFFICER}>',
    "another's address as an encoded name": f"=?utf-8?q?spy=40evil.example?= <{OFFICER}>",
    "the same address as a name": f"{OFFICER} <{OFFICER}>",
    "folded over three lines": f"\n An Officer\n <{OFFICER}>",
    "a quoted mark in the name": f'"An \\"Officer\\" <x>" <{OFFICER}>',
    "raw Latin-1 in the name": f"B\udcfcrgeramt <{OFFICER}>",
    "behind a source route (RFC 5322, section 4.4)": f"<@relay.example:{OFFICER}>",
    "an address in capitals": "An Officer <OFFICER@town.example>",
}
NOBODY = {
    "nothing": "",
    "an empty address": "<>",
    "an empty address with a blank": "< >",
    "only a name": "An Officer",
    "only a quoted address": f'"{OFFICER}"',
    "only a comment": f"({OFFICER})",
    "no local part": "@town.example",
    "no domain": "officer@",
    "no at": "officer.town.example",
    "an at in words": "officer at town.example",
    "an empty group": "Town hall:;",
    "undisclosed": "undisclosed-recipients:;",
    "an address of numbers": "officer@[192.0.2.1]",
    "a percent hack": "spy%evil.example@town.example",
    "a bang path": "evil.example!spy@town.example",
    "a quoted local part with an at": '"spy@evil.example"@town.example',
    "a quoted local part with a line end": '"officer\\\r\n"@town.example',
    "two dots": "officer@town..example",
    "a dot in front": "officer@.town.example",
    "an underscore in the domain": "officer@town_hall.town.example",
    "a hyphen at the end": "officer@town-.example",
    "a local part of 70 characters": f"{'o' * 70}@town.example",
    "a blank within": "offi cer@town.example",
    "a control character within": "offi\x01cer@town.example",
    "an invisible character within": "offi\u200bcer@town.example",
    "an encoded address": "=?utf-8?q?officer=40town.example?=",
}
"""No sender, or none that means one thing to everybody: either of two reasons is right."""
SEVERAL = {
    "two": f"{OFFICER}, {SPY}",
    "two with names": f"An Officer <{OFFICER}>, A Spy <{SPY}>",
    "two without a comma": f"{OFFICER} {SPY}",
    "two in brackets": f"<{OFFICER}> <{SPY}>",
    "two by a semicolon": f"{OFFICER}; {SPY}",
    "two on two lines": f"{OFFICER},\n {SPY}",
    "another's address as a name (CVE-2023-27043)": f"{SPY} <{OFFICER}>",
    "ours for another's (CVE-2023-27043)": f"{OFFICER} <{SPY}>",
    "another's address as a name, with blanks": f"spy @ evil.example <{OFFICER}>",
    "another's address as a name, with dots": f"spy@evil. example <{OFFICER}>",
    "another's address in an encoded name": f"=?utf-8?q?spy@evil.example?= <{OFFICER}>",
    "another's address in double brackets": f"<{SPY}<{OFFICER}>>",
    "an address with two ats": "officer@town.example@evil.example",
    "a bracket that is not closed": f"{SPY} <{OFFICER}",
    "a quote that is not closed": f'"An Officer <{OFFICER}>, {SPY}',
    "a group of one": f"Town: {OFFICER};",
    "a group of two": f"Town: {OFFICER}, {SPY};",
    "a group and one": f"Town: {SPY};, {OFFICER}",
}
DOUBTFUL = "no-valid-sender ambiguous-sender malformed"


def senders() -> Iterator[Tricky]:
    for what, value in ONE.items():
        to = OFFICER.replace("officer", "OFFICER") if "capitals" in what else OFFICER
        yield answered(f"From is {what}", mail(From=value), to=to)
    for what, value in {**NOBODY, **SEVERAL}.items():
        yield silent(DOUBTFUL, f"From is {what}", mail(From=value))
    yield silent("no-valid-sender", "no From", mail(From=None))
    yield from _several_headers()
    yield from _others_named()
    yield from _return_paths()


def _several_headers() -> Iterator[Tricky]:
    for line in (f"From: {SPY}", f"FROM: {SPY}", f"From : {SPY}", f"From:\n {SPY}", f"From: {OFFICER}", "From:"):
        yield silent("ambiguous-sender", f"a second From: {line!r}", mail(line))
        yield silent("ambiguous-sender", f"a second From on top: {line!r}", mail(top=[line]))
    both = {"From": f"{OFFICER}, {SPY}"}
    yield silent("ambiguous-sender", "two, of whom Sender names one", mail(f"Sender: {OFFICER}", **both))
    yield silent("ambiguous-sender", "two, of whom Sender names the other", mail(f"Sender: {SPY}", **both))


def _others_named() -> Iterator[Tricky]:
    for name in ("Reply-To", "Sender", "Resent-From", "Resent-Sender", "Mail-Reply-To", "Errors-To", "Cc", "Bcc",
                 "Return-Receipt-To", "Disposition-Notification-To", "Mail-Followup-To"):  # fmt: skip
        yield answered(f"{name} names another", mail(f"{name}: {SPY}"))
    for value in (f"{SPY}, other@evil.example", "replies@lga.example", "<>", "everybody@town.example"):
        yield answered(f"Reply-To is {value}", mail(f"Reply-To: {value}"))


def _return_paths() -> Iterator[Tricky]:
    for path in ("<bounce@mail.town.example>", OFFICER, f"< {OFFICER} >", f"<{OFFICER}> (x)"):
        yield answered(f"the return path {path}", mail(Return_Path=path))
    yield answered("no return path", mail(Return_Path=None))
    for path in (
        f"<{SPY}>",
        "<officer@town.example.evil.example>",
        "<officer@xtown.example>",
        "<officer@tоwn.example>",
    ):
        yield silent("unauthenticated", f"the return path {path}", mail(Return_Path=path))
    yield silent("unauthenticated", "a second return path", mail(f"Return-Path: <{SPY}>"))
    forged = "Authentication-Results: mx.lga.example; dmarc=pass header.from=town.example"
    yield silent("unauthenticated", "words that nobody believes", mail(forged, Return_Path=f"<{SPY}>"))
