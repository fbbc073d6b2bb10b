"""The page of one reply: their words with the evidence, the mail as it came, and nothing that a sender could misuse."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from harvester.message import flags
from harvester.model import (
    CategoryVerdict,
    Headers,
    LinkKind,
    Role,
    Sender,
    Standing,
    TextStatus,
)
from harvester.review.headers import FRAMED, INERT
from harvester.store import replies, trail
from page_samples import HTML, OWN, evidence, file, link, put, told, written
from store_samples import NOW, arrived, stored, take, understanding

DOCS = Path(__file__).parents[2] / "docs" / "flags.md"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


def words_of(page: str) -> str:
    """What somebody reads, blanks aside."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def pieces_of(page: str) -> list[tuple[str, str]]:
    """(numbers, words) of each marked run."""
    found = re.findall(r'<mark [^>]*data-pieces="([^"]*)"[^>]*>(.*?)</mark>', page, re.DOTALL)
    return [(numbers, unescape(re.sub(r"<[^>]+>", "", words))) for numbers, words in found]


def test_evidence_is_marked_with_its_reason_beside_it_and_at_the_words(desk, editor):
    one = evidence(OWN, "share a chief executive")
    page = editor.get(f"/replies/{put(desk, written(), told(one))}").text
    assert pieces_of(page) == [("1", "share a chief executive")]
    assert 'tabindex="0" aria-describedby="piece-1 "' in page
    assert 'data-tip="1 One chief executive or leader: says share a "' in page
    assert 'id="piece-1"' in page
    assert "says share a" in words_of(page.split('id="piece-1"')[1])


def test_overlapping_evidence_is_split_and_each_piece_begins_once(desk, editor):
    first, second = evidence(OWN, "We share a chief"), evidence(OWN, "chief executive", kind="shared.merger")
    page = editor.get(f"/replies/{put(desk, written(), told(first, second))}").text
    assert pieces_of(page) == [("1", "We share a "), ("1 2", "chief"), ("2", " executive")]
    assert page.count('id="mark-1"') == page.count('id="mark-2"') == 1


def test_evidence_in_the_subject_and_in_a_file_is_marked_there(desk, editor):
    report = file(desk, "report.pdf", b"%PDF", text="One pool for two towns.")
    message = written(subject="Shared chief executive", attachments=(report,))
    subject = evidence(message.subject, "Shared chief", where="subject")
    in_file = evidence(report.text, "One pool", where="attachment:0")
    page = editor.get(f"/replies/{put(desk, message, told(subject, in_file))}").text
    assert pieces_of(page) == [("1", "Shared chief"), ("2", "One pool")]
    assert 'data-where="attachment:0"' in page


def test_what_came_near_says_why_it_does_not_count(desk, editor):
    no = evidence(OWN, "share a chief executive", Standing.REJECTED)
    near = CategoryVerdict("shared", no.kind, (no.kind,), 4.0, Standing.REJECTED, (no,), "rejected")
    page = editor.get(f"/replies/{put(desk, written(), told(near=(near,)))}").text
    assert "app-mark--near" in page
    assert "does not count: they say it is not so" in words_of(page)


def test_words_of_others_are_folded(desk, editor):
    page = editor.get(f"/replies/{put(desk, written())}").text
    fold = page.split('<details class="app-fold app-fold--quoted">')[1].split("</details>")[0]
    assert "Two or more authorities merging" in fold


def test_everything_a_sender_wrote_is_shown_as_typed(desk, editor):
    message = written(
        EVIL,
        subject=EVIL,
        sender=Sender("mallory@evil.example", EVIL),
        headers=Headers((("subject", EVIL), ("x-odd", EVIL))),
        attachments=(file(desk, EVIL, b"x", text=EVIL),),
        links=(link("javascript:alert(1)", "evil.example"), link("https://evil.example/" + EVIL, "evil.example")),
    )
    page = editor.get(f"/replies/{put(desk, message, told(evidence(EVIL, 'alert(1)')))}").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert words_of(page).count("{{7*7}}") >= 5


def test_links_tell_their_host_and_refused_schemes_are_text(desk, editor):
    links = (
        link("https://xn--bcher-kva.example/x", "xn--bcher-kva.example", raw="https://bücher.example/x"),
        link("javascript:alert(1)", "alert"),
        link("ftp://files.example/a", "files.example"),
        link("mailto:a@town.example", "town.example", LinkKind.MAILTO),
    )
    page = editor.get(f"/replies/{put(desk, written(links=links))}").text
    section = page.split('id="links-title"')[1].split("</section>")[0]
    anchors = re.findall(r"<a [^>]*>", section)
    assert len(anchors) == 1
    assert 'href="https://xn--bcher-kva.example/x" rel="noopener noreferrer nofollow"' in anchors[0]
    assert "javascript:alert(1)" in words_of(section)
    assert "https://bücher.example/x" in words_of(section)


def test_files_say_what_became_of_their_text(desk, editor):
    message = written(
        attachments=(
            file(desk, "letter.pdf", b"1", text_status=TextStatus.SCANNED),
            file(desk, "plan.pdf", b"2", text="A plan.", flags=("pages-scanned",)),
            file(desk, "logo.png", b"3", "image/png", inline=True, text_status=TextStatus.NOT_TRIED),
        )
    )
    page = editor.get(f"/replies/{put(desk, message)}").text
    said = words_of(page)
    assert "2 files" in said
    assert "1 picture within the text" in said
    assert "A scan: pictures without text" in said
    assert flags.OF_FILE["pages-scanned"] in page
    assert "Something in it could not be read: letter.pdf, plan.pdf." in said


def test_the_acknowledgement_is_told_with_every_reason_for_silence(desk, editor):
    from store_samples import silence

    (reply_id,), _ = stored(desk.store, understanding(9), decision=lambda one: silence("list", "too-old"))
    page = words_of(editor.get(f"/replies/{reply_id}").text)
    assert "Not answered" in page
    assert "A sentence. list, RFC 3834 A sentence. too-old, RFC 3834" in page


def test_flags_are_told_with_their_meaning(desk, editor):
    page = words_of(editor.get(f"/replies/{put(desk, written(flags=('charset-cured',)))}").text)
    assert flags.OF_MAIL["charset-cured"] in page


def test_relatives_are_named(desk, editor):
    first, _ = stored(desk.store, understanding(7))
    again = replace(understanding(7), message=replace(understanding(7).message, in_reply_to=("<7@town.example>",)))
    from store_samples import silence

    second, _ = stored(desk.store, again, decision=lambda one: silence("duplicate", duplicate_of=first[0]))
    page = words_of(editor.get(f"/replies/{first[0]}").text)
    assert f"The same came again as LGA-2027-{second[0]:04}" in page
    page = words_of(editor.get(f"/replies/{second[0]}").text)
    assert f"The same came before as LGA-2027-{first[0]:04}" in page


def test_who_saw_and_who_downloaded_is_written_down_and_told(desk, come_in):
    reply_id = put(desk, written(attachments=(file(desk, "plan.pdf", b"%PDF"),)))
    viewer, editor = come_in(Role.VIEWER), come_in(Role.EDITOR)
    viewer.get(f"/replies/{reply_id}")
    viewer.get(f"/replies/{reply_id}/original")
    viewer.get(f"/replies/{reply_id}/attachments/1")
    with desk.store.read() as tx:
        done = [(one["who"], one["what"], one["detail"]) for one in trail.of_reply(tx, reply_id)]
    assert done == [
        ("Vera Viewer", "looked at it", ""),
        ("Vera Viewer", "downloaded the original", ""),
        ("Vera Viewer", "downloaded a file", "plan.pdf"),
    ]
    page = words_of(editor.get(f"/replies/{reply_id}").text)
    assert "Downloaded a file Vera Viewer plan.pdf" in page
    assert "Read the program Evidence" in page


def test_a_file_comes_as_a_file_whatever_it_says_it_is(desk, editor):
    bad = file(desk, 'a"\r\nX-Evil: 1.html', b"<script>alert(1)</script>", "text/html")
    answer = editor.get(f"/replies/{put(desk, written(attachments=(bad,)))}/attachments/1?sure=yes")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == INERT
    assert "x-evil" not in answer.headers


def test_the_original_comes_byte_for_byte(desk, editor):
    raw = b"Subject: x\r\n\r\n\x00\xff <b>" + b"y" * 600_000
    answer = editor.get(f"/replies/{put(desk, written(), raw=raw)}/original")
    assert answer.content == raw
    assert re.search(r'filename="LGA-2027-\d{4}\.eml"', answer.headers["content-disposition"])


@pytest.mark.parametrize(
    "path",
    ["/replies/99999", "/replies/1/attachments/2", "/replies/1/html", "/replies/1/original", "/replies/99999/original"],
)
def test_what_is_not_there_is_said_to_be_not_there(editor, path):
    assert editor.get(path).status_code == 404


def test_html_is_shown_only_when_asked_for_and_in_a_frame_that_can_do_nothing(desk, editor):
    raw = (
        b"From: a@town.example\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p onclick=alert(1)>We <b>share</b> {0}<script>alert(1)</script><img src=http://trap.example/x>"
    )
    reply_id = put(desk, written(parts=(HTML,)), raw=raw)
    page = editor.get(f"/replies/{reply_id}").text
    assert "<iframe" not in page
    assert f'href="/replies/{reply_id}?html=yes#html"' in page
    page = editor.get(f"/replies/{reply_id}?html=yes").text
    assert f'src="/replies/{reply_id}/html" sandbox=""' in page
    frame = editor.get(f"/replies/{reply_id}/html")
    assert frame.headers["content-security-policy"] == FRAMED
    assert "x-frame-options" not in frame.headers
    assert "<p>We <b>share</b> {0}" in frame.text
    assert "script" not in frame.text
    assert "trap" not in frame.text


def test_html_that_is_only_in_a_file_is_not_missed_in_the_frame(desk, editor):
    frame = editor.get(f"/replies/{put(desk, written(parts=(HTML,)))}/html")
    assert frame.status_code == 200
    assert "lies in a file" in frame.text


def test_endless_words_are_cut_and_the_page_says_so(desk, editor):
    page = editor.get(f"/replies/{put(desk, written('Yes.', text='Yes.' + 'x' * 900_000))}").text
    assert len(page) < 250_000
    assert "It goes on; the original has all of it." in page


def test_a_mail_in_quarantine_has_a_page_with_its_reason_and_how_it_begins(desk, editor):
    raw = b"Subject: deep\r\n\r\n<script>alert(1)</script>"
    reply_id = put(desk, None, raw=raw)
    with desk.store.begin() as tx:
        replies.quarantine(tx, reply_id, "too-deep", NOW, "depth 31")
    page = editor.get(f"/replies/{reply_id}").text
    said = words_of(page)
    assert "This mail is in quarantine: too deep." in said
    assert flags.QUARANTINE["too-deep"] in said
    assert "depth 31" in said
    assert "<script>alert(1)</script>" in said
    assert "<script>alert" not in page
    assert editor.get(f"/replies/{reply_id}/html").status_code == 404


def test_a_mail_that_was_not_read_yet_has_a_page_too(desk, editor):
    (reply_id, *_), _ = take(desk.store, arrived(77))
    page = words_of(editor.get(f"/replies/{reply_id}").text)
    assert "This mail was not read yet" in page


def test_a_reply_without_any_word_says_so(desk, editor):
    message = written("", text="", segments=(), subject="", sender=Sender(None))
    said = words_of(editor.get(f"/replies/{put(desk, message, told())}").text)
    assert "(no subject)" in said
    assert "There are no words in this mail" in said
    assert "The mail has no words of its own" in said


def test_a_viewer_sees_no_form_and_an_editor_does(come_in):
    assert 'action="/replies/1/review' not in come_in(Role.VIEWER).get("/replies/1").text
    assert 'action="/replies/1/review' in come_in(Role.EDITOR).get("/replies/1").text


def test_the_way_leads_along_the_table_as_it_was_asked_for_and_back_to_it(editor):
    page = editor.get("/replies/3?language=en&page=2").text
    assert 'href="/replies/4?language=en&amp;page=2" rel="prev" aria-keyshortcuts="k"' in page
    assert 'href="/replies/2?language=en&amp;page=2" rel="next" aria-keyshortcuts="j"' in page
    assert 'href="/?language=en&amp;page=2"' in page
    page = editor.get("/replies/3?sort=received").text
    assert 'href="/replies/2?sort=received" rel="prev"' in page
    assert 'rel="next"' not in editor.get("/replies/3?language=de").text


def test_keys_can_be_switched_off(editor):
    assert 'data-keys="on"' in editor.get("/replies/1").text
    editor.form("/account", what="keys")
    assert 'data-keys="off"' in editor.get("/replies/1").text
    assert "Single keys are off for you" in editor.get("/keys").text
