"""What leaves the house by the pages: all of it or what somebody chose, now or frozen."""

import csv
import io
import re

from harvester.model import Role
from page_samples import evidence, put, told, written


def text_of(answer) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def pick(visitor, *ids: int, which: str = "ticked", back: str = ""):
    return visitor.form("/", "/many", action="out", which=which, back=back, reply=[str(one) for one in ids])


def test_ticked_replies_are_exported_and_reported_alone(editor):
    to = pick(editor, 2, 4).headers["location"]
    assert to == "/exports?reply=2&reply=4"
    page = text_of(editor.get(to))
    assert "Picked by hand: 2 replies" in page
    lines = list(
        csv.DictReader(io.StringIO(editor.get(to.replace("/exports", "/exports/replies/csv")).text.lstrip("\ufeff")))
    )
    assert [one["id"] for one in lines] == ["2", "4"]
    answer = editor.get(to.replace("/exports", "/exports/evidence/html"))
    assert "some-evidence" in answer.headers["content-disposition"]
    report = text_of(answer)
    assert "not about all of them (Picked by hand: 2 replies): 2 replies with evidence" in report
    assert len(set(re.findall(r"LGA-\d+-\d+", report))) == 2


def test_all_that_a_filtered_table_shows_is_reported(editor, desk):
    put(desk, written(), told(evidence(written().own_text, "share a chief executive")))
    assert pick(editor, which="all", back="search=castle&sort=subject").headers["location"] == "/exports?search=castle"
    assert pick(editor, which="all").headers["location"] == "/exports"
    report = text_of(editor.get("/exports/evidence/html?search=East+March"))
    assert "(Search: East March): 1 reply with evidence" in report


def test_without_a_tick_the_table_says_what_to_do(editor):
    assert "problem=Tick" in pick(editor).headers["location"]


def test_the_table_shows_what_was_picked_as_one_filter_that_can_be_taken_away(editor):
    page = text_of(editor.get("/?reply=2&reply=4&language=en"))
    assert "2 replies</h1>" in page
    assert "Picked by hand: 2 replies" in page
    assert 'href="/?language=en"' in page


def test_a_frozen_report_about_some_is_the_same_bytes_whatever_happens_later(editor, desk):
    assert editor.form("/exports?reply=2", "/exports/frozen", about="reply=2", share="no").status_code == 303
    before = {form: editor.get(f"/exports/frozen/1/{form}").content for form in ("html", "docx")}
    assert "Picked by hand: 1 reply" in text_of(editor.get("/exports"))
    put(desk, written(), told(evidence(written().own_text, "share a chief executive")))
    editor.form("/replies/2", "/replies/2/review", version="0", done="settled", disposition="nil")
    assert {form: editor.get(f"/exports/frozen/1/{form}").content for form in before} == before


def test_a_viewer_takes_nothing_out(come_in):
    assert come_in(Role.VIEWER).form("/", "/many", action="out", reply="1").status_code == 403
