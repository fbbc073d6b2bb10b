"""The table in a browser: each way to sort it and each value of each filter, and taking home what it shows."""

import csv
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from harvester.model import Disposition, Role
from harvester.review.filters import COLUMNS
from page_samples import evidence, file, link, put, told, written
from store_samples import NOW

SORTED = [name for name in COLUMNS if name != "marks"]


@pytest.fixture
def full(desk):
    """Replies that differ in every column, beside those of the desk."""
    own = "We merged our fire service with that of Brook. It is a pilot."
    links = tuple(link(f"https://a.example/{n}", "a.example") for n in range(3))
    put(desk, written("Nothing here.", subject="Zero"), told(disposition=Disposition.NIL, language="de"))
    put(
        desk,
        written(own, subject="Alpha", links=links, attachments=(file(desk, "a.pdf", b"%PDF-1"),)),
        told(evidence(own, "merged our fire service", kind="shared.service"), language="fr", review_suggested=True),
        now=NOW + timedelta(days=20),
    )
    put(desk, written("Away.", subject="Away"), told(disposition=Disposition.AUTO_REPLY, language="fi"))
    put(desk, None)


def numbers(page) -> list[str]:
    return page.locator("[data-row] .app-subject").evaluate_all("all => all.map(one => one.getAttribute('href'))")


def test_each_column_sorts_both_ways_and_says_so(enter, full):
    page = enter(scripts=False)
    page.goto("/")
    for name in SORTED:
        title = COLUMNS[name]
        ways = {}
        for _ in range(2):
            page.get_by_role("columnheader", name=re.compile(f"^{re.escape(title)}( |$)")).get_by_role("link").click()
            head = page.get_by_role("columnheader", name=re.compile(f"^{re.escape(title)}( |$)"))
            expect(head).to_have_attribute("aria-sort", re.compile("ascending|descending"))
            ways[head.get_attribute("aria-sort")] = [one.partition("?")[0] for one in numbers(page)]
        assert set(ways) == {"ascending", "descending"}, name
        assert sorted(ways["ascending"]) == sorted(ways["descending"]), name
        assert ways["ascending"] != ways["descending"], name


def test_each_value_of_each_filter_shows_as_many_as_it_says(enter, full):
    page = enter()
    page.goto("/?counts=yes")
    offered = page.locator("#filters input[type=checkbox]").evaluate_all(
        "all => all.map(one => [one.id, one.name, one.value, document.querySelector(`label[for='${one.id}']`).innerText"
        " || document.querySelector(`label[for='${one.id}']`).textContent])"
    )
    names = {name for _, name, _, _ in offered}
    assert names >= {"disposition", "category", "standing", "review", "country", "language", "answer", "state", "late"}
    tried = 0
    for ident, name, value, label in offered:
        number = int(re.search(r"\(([\d,]+)\)", label)[1].replace(",", ""))
        if not number:
            continue
        page.goto("/?counts=yes")
        page.locator("#filters > summary").click()
        page.locator(f"[id='{ident}']").check()
        page.get_by_role("button", name="Apply").click()
        plural = "reply" if number == 1 else "replies"
        expect(page.get_by_role("heading", level=1), f"{name}={value}").to_have_text(f"{number} {plural}")
        tried += 1
    assert tried > 20


def test_what_the_table_shows_is_exported_alone(at, hand, full):
    page = at("/?disposition=nil")
    hand.press(page.get_by_role("link", name=re.compile("Export these")))
    with page.expect_download() as coming:
        hand.press(page.get_by_role("link", name="Download those in the table as CSV"))
    rows = list(csv.DictReader(coming.value.path().read_text("utf-8-sig").splitlines()))
    assert len(rows) == 1
    assert coming.value.suggested_filename.endswith("-some-replies.csv")


def test_a_reply_is_marked_worth_quoting_and_found_again(at, hand):
    page = at("/replies/1")
    hand.press(page.locator("#change > summary"))
    hand.press(page.get_by_label("Worth quoting"))
    hand.press(page.get_by_role("button", name="Save, keep open"))
    expect(page.locator(".govuk-tag", has_text="Worth quoting")).to_be_visible()
    page.goto("/?quoteworthy=yes")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 reply")
    expect(page.locator("[data-row] .govuk-tag--purple")).to_have_text("Quote")


def test_what_one_did_to_many_another_can_undo(enter):
    one, other = enter(), enter(Role.ADMIN)
    one.goto("/")
    for number in (0, 2):
        one.locator("[name=reply]").nth(number).check()
    one.get_by_label("What to do").select_option(label="settle as they are")
    one.get_by_role("button", name="Do it").click()
    expect(one.get_by_role("status")).to_contain_text("2 replies settled as they are.")
    other.goto(one.url)
    other.get_by_role("button", name="Undo").click()
    expect(other.get_by_role("status")).to_contain_text("Undone for 2 replies.")
    one.goto("/")
    expect(one.locator(".app-inbox .govuk-tag--green")).to_have_count(0)


def test_single_cases_are_picked_and_taken_home_as_a_report(at, hand, full):
    page = at("/exports")
    hand.press(page.get_by_role("link", name=re.compile("[Pp]ick")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Pick cases for a report")
    ticks = page.locator("[name=case]")
    count = ticks.count()
    assert count > 1
    hand.press(ticks.nth(0))
    with page.expect_download() as coming:
        hand.press(page.get_by_role("button", name="Report as web page"))
    said = coming.value.path().read_text("utf-8")
    assert f"{count - 1} of" in said or f"{count - 1} case" in said
    hand.press(page.get_by_role("button", name="Freeze the report"))
    expect(page.get_by_role("status")).to_contain_text("The report is frozen")
