"""bytes -> Message: what the rooms behind it rely on."""

import hashlib
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.documents import Extracted
from harvester.message.reader import Reader, headers_only
from harvester.model import Limits, LinkKind, Message, SegmentKind, TextStatus

REQUEST = (Path(__file__).parents[2] / "data" / "request.txt").read_text(encoding="utf-8")
LETTER = "Thank you very much for your answer to our request, which we have filed under a number."


class Extractor:
    """Reads every file as the words it is given."""

    def __init__(self, text: str, *links: str) -> None:
        self._found = Extracted(TextStatus.READ, text, links)

    def text(self, data: bytes, media_type: str, name: str, seconds: float, charset: str = "") -> Extracted:
        assert seconds > 0
        return self._found


def read(mail: EmailMessage | bytes, extractor=None, limits: Limits | None = None) -> Message:
    reader = Reader([REQUEST], limits or Limits(), extractor, LETTER)
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    return reader.read(raw, lambda data: hashlib.sha256(data).hexdigest())


def mail(text: str = "", html: str = "") -> EmailMessage:
    one = EmailMessage()
    one["From"], one["To"], one["Subject"] = "Anna <a@town.example>", "replies@lga.example", "Re: Request"
    one["Message-ID"] = "<1@town.example>"
    if text:
        one.set_content(text)
    if html:
        one.add_alternative(html, subtype="html") if text else one.set_content(html, subtype="html")
    return one


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def test_segments_cover_the_text_and_own_text_is_what_they_call_own():
    one = read(mail(f"Our town shares a library.\n\nAnna Berg\n\nOn Monday the Desk wrote:\n{quoted(REQUEST)}"))
    assert "".join(one.text[s.start : s.end] for s in one.segments) == one.text
    own = "".join(one.text[s.start : s.end] for s in one.segments if s.kind is SegmentKind.OWN)
    assert own.strip() == one.own_text


def test_words_under_marks_are_read_on_from_line_to_line():
    one = read(mail(quoted("Two towns share one chief\nexecutive.\n\nSince 2009.")))
    assert one.own_text == "Two towns share one chief\nexecutive.\n\nSince 2009."
    cited = read(mail("> Two towns may run one office.\n\nThis is our by-law."))
    assert cited.own_text == "> Two towns may run one office.\n\nThis is our by-law."


@pytest.mark.parametrize("how", [quoted, str, lambda text: f"-----Original Message-----\nFrom: Desk\n\n{text}"])
def test_a_reply_that_only_quotes_the_request_says_nothing_and_links_nowhere(how):
    one = read(mail(f"\n{how(REQUEST)}"))
    assert one.request_quoted
    assert one.links == ()
    assert not one.own_text or len(one.own_text) < 30


def test_a_sentence_typed_into_the_pasted_request_is_kept():
    head, tail = REQUEST.split("2. Where", 1)
    one = read(mail(f"{head}\nOur two villages have shared a mayor since 2005.\n\n2. Where{tail}"))
    assert one.own_text == "Our two villages have shared a mayor since 2005."


def test_our_own_letter_is_no_answer_and_not_the_request():
    one = read(mail(f"Here is more.\n\n{LETTER}"))
    assert (one.own_text, one.request_quoted) == ("Here is more.", False)


def test_html_is_read_where_it_says_as_much_as_the_plain_text():
    one = read(mail("See our page", '<p>See <a href="https://www.town.example/a">our page</a></p>'))
    assert [(link.url, link.found_in) for link in one.links] == [("https://www.town.example/a", "html")]


def test_plain_text_is_read_where_the_html_is_only_a_wrapping():
    one = read(mail("Our town shares a library with its neighbour since 2001.", "<p>This mail needs HTML</p>"))
    assert one.own_text.startswith("Our town shares")


def test_words_and_links_of_files_are_found_and_ours_are_taken_out():
    one = mail("See the file.")
    one.add_attachment(b"x", maintype="application", subtype="pdf", filename="plan.pdf")
    paragraph = REQUEST.split("\n\n")[1]
    found = read(
        one, Extractor(f"Our plan.\n\n{paragraph}\n\nhttps://www.town.example/plan", "https://files.example/1")
    )
    [file] = found.files
    assert (file.text_status, "Our plan." in file.text, paragraph[:60] in file.text) == (TextStatus.READ, True, False)
    assert {(link.url, link.found_in) for link in found.links} == {
        ("https://www.town.example/plan", "attachment:0"), ("https://files.example/1", "attachment:0"),
    }  # fmt: skip
    assert found.request_quoted


def test_inline_pictures_are_kept_but_are_no_files():
    one = mail(html='<p>words</p><img src="cid:logo">')
    one.add_related(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", cid="<logo>")
    found = read(one)
    assert (len(found.attachments), found.files) == (1, [])


def test_share_links_are_told_from_pages():
    one = read(mail("Files: https://we.tl/t-abc and https://www.town.example/x"))
    assert [link.kind for link in one.links] == [LinkKind.SHARE, LinkKind.WEB]


def test_long_texts_and_endless_words_are_cut_for_the_rules_and_kept_in_the_text():
    one = read(mail("x" * 900 + " " + "word " * 300), limits=Limits(classified_chars=1_000))
    assert len(one.own_text) <= 1_000
    assert "x" * 201 not in one.own_text
    assert "x" * 900 in one.text
    assert "text-cut" in one.flags


def test_a_mail_in_quarantine_has_headers_and_nothing_else():
    one = headers_only(mail("words").as_bytes(), "worker-died")
    assert (one.quarantine, one.sender.address, one.subject) == ("worker-died", "a@town.example", "Re: Request")
    assert (one.text, one.attachments, one.links) == ("", (), ())
    assert read(b"").quarantine == "empty"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_written_the_segments_cover_the_text(text, html):
    try:
        raw = mail(text or "x", f"<p>{html}</p>").as_bytes()
    except UnicodeEncodeError:
        return
    one = read(raw)
    assert "".join(one.text[s.start : s.end] for s in one.segments) == one.text
    assert all("\x00" not in word for word in (one.text, one.own_text, one.subject))


@pytest.mark.parametrize(
    ("one", "least"),
    [(mail("a line of text\n" * 400_000), 700_000), (mail(html="a<br>" * 1_000_000), 99_000)],
    ids=["text", "html"],
)
def test_a_body_of_megabytes_is_read_as_far_as_there_is_room(one, least):
    began = time.process_time()
    found = read(one)
    assert time.process_time() - began < 20  # 3 on an idle machine; minutes if all 38 MB that a mail may have were read
    assert (found.quarantine, "text-cut" in found.flags) == (None, True)
    assert least < len(found.text) <= 1_000_000


def test_many_bodies_share_one_room():
    one = mail("Words of the first part.\n")
    for _ in range(20):
        one.add_attachment("a line of text\n" * 10_000, disposition="inline")
    found = read(one)
    assert found.text.startswith("Words of the first part.")
    assert len(found.text) <= 1_000_100
    assert "text-cut" in found.flags


def test_a_picture_written_into_html_takes_no_room():
    picture = f"<img src='data:image/png;base64,{'A' * 3_000_000}'>"
    found = read(mail(html=f"<p>Our town shares a library.</p>{picture}<p>Two towns share a mayor.</p>"))
    assert "Two towns share a mayor." in found.own_text
    assert "text-cut" not in found.flags


def test_an_attached_mail_is_read_with_its_files_and_without_what_it_quotes():
    inner = mail(f"We share a library.\n\nOn Monday the Desk wrote:\n{quoted(REQUEST)}")
    inner.add_attachment(b"x", maintype="application", subtype="pdf", filename="plan.pdf")
    inner.add_attachment(mail("Deeper."))
    outer = mail("Our colleague has answered, see the attached mail.")
    outer.add_attachment(inner)
    one = read(outer, Extractor("Our plan.", "https://files.example/1"))
    (file,) = one.files
    assert (file.name, file.text_status) == ("Re_ Request.eml", TextStatus.READ)
    assert file.text == "We share a library.\n\nplan.pdf\nOur plan.\n\nRe_ Request.eml"
    assert file.flags == ("packed-unsupported",)
    assert [(link.url, link.found_in) for link in one.links] == [("https://files.example/1", "attachment:0")]
    assert read(outer).files[0].text_status == TextStatus.NOT_TRIED


def test_an_attached_copy_of_our_request_says_nothing():
    ours = mail(REQUEST)
    outer = mail("Please see our comments in the mail that is attached.")
    outer.add_attachment(ours)
    one = read(outer, Extractor(""))
    assert (one.files[0].text, one.links, one.request_quoted) == ("", (), True)


@pytest.mark.parametrize(
    ("inner", "status"),
    [
        (b"Subject: x\r\n" + b"X-A: y\r\n" * 2_000 + b"\r\nwords", TextStatus.TOO_LARGE),
        (b"", TextStatus.EMPTY),
        (b"\x00\xff" * 50, TextStatus.DAMAGED),
    ],
)
def test_an_attached_mail_that_no_parser_may_see_has_a_status(inner, status):
    head = b"From: a@town.example\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
    assert [file.text_status for file in read(head + inner, Extractor("")).files] == [status]


def test_many_attached_mails_take_no_longer_than_their_share():
    outer = mail("See all these mails.")
    for _ in range(30):
        outer.add_attachment(mail("We share a library. " * 3_000))
    statuses = [file.text_status for file in read(outer, Extractor(""), Limits(mail_seconds=0.5)).files]
    assert statuses[0] == TextStatus.READ and statuses[-1] == TextStatus.TIMEOUT


def test_a_text_of_very_many_lines_is_read_as_far_as_there_is_room():
    one = read(mail("We share a library.\n" + "a\n" * 120_000), limits=Limits(classified_chars=200_000))
    assert "text-cut" in one.flags and one.own_text.startswith("We share a library.")
    assert one.text.count("\n") < 60_000 and one.segments[-1].end == len(one.text)
    html = "<p>We share.</p>" + '<blockquote type="cite">' + "<br>x" * 120_000 + '<a href="http://a.example/">y</a>'
    cut = read(mail(html=html), limits=Limits(classified_chars=200_000))
    assert cut.segments[-1].end == len(cut.text) and "text-cut" in cut.flags and cut.links == ()
