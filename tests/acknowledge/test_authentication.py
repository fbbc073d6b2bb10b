"""Authentication-Results (RFC 8601): whom we believe, and what counts as a pass."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge.authentication import Result, Trust, read, trust
from harvester.model import Headers

SENDER = "officer@town.example"


def weigh(*values: str, authserv_id: str = "mx.lga.example", sender: str = SENDER) -> Trust:
    return trust(Headers(tuple(("authentication-results", v) for v in values)), authserv_id, sender)


@pytest.mark.parametrize(
    "value",
    [
        "mx.lga.example; dmarc=pass",
        "MX.LGA.Example; DMARC=PASS header.from=Town.Example",
        '"mx.lga.example" 1; dmarc=pass (p=none dis=none) header.from=town.example',
        "(ours) mx.lga.example (version) 1 ; (first) dmarc = pass",
        "mx.lga.example; dmarc/1=pass",
        "mx.lga.example; dkim=pass header.d=town.example",
        "mx.lga.example; dkim=pass (2048-bit key) header.i=@mail.town.example header.d=town.example",
        "mx.lga.example; dkim=fail header.d=town.example; dkim=pass header.d=town.example",
        "mx.lga.example; spf=pass smtp.mailfrom=officer@town.example",
        "mx.lga.example; spf=pass smtp.mailfrom=bounce.town.example",
        'mx.lga.example; spf=pass reason="it is fine; really" smtp.mailfrom="odd;name"@town.example',
        "mx.lga.example; iprev=fail; auth=pass smtp.auth=x; dmarc=pass action=none header.from=town.example",
        "mx.lga.example; dmarc=none; dkim=pass header.d=town.example",
        "mx.lga.example; spf=pass smtp.helo=mx.else.example; spf=pass smtp.mailfrom=a@town.example",
        "mx.lga.example;;dmarc=pass;",
    ],
)
def test_a_pass_for_the_senders_domain_is_trusted(value: str) -> None:
    assert weigh(value) is Trust.PASSED


@pytest.mark.parametrize(
    "value",
    [
        "mx.lga.example; dkim=pass header.d=else.example",
        "mx.lga.example; dkim=pass header.d=else.example header.i=@town.example",
        "mx.lga.example; dkim=pass",
        "mx.lga.example; spf=pass smtp.mailfrom=bounce@sender.example",
        "mx.lga.example; spf=pass smtp.mailfrom=town.example.evil.example",
        "mx.lga.example; spf=pass smtp.mailfrom=town.example@evil.example",
        "mx.lga.example; spf=pass smtp.helo=town.example",
        "mx.lga.example; spf=softfail smtp.mailfrom=officer@town.example",
        "mx.lga.example; dmarc=pass header.from=else.example",
        "mx.lga.example; dmarc=none; spf=none; dkim=none",
        "mx.lga.example; dmarc=temperror header.from=town.example",
        "mx.lga.example; dmarc=bestguesspass",
        # the text of a pass, but in a comment, a value or a reason
        "mx.lga.example; spf=fail (dmarc=pass) smtp.mailfrom=town.example",
        "mx.lga.example; spf=fail (; dmarc=pass ;) smtp.mailfrom=town.example",
        'mx.lga.example; spf=fail reason="; dmarc=pass" smtp.mailfrom=town.example',
        'mx.lga.example; spf=fail smtp.mailfrom="x; dmarc=pass"@town.example',
        "mx.lga.example; spf=fail smtp.mailfrom=x dmarc=pass",
        r'mx.lga.example; spf=fail reason="\"; dmarc=pass" smtp.mailfrom=town.example',
        'mx.lga.example; spf=fail; "dmarc=pass"',
        "mx.lga.example; spf=fail; x-dmarc=pass",
        "mx.lga.example; spf=fail; dmarc=passed",
        "mx.lga.example; spf=fail; dmarc",
    ],
)
def test_what_only_looks_like_a_pass_is_none(value: str) -> None:
    assert weigh(value) is Trust.UNPROVEN


@pytest.mark.parametrize(
    "value",
    [
        "dmarc=pass",
        "mx.else.example; dmarc=pass",
        "mx.lga.example.evil.example; dmarc=pass",
        "xmx.lga.example; dmarc=pass",
        "mx.lga.example evil; dmarc=pass",
        "evil mx.lga.example; dmarc=pass",
        "(mx.lga.example;) evil.example; dmarc=pass",
        "evil.example; mx.lga.example; dmarc=pass",
        'evil.example; x=y "; mx.lga.example; dmarc=pass',
        "mx.lga.example; none",
        "mx.lga.example; iprev=pass",
        "mx.lga.example; dmarc=pass (without end",
        "mx.lga.example",
        "; dmarc=pass",
        "",
    ],
)
def test_headers_of_others_and_unreadable_ones_say_nothing(value: str) -> None:
    assert weigh(value) is Trust.UNTOLD


def test_without_a_configured_id_nothing_is_believed() -> None:
    assert weigh("mx.lga.example; dmarc=pass", authserv_id="") is Trust.UNTOLD
    assert weigh("; dmarc=pass", authserv_id=" ") is Trust.UNTOLD


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (["mx.lga.example; dmarc=fail", "mx.lga.example; dmarc=pass"], Trust.FAILED),
        (["mx.lga.example; dmarc=pass", "mx.lga.example; dmarc=fail"], Trust.FAILED),
        (["mx.lga.example; dmarc=fail; dkim=pass header.d=town.example"], Trust.FAILED),
        (["mx.lga.example; dmarc=pass; dmarc=fail"], Trust.FAILED),
        (["mx.lga.example; dmarc=none", "mx.lga.example; dmarc=pass"], Trust.UNPROVEN),
        (["mx.lga.example; none", "mx.lga.example; dmarc=pass"], Trust.UNPROVEN),
        (["mx.lga.example; spf=fail (broken", "mx.lga.example; dmarc=pass"], Trust.UNPROVEN),
        (["mx.lga.example; spf=fail smtp.mailfrom=a@evil.example", "mx.lga.example; dmarc=pass"], Trust.UNPROVEN),
        (
            ["mx.lga.example; spf=none; dkim=none", "mx.lga.example; dkim=pass header.d=town.example; dmarc=pass"],
            Trust.UNPROVEN,
        ),
        (["mx.else.example; dmarc=fail", "mx.lga.example; dmarc=pass"], Trust.PASSED),
        (["mx.lga.example; dmarc=pass", "mx.lga.example; dmarc=pass"], Trust.PASSED),
        # one header a method, as some servers write them
        (
            [
                "mx.lga.example; dmarc=pass header.from=town.example",
                "mx.lga.example; dkim=none",
                "mx.lga.example; spf=pass smtp.mailfrom=officer@town.example",
            ],
            Trust.PASSED,
        ),
    ],
)
def test_of_several_trusted_headers_the_worst_counts(values: list[str], verdict: Trust) -> None:
    assert weigh(*values) is verdict


def test_other_headers_of_the_same_kind_do_not_count() -> None:
    arc = Headers((("arc-authentication-results", "i=1; mx.lga.example; dmarc=pass"),))
    assert trust(arc, "mx.lga.example", SENDER) is Trust.UNTOLD


def test_values_with_equals_signs_are_read_whole() -> None:
    said = read("mx.lga.example; spf=pass smtp.mailfrom=SRS0=ab=cd=town.example=officer@relay.example")
    assert said is not None
    wanted = "srs0=ab=cd=town.example=officer@relay.example"
    assert said.results == (Result("spf", "pass", (("smtp.mailfrom", wanted),)),)


@given(st.text(alphabet='mx.lga;=/ "()\\@dmarcpsf\n', max_size=120))
@settings(max_examples=200, deadline=None)
def test_any_value_can_be_read(value: str) -> None:
    read(value)
    weigh("mx.lga.example; " + value)


@pytest.mark.parametrize("shape", ["(", ";", '"', "=", "a=b;", " /", "spf=pass ", "\\"])
def test_reading_takes_linear_time(shape: str) -> None:
    start = time.process_time()
    weigh("mx.lga.example; " + shape * 30_000)
    assert time.process_time() - start < 5
