"""HTML of mails as text: layout, links, hidden words, and what mail clients mark as quoted."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.html import Page, read_html
from harvester.message.segments import segment
from harvester.model import SegmentKind

ANSWER = "We share a waste service."
HEADER = (
    "<b>From:</b> Desk [mailto:desk@lga.example]<br><b>Sent:</b> 3 August 2010 10:12<br>"
    "<b>To:</b> Anna<br><b>Subject:</b> Request<br>"
)


def own(source: str) -> str:
    page = read_html(source)
    spans = segment(page.text, page.marks)
    return " ".join("".join(page.text[s.start : s.end] for s in spans if s.kind is SegmentKind.OWN).split())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("One<br>Two<br><br><br><br>Three", "One\nTwo\n\nThree"),
        ("a<b>b</b>c <i> d </i> e", "abc d e"),
        ("<p>line\n  broken\t here&nbsp;too</p>", "line broken here too"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<ol><li>One</li><li>Two</li></ol>", "1. One\n2. Two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("<p class=MsoNormal>One</p><p class=MsoNormal>Two</p>", "One\nTwo"),
        ("<p class=MsoNormal>One</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Two</p>", "One\n\nTwo"),
        ("Caf&eacute; &amp; B&uuml;ro &lt;x&gt;", "Café & Büro <x>"),
        ("<p>Never closed <b>bold<p>next", "Never closed bold\n\nnext"),
        ("plain words only", "plain words only"),
        ("", ""),
        ("<<<>>>&&&;", "<<<>>>&&&;"),
        ("a\x00b", "ab"),
    ],
)
def test_layout_becomes_line_ends(source: str, text: str) -> None:
    assert read_html(source).text == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>p{color:red}</style>",
        "<script>alert(1)</script>",
        "<title>title</title>",
        "<!-- comment -->",
        "<!--[if mso]><p>for Word</p><![endif]-->",
        "<span style='display:none'>preview</span>",
        "<div style='max-height:0px;overflow:hidden'>preview</div>",
        "<p hidden>secret</p>",
        "<span style='font-size:0'>0</span>",
        "<span style='mso-hide:all'>x</span>",
        "<template>x</template>",
        "<svg><text>x</text></svg>",
        "<img alt='logo' src='cid:1'>",
    ],
)
def test_what_nobody_sees_is_not_read(hidden: str) -> None:
    assert read_html(f"<p>{ANSWER}</p>{hidden}").text == ANSWER


def test_anchors_span_their_visible_words() -> None:
    page = read_html('<p>See <a href=" https://town.example/a\nb ">our <b>page</b></a>, or <a href="#x">x</a>.</p>')
    assert [(page.text[a.start : a.end], a.href) for a in page.anchors] == [
        ("our page", "https://town.example/ab"),
        ("x", "#x"),
    ]


def test_a_linked_picture_stands_where_the_next_words_begin() -> None:
    page = read_html('<p>One</p><p><a href="https://town.example/"><img src="cid:1"></a></p><p>Two</p>')
    (anchor,) = page.anchors
    assert page.text[anchor.start :] == "Two"
    assert anchor.start == anchor.end


CLIENTS = {
    "gmail": (
        f'<div dir="ltr">{ANSWER}</div><br><div class="gmail_quote gmail_quote_container">'
        '<div dir="ltr" class="gmail_attr">'
        "On Tue, Aug 3, 2010 at 2:14 PM Desk &lt;desk@lga.example&gt; wrote:<br></div>"
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">Do you share?</blockquote></div>'
    ),
    "gmail of old": (
        f'{ANSWER}<br><div class="gmail_quote">2010/8/3 Desk &lt;desk@lga.example&gt;<br>'
        '<blockquote style="border-left:1px #ccc solid">Do you share?</blockquote></div>'
    ),
    "outlook desktop": (
        f'<p class="MsoNormal">{ANSWER}</p>'
        '<div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm">'
        f'<p class="MsoNormal">{HEADER}</p></div></div><p class="MsoNormal">Do you share?</p>'
    ),
    "outlook in Russian": (
        f"<p>{ANSWER}</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>От:</b> Desk<br>"
        "<b>Отправлено:</b> 3 августа 2010<br><b>Кому:</b> Anna<br><b>Тема:</b> Request</p></div><p>Do you share?</p>"
    ),
    "outlook web": (
        f'<div>{ANSWER}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
        f'<div id="divRplyFwdMsg" dir="ltr">{HEADER}</div><div>Do you share?</div>'
    ),
    "the new outlook": (
        f'<div class="elementToProof">{ANSWER}</div><div id="mail-editor-reference-message-container">'
        f"<div>{HEADER}</div><div>Do you share?</div></div>"
    ),
    "outlook mobile": (
        f'<div dir="ltr">{ANSWER}</div><div id="ms-outlook-mobile-signature">Get '
        f'<a href="https://aka.ms/x">Outlook for iOS</a></div><hr><div id="divRplyFwdMsg">{HEADER}</div>Do you share?'
    ),
    "outlook for mac": (
        f'<div>{ANSWER}</div><span id="OLK_SRC_BODY_SECTION"><div>{HEADER}</div><div>Do you share?</div></span>'
    ),
    "outlook 2000": (
        f'<div>{ANSWER}</div><div class="OutlookMessageHeader">-----Original Message-----</div><p>Do you share?</p>'
    ),
    "apple mail": (
        f'<div>{ANSWER}</div><div><br><blockquote type="cite"><div>On 3 Aug 2010, at 10:12, Desk wrote:</div><br>'
        "<div>Do you share?</div></blockquote></div>"
    ),
    "thunderbird": (
        f'<p>{ANSWER}</p><div class="moz-cite-prefix">Am 03.08.10 um 10:12 schrieb Desk:<br></div>'
        '<blockquote type="cite" cite="mid:x"><p>Do you share?</p></blockquote>'
    ),
    "notes": (
        f'<p>{ANSWER}</p><div class="domino-quote">From: Desk<br>To: Anna<br>Date: 03.08.2010<br>Subject: Request</div>'
    ),
    "yahoo": (
        f'<div class="ydp1a2b3cyahoo-style-wrap"><div>{ANSWER}</div></div><div id="ydp1a2b3cyahoo_quoted_42" '
        'class="yahoo_quoted"><div>On Tuesday, 3 August 2010, Desk wrote:</div><div>Do you share?</div></div>'
    ),
    "android": (
        f'<div dir="auto">{ANSWER}</div><div><br></div><div>-------- Original message --------</div>'
        "<div>From: Desk </div><div>Date: 03/08/2010 10:12 (GMT+00:00) </div><div>To: Anna </div>"
        "<div>Subject: Request </div><div>Do you share?</div>"
    ),
    "gmx": (
        f'<div>{ANSWER}</div><div name="quote" style="margin:10px 5px"><div><b>Gesendet:</b> 3. August 2010<br>'
        "<b>Von:</b> Desk<br><b>An:</b> Anna<br><b>Betreff:</b> Request</div><div>Do you share?</div></div>"
    ),
    "mail.ru": (
        f"<div>{ANSWER}</div><br><blockquote style='border-left:1px solid #0857A6'>"
        "Вторник, 3 августа 2010, 14:00 +04:00 от Desk &lt;desk@lga.example&gt;:<br><br>Do you share?</blockquote>"
    ),
    "zimbra": (
        f'<div>{ANSWER}</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">{HEADER}</div>'
        '<div data-marker="__QUOTED_TEXT__">Do you share?</div>'
    ),
    "roundcube": (
        f'<p>{ANSWER}</p><p id="reply-intro">On 2010-08-03 10:12, Desk wrote:</p>'
        '<blockquote type="cite"><p>Do you share?</p></blockquote>'
    ),
    "outlook web showing gmail": (
        f'<div>{ANSWER}</div><div class="x_gmail_quote">On Tue, 3 Aug 2010 Desk wrote:<br>'
        '<blockquote class="x_gmail_quote">Do you share?</blockquote></div>'
    ),
    "Orange": (
        f"<p>{ANSWER}</p><blockquote style='border-left:2px solid'>&gt; Message du 03/08/10 10:12<br>&gt; De : Desk<br>"
        "&gt; A : anna@town.example<br>&gt; Copie à : <br>&gt; Objet : Request<br>&gt; <br>Tell us.</blockquote>"
    ),
    "web.de": (
        f"<div>{ANSWER}</div><div>Am 03.08.10 um 10:12 schrieb Desk</div>"
        "<blockquote style='margin:0 0 0 .8ex'>Tell us.</blockquote>"
    ),
    "a plain block quote below an attribution": (
        f"<p>{ANSWER}</p><p>Op 3 aug. 2010 om 10:12 schreef Desk &lt;desk@lga.example&gt;:</p>"
        "<blockquote>Do you share?</blockquote>"
    ),
}


@pytest.mark.parametrize("source", CLIENTS.values(), ids=CLIENTS.keys())
def test_quotes_of_mail_clients_are_recognised(source: str) -> None:
    assert own(f"<html><body>{source}</body></html>") == ANSWER


def test_a_block_quote_that_the_writer_set_is_their_own() -> None:
    assert own(f"<p>The council decided</p><blockquote>{ANSWER}</blockquote>") == f"The council decided {ANSWER}"


def test_answers_between_the_block_quotes_of_gmail_stay_own() -> None:
    source = (
        '<div class="gmail_quote"><div class="gmail_attr">On 3 Aug 2010 Desk &lt;desk@lga.example&gt; wrote:</div>'
        '<blockquote class="gmail_quote">Do you share?</blockquote><div>Yes, waste.</div>'
        '<blockquote class="gmail_quote">Since when?</blockquote><div>Since 2008.</div></div>'
    )
    assert own(source) == "Yes, waste. Since 2008."


def test_answers_between_the_block_quotes_of_apple_mail_stay_own() -> None:
    source = (
        '<blockquote type="cite"><div>Do you share?</div></blockquote><div>Yes, waste.</div>'
        '<blockquote type="cite"><div>Since when?</div></blockquote><div>Since 2008.</div>'
    )
    assert own(source) == "Yes, waste. Since 2008."


@pytest.mark.parametrize(
    "mark",
    ['class="gmail_signature"', 'class="moz-signature"', 'id="Signature"', 'data-smartmail="gmail_signature"'],
)
def test_signatures_marked_by_clients_are_no_own_words(mark: str) -> None:
    assert own(f"<div>{ANSWER}</div><div {mark}>Anna Berg<br>Head of Shared Services</div>") == ANSWER


def test_a_line_above_the_footer_is_no_quote() -> None:
    source = f'<p>{ANSWER}</p><div style="border-top:solid 1px"><b>One:</b> and <b>two</b> more words of ours.</div>'
    assert own(source) == f"{ANSWER} One: and two more words of ours."


TAGS = st.sampled_from(
    [
        "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<a href='http://a.example/'>", "</a>", "<br>", "<li>",
        "<ul>", "</ul>", "<table><tr><td>", "</table>", "<blockquote type=cite>", "</blockquote>",
        '<div class="gmail_quote">', '<div class="gmail_signature">', '<div id="divRplyFwdMsg">', "<pre>", "</pre>",
        "<style>", "</style>", "<!--", "-->", "<span hidden>", "</span>", "words ", "&nbsp;", "&", "<",
        "On 3.8.2010 10:12 Anna wrote:", "\n", "<script>", "<svg>",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(TAGS, st.text(max_size=8)), max_size=40).map("".join))
def test_spans_lie_within_the_text_in_order(source: str) -> None:
    page = read_html(source)
    assert all(0 <= a.start <= a.end for a in page.anchors)
    assert all(a.end <= len(page.text) or a.start == a.end for a in page.anchors)
    ends = [0, *(m.end for m in page.marks)]
    assert all(m.start < m.end <= len(page.text) and m.start >= end for m, end in zip(page.marks, ends, strict=False))
    assert "\n\n\n" not in page.text


@pytest.mark.parametrize(
    "unit",
    [
        "<div>", "<b>", "<b><p>", "<a href=x>", "<blockquote>", "<table><tr><td>", "<div class=gmail_quote>x</div>",
        "<div/>", "<div></a>", "<b><div></b>", "<ul><li>", "<li>x", "<p>x", "<", "&", "<div>x</div>", "<svg>",
        "<select><option>", "<font color=a><p>x", "<!--", "wrote 2010:<blockquote>x</blockquote>", "<pre>x\n",
        '<div style="border-top:solid"><b>a:</b></div>', "</p>", "<form>", "<button>",
    ],
)  # fmt: skip
def test_a_megabyte_of_one_tag_takes_a_moment(unit: str) -> None:
    begun = time.process_time()
    page = read_html(unit * (1_000_000 // len(unit)))
    assert isinstance(page, Page)
    assert time.process_time() - begun < 5  # 0.1 to 0.6 s on a quiet machine; quadratic would be a minute


def test_html_too_deep_to_parse_is_read_flat() -> None:
    page = read_html(
        "<div>" * 20_000 + f'<p>{ANSWER}</p><script>x</script><a href="https://town.example/?a=1&amp;b=2">go</a>'
    )
    assert page.text == f"{ANSWER}\ngo"
    assert [a.href for a in page.anchors] == ["https://town.example/?a=1&b=2"]
