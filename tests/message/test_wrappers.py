"""Links as gateways rewrite them, and the addresses behind."""

import base64
import time
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.wrappers import LONGEST, key_of, unwrap, without_campaign

TARGET = "https://www.town.example/news/pool-run_by(visitors)?id=7&lang=en"
Q = quote(TARGET, safe="")


def proofpoint_2(url: str) -> str:
    coded = quote(url, safe="").replace("-", "%2D").replace("_", "%5F").replace("%2F", "_").replace("%", "-")
    return f"https://urldefense.proofpoint.com/v2/url?u={coded}&d=DwMFAg&c=x&e="


def sophos(url: str) -> str:
    return (
        "https://eu-central-1.protection.sophos.com/?d=town.example&u="
        + base64.b64encode(url.encode()).decode()
        + "&i=x"
    )


WRAPPED = {
    "safe links": f"https://eur04.safelinks.protection.outlook.com/?url={Q}&data=05%7C01%7Cx&reserved=0",
    "safe links of teams": f"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url={Q}",
    "proofpoint v1": f"https://urldefense.proofpoint.com/v1/url?u={Q}&k=abc",
    "proofpoint v2": proofpoint_2(TARGET),
    "proofpoint v3": f"https://urldefense.com/v3/__{TARGET}__;!!abc!def$",
    "google": f"https://www.google.com/url?sa=t&q={Q}&usg=x",
    "google abroad": f"https://www.google.de/url?url={Q}",
    "mimecast of old": f"https://url.mimecast.com/s/x?url={Q}",
    "barracuda": f"https://linkprotect.cudasvc.com/url?a={Q}&c=E,1,x",
    "trend micro": f"https://ca-1.trendmicro.com/wis/clicktime/v1/query?url={Q}&umid=x",
    "sophos": sophos(TARGET),
    "cisco": f"https://secure-web.cisco.com/1abcDEF/{Q}",
    "check point": f"https://protect.checkpoint.com/v2/___{TARGET}___.YzJlOmE=",
    "fireeye": f"https://protect2.fireeye.com/v1/url?k=1&q=1&u={Q}",
    "symantec": f"https://clicktime.symantec.com/3abc?u={Q}",
    "newsletter": f"https://click.newsletter-tool.example/r/?uid=7&url={Q}",
    "sophos, the other alphabet": sophos(TARGET).replace("+", "-").replace("/n", "_n").rstrip("="),
    "egress": "https://uk1.defend.egress.com/Warn?crId=6&Lang=en&Base64Url="
    + base64.urlsafe_b64encode(zlib.compress(TARGET.encode())).decode()
    + "&@OriginalLink=www.town.example",
    "safe links in China": f"https://chn01.safelinks.protection.partner.outlook.cn/?url={Q}&data=1",
    "a scanner with base64 in its path": "https://scan.gateway.example/scan/ux/"
    + base64.urlsafe_b64encode(TARGET.encode()).decode().rstrip("=")
    + "/0A1B2C?c=1",
    "a tracker with base64 in its query": "https://click.tool.example/r?u="
    + base64.b64encode(TARGET.encode()).decode()
    + "&s=1",
    "facebook": f"https://l.facebook.com/l.php?u={Q}&h=x",
}


@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED.keys())
def test_the_target_comes_out_letter_by_letter(wrapped: str) -> None:
    assert unwrap(wrapped) == TARGET


def test_proofpoint_v3_puts_back_the_letters_it_keeps_aside() -> None:
    kept = base64.urlsafe_b64encode("ü?ß".encode()).decode().rstrip("=")
    assert unwrap(f"https://urldefense.com/v3/__https://town.example/b*cher*q=1*__;{kept}!!x$") == (
        "https://town.example/bücher?q=1ß"
    )
    run = base64.urlsafe_b64encode(b"###").decode()
    assert unwrap(f"https://urldefense.com/v3/__https://town.example/a**Bb__;{run}!!x$") == "https://town.example/a###b"
    assert unwrap("https://urldefense.com/v3/__https:/town.example/a__;!!x$") == "https://town.example/a"


def test_wrappers_within_wrappers_are_taken_off() -> None:
    inner = proofpoint_2(TARGET)
    outer = f"https://eur01.safelinks.protection.outlook.com/?url={quote(inner, safe='')}&data=1"
    assert unwrap(f"https://www.google.com/url?q={quote(outer, safe='')}") == TARGET


@pytest.mark.parametrize(
    "url",
    [
        TARGET,
        "https://protect-eu.mimecast.com/s/abcDEF?domain=town.example",
        "https://www.google.com/search?q=https://town.example/",
        "https://web.archive.org/web/2010/https://town.example/",
        "https://translate.google.com/translate?u=https://town.example/",
        "https://town.example/page?url=about",
        "https://eur01.safelinks.protection.outlook.com/?data=1",
        "https://eur01.safelinks.protection.outlook.com/?url=javascript:alert(1)",
        "https://eur01.safelinks.protection.outlook.com/?url=file%3A%2F%2F%2Fetc",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ftown.example%2F%00",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ftown.example%2F%E2%80%AEfdp",
        "https://urldefense.com/v3/broken",
        "https://eu-central-1.protection.sophos.com/?u=%%%",
        "https://safelinks.protection.outlook.com.evil.example/",
        "https://[broken",
        "https://",
        "",
    ],
)
def test_what_holds_no_web_address_stays_as_it_is(url: str) -> None:
    assert unwrap(url) == url


def test_wrappers_are_taken_off_to_a_depth_and_no_further() -> None:
    url = TARGET
    for _ in range(8):
        url = f"https://eur01.safelinks.protection.outlook.com/?url={quote(url, safe='')}"
    found = unwrap(url)
    assert found.startswith("https://eur01.safelinks.protection.outlook.com/?url=") and len(found) < len(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://eu.defend.egress.com/Warn?Base64Url=eJxLTEoGAAJNASc",
        "https://eu.defend.egress.com/Warn?Base64Url=%%%",
        "https://eu.defend.egress.com/Warn?Base64Url="
        + base64.urlsafe_b64encode(zlib.compress(b"https://a.example/" + b"a" * 5_000_000)).decode(),
        "https://town.example/aHR0cHM6Ly9",
        "https://town.example/page?u=aHR0cHM6_____w",
    ],
)
def test_what_cannot_be_unpacked_stays_as_it_is_and_unpacks_no_bomb(url: str) -> None:
    began = time.process_time()
    assert unwrap(url) == url or len(unwrap(url)) <= LONGEST
    assert time.process_time() - began < 0.5


def test_a_look_alike_host_is_not_a_gateway_of_google() -> None:
    assert unwrap("https://google.com.evil.example/url?x=1") == "https://google.com.evil.example/url?x=1"


@pytest.mark.parametrize(
    ("url", "left"),
    [
        ("https://town.example/a?id=7&utm_source=mail&utm_medium=email", "https://town.example/a?id=7"),
        ("https://town.example/a?utm_source=mail#part", "https://town.example/a#part"),
        ("https://town.example/a?utm_source=x&id=%20ü&UTM_Campaign=y", "https://town.example/a?id=%20ü"),
        ("https://town.example/utm_source=x", "https://town.example/utm_source=x"),
        ("https://town.example/?", "https://town.example/?"),
    ],
)
def test_campaign_marks_come_off(url: str, left: str) -> None:
    assert without_campaign(url) == left


def test_one_page_has_one_key() -> None:
    pages = [
        "http://www.town.example/a/", "https://town.example/a", "HTTP://Town.example/a?utm_source=x",
        f"https://www.google.com/url?q={quote('http://town.example/a')}",
    ]  # fmt: skip
    assert {key_of(page) for page in pages} == {"town.example/a"}


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.sampled_from(list(WRAPPED.values())).flatmap(lambda u: st.integers(0, len(u)).map(lambda n: u[:n])),
    )
)
def test_unwrapping_never_fails_and_ends_at_a_web_address(url: str) -> None:
    target = unwrap(url)
    assert target == url or target.lower().startswith(("http://", "https://"))
    without_campaign(target)
    key_of(url)
