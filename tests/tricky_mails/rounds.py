"""Mails that would go round in circles, come twice, or be ours."""

from collections.abc import Iterator

from tricky_mails.mail import OWN, TEXT, Tricky, answered, mail, silent

OURS = ("replies@lga.example", "REPLIES@LGA.example", "replies+x@lga.example", "desk@lga.example", "Desk+1@LGA.Example")


def rounds() -> Iterator[Tricky]:
    for value in (OWN, OWN.upper(), f"<{OWN}>", "replies+tag@lga.example", f"x@town.example {OWN}", f"(x) {OWN}",
                  f"\n {OWN}", f"x\nX-Loop: {OWN}"):  # fmt: skip
        yield silent("loop", f"X-Loop: {value}", mail(f"X-Loop: {value}"))
    yield silent("loop", "51 servers", mail(*["Received: from a.example by b.example"] * 50))
    for address in OURS:
        yield silent("own-address", address, mail(From=f"Desk <{address}>", Return_Path=f"<{address}>"))
    yield silent("own-address", "named as somebody else", mail(From=f'"An Officer" <{OWN}>', Return_Path=None))
    yield from _again()


def _again() -> Iterator[Tricky]:
    """Pairs: the second comes right after the first, from the same town."""
    for what, again in {
        "the same id": mail(text="Other words.\n"),
        "the same words": mail(Message_ID="<other@town.example>"),
        "the same words with another subject": mail(Message_ID="<other@town.example>", Subject="Again"),
    }.items():
        yield answered(f"{what}, first", _of(what, mail()), to=_named(what))
        yield silent("duplicate", what, _of(what, again))
    yield answered("two mails a day, first", _of("a day", mail()), to=_named("a day"))
    other = mail(Message_ID="<other@town.example>", text=f"And one more thing.\n\n{TEXT}")
    yield silent("rate-sender", "another mail on the same day", _of("a day", other))
    tagged = mail(Message_ID="<o@town.example>", From="officer+x@town.example", text=f"A third thing.\n{TEXT}")
    yield silent("rate-sender", "another mail under another tag", _of("a day", tagged))


def _of(pair: str, raw: bytes) -> bytes:
    return raw.replace(b"town.example", _town(pair).encode())


def _named(pair: str) -> str:
    return f"officer@{_town(pair)}"


def _town(pair: str) -> str:
    return f"{pair.replace(' ', '-')}.example"
