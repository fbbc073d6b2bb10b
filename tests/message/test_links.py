"""The links a respondent gives."""

import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.html import read_html
from harvester.message.links import link_to, links_of, merged, misleading
from harvester.message.page import Anchor
from harvester.model import Link, LinkKind


def links(text: str, limit: int = 500) -> list[Link]:
    return list(links_of(text, [(0, len(text))], (), "own_text", limit))


def urls(text: str) -> list[str]:
    return [link.url for link in links(text)]


def of_html(source: str) -> list[Link]:
    page = read_html(source)
    return list(links_of(page.text, [(0, len(page.text))], page.anchors, "own_text", 500))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See www.town.example/pool.", ["http://www.town.example/pool"]),
        ("See www.town.example, please", ["http://www.town.example"]),
        ("town.example/pool", ["http://town.example/pool"]),
        ("(https://town.example/a).", ["https://town.example/a"]),
        ("https://town.example/a_(b)", ["https://town.example/a_(b)"]),
        ("[https://town.example/a]", ["https://town.example/a"]),
        ("<https://town.example/a>", ["https://town.example/a"]),
        ('"https://town.example/a"', ["https://town.example/a"]),
        ("„https://town.example/a“", ["https://town.example/a"]),
        ("«https://town.example/a»", ["https://town.example/a"]),
        ("**https://town.example/a**", ["https://town.example/a"]),
        ("https://town.example/a, https://town.example/b; and", ["https://town.example/a", "https://town.example/b"]),
        ("Is it https://town.example/a?", ["https://town.example/a"]),
        ("https://town.example/a…", ["https://town.example/a"]),
        ("https://town.example/a。次", ["https://town.example/a"]),
        ("https://town.example/a\u200b", ["https://town.example/a"]),
        ("pool<https://town.example/a>", ["https://town.example/a"]),
        ("https://town.example/a<https://town.example/a>", ["https://town.example/a"]),
        ("https://town.example/a?x=1&amp;y=2", ["https://town.example/a?x=1&y=2"]),
        ("https://town.example:8080/a#part", ["https://town.example:8080/a#part"]),
        ("http://192.0.2.7/a", ["http://192.0.2.7/a"]),
        ("ftp://files.town.example/a.pdf", ["ftp://files.town.example/a.pdf"]),
        ("write to anna@town.example.", []),  # a name, not a place to look at
        ("mailto:anna@town.example", ["mailto:anna@town.example"]),
        ("We asked services.No charges", []),
        ("report.pdf and/or e.g/x 3.2/4", []),
        ("town.example", []),
        ("javascript:alert(1) file:///etc/passwd \\\\server\\share data:text/html,x", []),
        ("", []),
    ],
)
def test_links_in_plain_words(text: str, found: list[str]) -> None:
    assert urls(text) == found


LONG = "https://www.town.example/services/leisure/swimming-pools/run-by-their-visitors/"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<https://town.example/a\n/b/c.html>", "https://town.example/a/b/c.html"),
        ("<URL: https://town.example/a/\r\n  b.html>", "https://town.example/a/b.html"),
        (f"See {LONG}\nreport/2010.pdf for more", f"{LONG}report/2010.pdf"),
        (f"{LONG}\npage?id=7&lang=en\nKind regards", f"{LONG}page?id=7&lang=en"),
        (f"{LONG}\nand it works well.", LONG),
        (f"{LONG}\nThis/that is another matter", LONG),
        (f"{LONG}\n\nreport/2010.pdf", LONG),
        ("https://town.example/a\nreport/2010.pdf", "https://town.example/a"),  # the line was not full
        (f"({LONG}\n2010/report.html)", f"{LONG}2010/report.html"),
    ],
)
def test_links_broken_over_lines_are_put_together(text: str, found: str) -> None:
    assert urls(text) == [found]


def test_two_long_links_below_each_other_stay_two() -> None:
    assert urls(f"{LONG}a\n{LONG}b\n") == [f"{LONG}a", f"{LONG}b"]


def test_the_target_is_unwrapped_and_the_raw_link_kept() -> None:
    target = quote("https://town.example/a?utm_source=x", safe="")
    raw = f"https://eur01.safelinks.protection.outlook.com/?url={target}&data=1"
    (link,) = links(f"See {raw} please")
    assert (link.url, link.raw, link.wrapped, link.host) == ("https://town.example/a", raw, True, "town.example")


def test_campaign_marks_do_not_make_a_link_wrapped() -> None:
    (link,) = links("https://town.example/a?utm_source=mail&id=7")
    assert (link.url, link.raw, link.wrapped) == (
        "https://town.example/a?id=7",
        "https://town.example/a?utm_source=mail&id=7",
        False,
    )


def test_a_missing_scheme_does_not_make_a_link_wrapped() -> None:
    (link,) = links("www.town.example/a")
    assert (link.url, link.raw, link.wrapped) == ("http://www.town.example/a", "www.town.example/a", False)


def test_hosts_are_shown_in_punycode() -> None:
    assert [link.host for link in links("http://www.mühle.example/a http://xn--mhle-0ra.example/b")] == [
        "www.xn--mhle-0ra.example",
        "xn--mhle-0ra.example",
    ]
    (link,) = links("https://www.bank.example@evil.example/login")
    assert link.host == "evil.example"


@pytest.mark.parametrize(
    "damaged",
    ["https://to\ufffdn.example/a", "https://\ufffd/", "mailto:a@to\ufffdn.example"],
)
def test_a_host_that_lost_its_letters_is_none(damaged: str) -> None:
    assert links(damaged) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://we.tl/t-abc", "https://drive.google.com/file/d/1/view", "https://town.sharepoint.com/:b:/s/x",
        "https://www.dropbox.com/s/x/report.pdf", "https://1drv.ms/b/x", "https://wetransfer.com/downloads/x",
        "https://cloud.town.example/index.php/s/AbCdEfGh12345", "https://files.town.example/f/0123456789abcdef0123/",
    ],
)  # fmt: skip
def test_places_that_hand_out_files_are_shares(url: str) -> None:
    assert [link.kind for link in links(url)] == [LinkKind.SHARE]


@pytest.mark.parametrize(
    "url", ["https://town.example/s/a", "https://notdropbox.com/a", "https://town.example/dropbox.com"]
)
def test_other_places_are_not(url: str) -> None:
    assert [link.kind for link in links(url)] == [LinkKind.WEB]


def test_each_target_is_given_once_in_order_of_appearance() -> None:
    text = "http://b.example/x http://a.example/y http://B.example/x/ http://a.example/y"
    assert urls(text) == ["http://b.example/x", "http://a.example/y"]


def test_only_the_given_spans_are_read() -> None:
    text = "http://a.example/own > http://b.example/quoted"
    assert [x.url for x in links_of(text, [(0, 21)], (), "own_text", 9)] == ["http://a.example/own"]


def test_the_limit_holds() -> None:
    assert len(links(" ".join(f"http://a.example/{n}" for n in range(600)), limit=50)) == 50


def test_where_one_is_led_the_href_says() -> None:
    (link,) = of_html('<p>See <a href="https://evil.example/x">www.town.example</a></p>')
    assert (link.url, link.raw, link.found_in) == ("https://evil.example/x", "https://evil.example/x", "html")


def test_a_link_that_shows_its_address_is_in_the_text() -> None:
    (link,) = of_html('<p>See <a href="https://town.example/a">https://town.example/a</a></p>')
    assert (link.url, link.found_in) == ("https://town.example/a", "own_text")


def test_hrefs_that_lead_to_no_web_address_are_dropped() -> None:
    source = (
        '<a href="#x">a</a><a href="javascript:x()">b</a><a href="cid:1">c</a><a href="/rel">d</a><a href="tel:1">e</a>'
    )
    assert of_html(source) == []


def test_mail_addresses_in_html_are_kept_without_their_subject() -> None:
    (link,) = of_html('<a href="mailto:anna%40town.example?subject=x">write</a>')
    assert (link.url, link.kind, link.found_in) == ("mailto:anna@town.example", LinkKind.MAILTO, "html")


def test_anchors_outside_the_spans_do_not_count() -> None:
    page = read_html(
        '<p>Own words</p><p>Quoted <a href="http://b.example/x">link</a><a href="http://c.example/"><img></a></p>'
    )
    assert links_of(page.text, [(0, 11)], page.anchors, "own_text", 9) == ()


def test_many_anchors_in_many_spans_take_linear_time() -> None:
    text = "word " * 60_000
    anchors = [Anchor(at, at + 4, f"http://a.example/{at}") for at in range(0, len(text), 5)]
    spans = [(at, at + 9) for at in range(0, len(text), 10)]
    begun = time.process_time()
    assert len(links_of(text, spans, anchors, "own_text", 500)) == 500
    assert time.process_time() - begun < 5  # 0.3 s on a quiet machine; each with each would be an hour


def test_links_of_several_texts_are_merged_first_place_first() -> None:
    first = link_to("http://a.example/x", "own_text")
    again = link_to("http://a.example/x/", "attachment:0")
    other = link_to("http://b.example/", "attachment:0")
    assert first and again and other
    assert merged([[first], [again, other]], 9) == (first, other)
    assert merged([[first], [again, other]], 1) == (first,)


PIECES = st.sampled_from(
    [
        "http://a.example/b", "www.a.example", "https://", "a@b.example", "(", ")", "<", ">", "\n", " ", ".", "word",
        "/x/y.html", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example",
        "a.example/", LONG, "\u200b", "“",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=10)), max_size=20).map("".join))
def test_every_raw_link_stands_in_the_text(text: str) -> None:
    joined = "".join(row.strip(" \t\r>") for row in text.split("\n"))
    for link in links(text):
        assert link.raw in text or link.raw in joined
        assert link.url.lower().startswith(("http://", "https://", "ftp://", "mailto:"))
        assert link.host


@pytest.mark.parametrize(
    "unit",
    [
        "www.", "http://", "a@", "a.b/", "http://a.example/(", "http://a.example/?a&", "a@b ", "www.a ", "://x ",
        "http://www.a.example/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/\n", "<http://a\n", "http://a.example/b ",
        "https://urldefense.com/v3/__*__;! ", "> word\n",
    ],
)  # fmt: skip
def test_a_megabyte_of_one_thing_takes_a_moment(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    begun = time.process_time()
    links(text)
    assert time.process_time() - begun < 4  # at most 1 s on a quiet machine


@pytest.mark.parametrize(
    ("words", "href", "wrong"),
    [
        ("www.town.example", "https://www.town.example/page", False),
        (
            "https://town.example/a",
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ftown.example%2Fa",
            False,
        ),
        ("files.town.example/x", "https://www.town.example/x", False),
        ("www.town.example/login", "https://evil.example/login", True),
        ("https://bank.example", "http://203.0.113.9/x", True),
        ("our page", "https://town.example", False),
        ("Dr. Berg", "https://town.example", False),
        ("officer@town.example", "mailto:officer@town.example", False),
    ],
)
def test_words_that_show_another_address_than_the_link_leads_to_mislead(words, href, wrong):
    page = read_html(f'<p>See <a href="{href}">{words}</a> please</p>')
    assert misleading(page.text, page.anchors) is wrong
