"""What our own server says of the sender, and what only looks like it; ``authserv_id`` is set."""

from collections.abc import Iterator

from tricky_mails.mail import Tricky, answered, mail, silent

US = "mx.lga.example"
PASS = f"{US}; dmarc=pass header.from=town.example"
PASSES = (
    PASS,
    f"{US.upper()}; DMARC=PASS header.from=town.example",
    f'"{US}" 1; dmarc=pass (p=none dis=none) header.from=town.example',
    f"(ours) {US} 1 ; (first) dmarc = pass",
    f"{US};\n dkim=pass (2048-bit key) header.d=town.example\n header.i=@mail.town.example",
    f"{US}; dkim=fail header.d=town.example; dkim=pass header.d=town.example",
    f"{US}; spf=pass smtp.mailfrom=officer@town.example",
    f"{US}; spf=pass smtp.mailfrom=bounce.town.example",
    f"{US}; dmarc=none; dkim=pass header.d=town.example",
)
NOT_OURS = (
    "dmarc=pass",
    "mx.evil.example; dmarc=pass header.from=town.example",
    f"{US}.evil.example; dmarc=pass header.from=town.example",
    f"x{US}; dmarc=pass",
    f"x.{US}; dmarc=pass",
    "lga.example; dmarc=pass",
    f"{US} evil; dmarc=pass",
    f"evil {US}; dmarc=pass",
    f"({US};) mx.evil.example; dmarc=pass",
    f"mx.evil.example; {US}; dmarc=pass",
    f'mx.evil.example; x=y "; {US}; dmarc=pass',
    f"mx.evil.example\n {US}; dmarc=pass",
    "=?utf-8?q?mx.lga.example?=; dmarc=pass",
    "mx.lga.exаmple; dmarc=pass",
    "",
)
NO_PASS = (
    f"{US}; none",
    US,
    f"{US}; dmarc=pass (without end",
    f"{US}; dkim=pass header.d=evil.example",
    f"{US}; dkim=pass header.d=evil.example header.i=@town.example",
    f"{US}; dkim=pass",
    f"{US}; spf=pass smtp.mailfrom=bounce@evil.example",
    f"{US}; spf=pass smtp.mailfrom=town.example.evil.example",
    f"{US}; spf=pass smtp.mailfrom=town.example@evil.example",
    f"{US}; spf=pass smtp.helo=town.example",
    f"{US}; spf=softfail smtp.mailfrom=officer@town.example",
    f"{US}; dmarc=pass header.from=evil.example",
    f"{US}; dmarc=temperror header.from=town.example",
    f"{US}; dmarc=bestguesspass header.from=town.example",
    f"{US}; dmarc=passed",
    f"{US}; x-dmarc=pass",
    f"{US}; spf=fail (dmarc=pass) smtp.mailfrom=town.example",
    f"{US}; spf=fail (; dmarc=pass ;) smtp.mailfrom=town.example",
    f'{US}; spf=fail reason="; dmarc=pass" smtp.mailfrom=town.example',
    f'{US}; spf=fail smtp.mailfrom="x; dmarc=pass"@town.example',
    f"{US}; spf=fail smtp.mailfrom=x dmarc=pass",
    f'{US}; spf=fail; "dmarc=pass"',
    f"{US}; spf=none; dkim=none; dmarc=none",
)
FAILS = (
    f"{US}; dmarc=fail",
    f"{US}; dmarc=fail (p=reject) header.from=town.example",
    f"{US}; DMARC = FAIL",
    f"{US}; dmarc=fail; dkim=pass header.d=town.example",
    f"{US}; dmarc=pass; dmarc=fail",
)


def witnesses() -> Iterator[Tricky]:
    for value in PASSES:
        yield answered(f"a pass: {value}", said(value))
    for value in (*NOT_OURS, *NO_PASS):
        yield silent("unauthenticated", value or "nothing", said(value))
    for value in FAILS:
        yield silent("auth-fail", value, said(value))
    yield from _several()


def _several() -> Iterator[Tricky]:
    fail, other = f"{US}; dmarc=fail", "mx.evil.example; dmarc=fail"
    yield answered("another server's fail", said(PASS, other))
    yield answered("the same twice", said(PASS, PASS))
    yield answered("a return path elsewhere, but a pass", said(PASS, Return_Path="<bounce@mailer.example>"))
    yield silent("auth-fail", "a pass above a fail", said(PASS, fail))
    yield silent("auth-fail", "a pass below a fail", said(fail, PASS))
    yield silent("unauthenticated", "no word at all", mail())
    yield silent("unauthenticated", "the sender's own words below ours", said(f"{US}; spf=fail (broken", PASS))
    yield silent("unauthenticated", "a pass that spf does not bear out",
                 said(f"{US}; spf=fail smtp.mailfrom=spy@evil.example", PASS))  # fmt: skip
    for name in ("X-Authentication-Results", "ARC-Authentication-Results", "Authentication-Results-Original"):
        yield silent("unauthenticated", f"in {name}", mail(top=[f"{name}: {PASS}"]))
    yield silent("unauthenticated", "as the subject", mail(Subject=f"Authentication-Results: {PASS}"))
    yield answered("a blank before the colon", mail(top=[f"Authentication-Results : {PASS}"]))
    yield answered("a name in capitals", mail(top=[f"AUTHENTICATION-RESULTS: {PASS}"]))


def said(*values: str, **changed: str) -> bytes:
    return mail(top=[f"Authentication-Results: {value}" for value in values], **changed)
