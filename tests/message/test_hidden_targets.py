"""Gateways that keep the target to themselves: at least its host is known."""

import pytest

from harvester.message.hidden_targets import host_behind
from harvester.message.html import read_html
from harvester.message.links import link_to, links_of, misleading
from harvester.model import Link, LinkKind

MIMECAST = "https://protect-eu.mimecast.com/s/AbC1DeF2?domain=%s"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (MIMECAST % "town.example", "town.example"),
        ("https://url.uk.m.mimecastprotect.com/s/x?domain=www.town.example", "www.town.example"),
        ("https://url.us.m.mimecastprotect.com/s/x", None),
        ("https://eu-central-1.protection.sophos.com/?d=town.example&u=%%%&i=x", "town.example"),
        ("https://uk1.defend.egress.com/Warn?Base64Url=x&@OriginalLink=https%3A%2F%2Ftown.example", "town.example"),
        ("https://mandrillapp.com/track/click/30012345/town.example?p=eyJz", "town.example"),
        ("https://mandrillapp.com/track/open.php?u=1", None),
        (MIMECAST % "town.example/../x", "town.example"),
        (MIMECAST % "<script>", None),
        (MIMECAST % "localhost", None),
        (MIMECAST % "", None),
        ("https://town.example/?domain=other.example", None),
        ("https://mimecast.com.evil.example/s/x?domain=town.example", None),
        ("https://[broken", None),
    ],
)
def test_the_gateway_tells_the_host(url, host):
    assert host_behind(url) == host


def test_a_hidden_target_is_wrapped_and_of_the_kind_of_its_host():
    one = link_to(MIMECAST % "town.example", "own_text")
    assert one == Link(
        MIMECAST % "town.example", MIMECAST % "town.example", "town.example", True, LinkKind.WEB, "own_text"
    )
    assert link_to(MIMECAST % "we.tl", "own_text").kind is LinkKind.SHARE
    assert link_to(MIMECAST % "m\u00fchle.example", "own_text").host == "xn--mhle-0ra.example"


def test_the_words_of_a_link_tell_what_its_gateway_hides():
    page = read_html(f'<p>See <a href="{MIMECAST % "town.example"}">https://town.example/report.pdf</a></p>')
    (one,) = links_of(page.text, [(0, len(page.text))], page.anchors, "own_text", 9)
    assert (one.url, one.raw) == ("https://town.example/report.pdf", MIMECAST % "town.example")
    assert (one.host, one.wrapped, one.found_in) == ("town.example", True, "own_text")


def test_words_of_another_host_are_not_believed():
    page = read_html(f'<p>See <a href="{MIMECAST % "evil.example"}">https://town.example/report.pdf</a></p>')
    (one,) = links_of(page.text, [(0, len(page.text))], page.anchors, "own_text", 9)
    assert (one.url, one.host) == (MIMECAST % "evil.example", "evil.example")
    assert misleading(page.text, page.anchors)
