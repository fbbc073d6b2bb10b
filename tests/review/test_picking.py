"""Staff tick which cases go into a report; what is ticked goes in, nothing else, and the report says so."""

import re
from html import unescape

from harvester.model import Role
from harvester.store import decisions, reports
from page_samples import evidence, put, told, written
from store_samples import NOW

MUSEUM = "We share a museum with Arden. It saves 90,000 pounds a year."


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", unescape(answer.text))


def boxes(page: str) -> list[str]:
    return re.findall(r'name="case" value="([^"]+)"', page)


def take(one, *stamps: str, about: str = "", form: str = "html", whom: str = "us"):
    where = f"/exports/cases?{about}" if about else "/exports/cases"
    return one.form(where, "/exports/cases", case=list(stamps), about=about, form=form, **{"for": whom})


def test_at_first_every_case_is_ticked_and_one_link_takes_all_ticks_away(editor):
    page = editor.get("/exports/cases").text
    assert len(boxes(page)) == page.count(" checked> <span") == 5
    assert " checked> <span" not in editor.get("/exports/cases?tick=none").text


def test_only_the_ticked_cases_are_in_the_report_and_its_method_names_them(editor, desk):
    number = put(desk, written(MUSEUM), told(evidence(MUSEUM, "share a museum")))
    stamps = boxes(editor.get("/exports/cases").text)
    answer = take(editor, *(one for one in stamps if one.startswith(f"{number}/")))
    assert answer.status_code == 200
    assert "some-evidence" in answer.headers["content-disposition"]
    report = text_of(answer)
    assert "We share a museum with Arden." in report
    assert "(Cases picked by hand: 1): 1 reply with evidence" in report
    assert re.search(r"People picked 1 case for this report by hand, of the 1 that these replies tell: \S+\d\.", report)
    assert report.count("<h4>") == 1


def test_a_frozen_report_remembers_what_was_picked(editor, desk):
    first, second, *_ = boxes(editor.get("/exports/cases").text)
    assert take(editor, first, second, form="freeze").headers["location"] == "/exports?done=frozen"
    before = editor.get("/exports/frozen/1/html")
    assert "People picked 2 cases for this report by hand" in text_of(before)
    assert "Cases picked by hand: 2" in text_of(editor.get("/exports"))
    put(desk, written(MUSEUM), told(evidence(MUSEUM, "share a museum")))
    assert editor.get("/exports/frozen/1/html").content == before.content
    with desk.store.read() as tx:
        assert '"picked":["' in reports.content(tx, 1)


def test_the_replies_of_the_ticked_cases_go_to_the_exports(editor):
    stamps = [one for one in boxes(editor.get("/exports/cases").text) if one.startswith(("2/", "4/"))]
    assert take(editor, *stamps, form="replies").headers["location"] == "/exports?reply=2&reply=4"


def test_of_a_filtered_table_only_its_cases_are_offered(editor, desk):
    number = put(desk, written(MUSEUM), told(evidence(MUSEUM, "share a museum")))
    (stamp,) = boxes(editor.get("/exports/cases?search=museum").text)
    assert stamp.startswith(f"{number}/1/")
    assert "(Search: museum; Cases picked by hand: 1)" in text_of(take(editor, stamp, about="search=museum"))


def test_without_a_tick_the_page_says_what_to_do(editor):
    answer = take(editor)
    assert answer.status_code == 422
    assert "Tick the cases first" in answer.text
    assert 'id="case-0"' in answer.text


def test_a_case_that_was_changed_since_is_not_taken_for_the_one_that_was_ticked(editor, desk):
    first, second, *_ = boxes(editor.get("/exports/cases").text)
    with desk.store.begin() as tx:
        decisions.decide(tx, int(first.split("/")[0]), 0, "ann", {"organisation": "Other Council"}, NOW)
    answer = take(editor, first, second)
    assert answer.status_code == 409
    assert "were changed since" in answer.text
    assert re.findall(r'value="([^"]+)" checked> <span', answer.text) == [second]


def test_what_was_told_in_confidence_is_left_out_of_picked_cases_to_share(editor, desk):
    number = put(desk, written(MUSEUM), told(evidence(MUSEUM, "share a museum"), confidential="in confidence"))
    stamps = [one for one in boxes(editor.get("/exports/cases").text) if one.startswith((f"{number}/", "2/"))]
    shared = text_of(take(editor, *stamps, whom="others"))
    assert "museum" not in shared
    assert "1 reply with evidence was left out, because its sender asks for confidence" in shared
    assert "We share a museum" in text_of(take(editor, *stamps))


def test_a_viewer_picks_nothing(come_in):
    assert come_in(Role.VIEWER).get("/exports/cases").status_code == 403
