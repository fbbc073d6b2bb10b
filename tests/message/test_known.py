"""What of a text is ours: the request and the acknowledgement, however they come back."""

import re
import textwrap
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.known import KnownTexts

REQUEST = "\n".join(
    [
        "Request: how do small towns share their services with each other?",
        "",
        "The Desk would like to learn how towns of every size deliver services with less money. "
        "We would be glad of any examples of:",
        "",
        "1. **Two or more towns merging** i.e. sharing a single town clerk, or perhaps **sharing a single team for the "
        "delivery of one or more services**.",
        "",
        "Two towns in the north of the county decided to share a single Town Clerk.",
        "http://www.northern-towns.example/site/scripts/news_article.php?newsID=478",
        "",
        "Three villages are thinking about a single snow clearing service:",
        "<http://www.village-paper.example/news/Snow-clearing-beats-cuts/article-2450576-detail/article.html>",
        "",
        "2. Where staff or the **local people themselves have taken over a service and decided to run it themselves**. "
        "This is sometimes known as a 'cooperative' model, or a \"buy-out\".",
        "",
        "3. Other cost-cutting measures",
        "",
        "Conclusion",
        "",
        "Any examples of the above would be helpful as we look for ways through a very difficult year.",
        "",
        "Please send to the Desk replies@desk.example by **Monday, August 16**. Tel: 00 44 20 0000 0000",
    ]
)
WORDS = ["we", "our", "towns", "share", "run", "pool", "waste", "library", "clerk", "year", "since", "2008", "staff"]
OURS = KnownTexts([REQUEST])


def left(text: str) -> str:
    """What is not ours, white space and quote marks collapsed."""
    kept, at = [], 0
    for start, end in OURS.spans(text):
        kept.append(text[at:start])
        at = end
    return " ".join(re.sub(r"[>|]", " ", " ".join([*kept, text[at:]])).split())


def wrapped(text: str, width: int, mark: str = "") -> str:
    rows = (row for line in text.split("\n") for row in textwrap.wrap(line, width, break_long_words=False) or [""])
    return "\n".join(mark + row for row in rows)


@pytest.mark.parametrize("width", [30, 40, 55, 60, 65, 72, 76, 78, 100, 998])
@pytest.mark.parametrize("mark", ["", "> ", ">> ", "> > ", "| ", "    "])
def test_nothing_is_left_of_our_request_re_wrapped_and_marked(width: int, mark: str) -> None:
    assert left(wrapped(REQUEST, width, mark)) == ""


@pytest.mark.parametrize(
    "changed",
    [
        REQUEST.replace(" ", "\xa0"),
        REQUEST.replace("'", "’").replace('"', "”"),
        REQUEST.replace("'", "?"),
        REQUEST.replace("*", ""),
        REQUEST.replace("*", "_"),
        REQUEST.replace("-", "\u2011"),
        REQUEST.upper(),
        " ".join(REQUEST.split()),
        REQUEST.replace("\n", "\r\n"),
        re.sub(r"\n+", "\n", REQUEST),
        REQUEST.replace("sharing", "shar\u00ading"),
        REQUEST.replace("deliver services", "deli=\nver services"),
        "\n".join(f"<p>{line}</p>" for line in REQUEST.split("\n")).replace("<p>", "").replace("</p>", ""),
    ],
)
def test_other_quotes_blanks_hyphens_and_case_change_nothing(changed: str) -> None:
    assert left(changed) == ""


def test_half_of_our_request_is_ours_too() -> None:
    assert left(REQUEST[: len(REQUEST) // 2].rpartition("\n")[0]) == ""


ANSWER = "In Ashby we did this last year and it works well."


@pytest.mark.parametrize("before", ["Two towns in the north", "2. Where staff", "Conclusion", "Please send to"])
def test_a_sentence_typed_between_ours_is_kept(before: str) -> None:
    assert left(REQUEST.replace(before, f"{ANSWER}\n\n{before}")) == ANSWER


def test_a_sentence_typed_into_a_paragraph_of_ours_is_kept() -> None:
    mixed = REQUEST.replace("less money. We", f"less money. {ANSWER} We")
    assert mixed != REQUEST
    assert left(mixed) == ANSWER


@pytest.mark.parametrize(
    "free",
    [
        "Dear Sir or Madam",
        "Kind regards",
        "Monday, August 16",
        "by Monday, August 16",
        "Conclusion",
        "local people",
        "Two towns in the north",
        "Other cost-cutting measures we took: none.",
        "Our towns are sharing a single team for the delivery of one or more services.",
        "Our towns are\nsharing a single team for the delivery of one or more\nservices.",
        "We have decided to share a single Town Clerk with our neighbours.",
        "Tel: 00 44 20 1111 2222",
        "The local people themselves have taken over a service and decided to run it with our help.",
    ],
)
def test_an_answer_written_freely_is_never_taken(free: str) -> None:
    assert OURS.spans(free) == []
    assert not OURS.look(free).quotes_request


def test_a_heading_of_ours_is_ours_only_between_more_of_ours() -> None:
    assert (
        left("Other cost-cutting measures\n\nWe charge for parking.")
        == "Other cost-cutting measures We charge for parking."
    )
    assert left(REQUEST.replace("Conclusion", "We charge for parking.\n\nConclusion")) == "We charge for parking."


def test_our_links_are_known_however_written_and_wrapped() -> None:
    ours = "http://www.northern-towns.example/site/scripts/news_article.php?newsID=478"
    assert OURS.is_link(ours)
    assert OURS.is_link(ours.replace("http://www.", "https://"))
    assert OURS.is_link(
        "https://eur01.safelinks.protection.outlook.com/?url="
        + ours.replace(":", "%3A").replace("/", "%2F").replace("?", "%3F").replace("=", "%3D")
        + "&data=1"
    )
    assert OURS.is_link("mailto:Replies@desk.example")
    assert not OURS.is_link("http://www.northern-towns.example/")
    assert not OURS.is_link("mailto:anna@town.example")


def test_our_link_alone_is_ours() -> None:
    assert (
        left("See http://www.northern-towns.example/site/scripts/news_article.php?newsID=478 for more")
        == "See for more"
    )


def test_a_letter_of_ours_is_ours_and_not_the_request() -> None:
    letter = (
        "Thank you for your reply, which has reached us safely under the number 12. See https://desk.example/thanks."
    )
    both = KnownTexts([REQUEST], [letter])
    assert both.look(letter).spans == [(0, len(letter))]
    assert not both.look(letter).quotes_request
    assert both.look(REQUEST).quotes_request
    assert both.look(f"{letter}\n\n{REQUEST}").quotes_request


def test_without_texts_nothing_is_ours() -> None:
    assert KnownTexts([]).spans(REQUEST) == []
    assert KnownTexts(["", "Two words"]).spans("Two words") == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from(REQUEST.split("\n")), st.sampled_from(REQUEST.split()), st.text(max_size=20)),
        max_size=30,
    ),
    st.sampled_from([" ", "\n", "\n> "]),
)
def test_spans_are_in_order_within_the_text_and_do_not_overlap(pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)
    spans = OURS.spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert bool(spans) is OURS.look(text).quotes_request


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=60,
    )
)
def test_words_in_another_order_are_never_ours(words: list[str]) -> None:
    assert OURS.spans(" ".join(words)) == []


@pytest.mark.parametrize(
    "unit",
    [
        "> word ",
        REQUEST,
        " ".join(REQUEST.split()[:20]) + " ",
        "a=\n",
        "http://www.northern-towns.example/site/\n",
        "a@",
        "a\u00ad",
    ],
)
def test_long_texts_take_linear_time(unit: str) -> None:
    def taken(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        begun = time.process_time()
        OURS.spans(text)
        return time.process_time() - begun

    few, many = (min(taken(size) for _ in range(3)) for size in (100_000, 400_000))
    assert many < max(10 * few, 1.0)  # linear is 4 times, and a busy machine slower; quadratic 16
