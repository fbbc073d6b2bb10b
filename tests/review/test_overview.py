"""Pictures of numbers: right, safe, and never without their table."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from harvester.review.charts import Bar, bars, grid, timeline


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter("text")]


def widths(svg: str) -> list[float]:
    return [float(node.get("width")) for node in ElementTree.fromstring(svg).iter("rect")]


def test_bars_are_as_long_as_their_numbers():
    svg = bars("Kinds", [Bar("one", 40), Bar("two", 10), Bar("none", 0)])
    long, short, none = widths(svg)
    assert long == pytest.approx(4 * short)
    assert none == 0
    assert texts(svg) == ["one", "40", "two", "10", "none", "0"]


def test_what_a_sender_wrote_is_text_in_a_picture_too():
    svg = bars("<script>", [Bar("<svg onload=alert(1)>", 1)])
    assert "<script" not in svg
    assert "<svg onload" not in svg
    assert "<svg onload=alert(1)>" in texts(svg)


def test_a_long_time_is_shown_in_weeks_or_months_and_nothing_gets_lost():
    start = date(2027, 1, 1)
    for length in (1, 100, 500, 3_000):
        days = {start + timedelta(days=n): 1 for n in range(length)}
        svg = timeline("Over time", days, None)
        assert 1 <= len(widths(svg)) <= 121


def test_the_deadline_is_a_line_where_it_falls():
    days = {date(2027, 8, 1): 5, date(2027, 8, 20): 2}
    svg = ElementTree.fromstring(timeline("Over time", days, date(2027, 8, 10)))
    line = next(node for node in svg.iter("line") if node.get("stroke-width"))
    assert float(line.get("x1")) == pytest.approx(10 / 20 * 400)
    assert "deadline 10 Aug" in texts(timeline("Over time", days, date(2027, 8, 10)))
    assert not any("deadline" in one for one in texts(timeline("Over time", days, None)))


def test_a_long_name_stands_in_two_lines_beside_its_bar():
    names = ["Other cost-cutting measures and efficiencies", "Short"]
    svg = bars("Kinds", [Bar(name, 1) for name in names])
    assert texts(svg) == ["Other cost-cutting measures", "and efficiencies", "1", "Short", "1"]


def test_an_empty_pair_is_a_frame_and_a_full_one_says_its_number():
    svg = grid("Gaps", ["Austria"], ["Sharing", "Costs"], {("Austria", "Sharing"): 3})
    assert texts(svg) == ["Sharing", "Costs", "Austria", "3"]
    assert [node.get("fill") for node in ElementTree.fromstring(svg).iter("rect")] == ["#1d70b8", "none"]


def test_of_nothing_there_is_a_picture_of_nothing():
    assert timeline("Over time", {}, None) == ""
    assert widths(bars("Kinds", [])) == []


def test_the_page_links_every_number_to_the_replies_behind_it(editor):
    page = editor.get("/overview").text
    assert "5 replies, of which people wrote 5" in page
    assert page.count("<svg") == page.count("as a table")
    told = 0
    for address in set(re.findall(r'href="(/\?[^"]+)"', page)):
        rows = editor.get(address.replace("&amp;", "&")).text
        number = re.search(rf'href="{re.escape(address)}">(?:(\d+)</a>|[^<]*</a></th><td[^>]*>(\d+)</td></tr>)', page)
        if number:
            assert rows.count("data-row") == int(number[1] or number[2]), address
            told += 1
    assert told >= 8


def test_an_empty_inbox_says_what_to_do(sqlite_store, editor, desk):
    from sqlalchemy import delete

    from harvester.store.schema import reply

    with desk.store.begin() as tx:
        tx.execute(delete(reply))
    assert "harvester run" in editor.get("/overview").text
    assert "harvester run" in editor.get("/").text


def test_the_axis_ends_with_the_last_day_that_it_shows_and_the_deadline_stands_within_it():
    first = date(2027, 2, 1)
    days = {first: 3, first + timedelta(days=190): 1}  # weeks: the last one begins on 9 August
    picture = timeline("Over time", days, date(2027, 8, 14))
    assert "15 Aug 2027" in texts(picture)
    line = next(node for node in ElementTree.fromstring(picture).iter("line") if node.get("stroke-width"))
    assert float(line.get("x1")) == pytest.approx(400 * 195 / 196, abs=0.1)


def test_a_deadline_beyond_the_axis_is_told_and_not_drawn_at_its_end():
    picture = timeline("Over time", {date(2027, 2, 1): 3}, date(2029, 8, 14))
    assert "deadline 14 Aug 2029, later" in texts(picture)
    assert not re.search(r'y1="20"', picture)
