"""What staff do all day, by mouse, by keyboard alone, and with JavaScript off."""

import re

import pytest
from playwright.sync_api import expect

from page_samples import evidence, put, told, written

PASSWORD = "a long walk by the river"


def test_signing_in_after_a_wrong_password(window, hand):
    page = window(scripts=hand.scripts)
    page.goto("/?late=no")
    for password in ("a short walk by the river", PASSWORD):
        hand.write(page.get_by_label("Name"), "Edith Editor")
        hand.write(page.get_by_label("Password"), password)
        hand.press(page.get_by_role("button", name="Sign in"))
        if password != PASSWORD:
            expect(page.get_by_role("alert")).to_contain_text("The name or the password is not right")
            expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("heading", level=1)).to_have_text("5 replies")
    assert page.url.endswith("/?late=no")
    hand.press(page.get_by_role("button", name="Sign out"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_filtering_and_taking_the_filter_away(at, hand, desk):
    put(desk, written("No example.", subject="Nothing to tell"), told())
    page = at("/")
    hand.press(page.locator("#filters > summary"))
    if hand.scripts:
        expect(page.locator("#filters label", has_text="Unclear")).to_contain_text("(1)")
    else:
        hand.press(page.get_by_role("link", name=re.compile("how many there are of each")))
        hand.press(page.locator("#filters > summary"))
    hand.press(page.locator("#f-disposition-unclear"))
    hand.press(page.get_by_role("button", name="Apply"))
    expect(page.get_by_role("heading", level=1)).to_have_text("1 reply")
    expect(page.locator("[data-row]")).to_contain_text("Nothing to tell")
    hand.press(page.get_by_role("list", name="Chosen filters").get_by_role("link"))
    expect(page.get_by_role("heading", level=1)).to_have_text("6 replies")


def test_searching_opening_a_reply_and_going_back(at, hand, desk):
    text = "The zeppelin of our town is shared with East March."
    put(desk, written(text, subject="Airship"), told(evidence(text, "shared with East March")))
    page = at("/")
    hand.write(page.get_by_role("searchbox"), "zeppelin")
    hand.press(page.get_by_role("button", name="Search"))
    expect(page.locator("mark").first).to_have_text("zeppelin")
    hand.press(page.get_by_role("link", name="Airship"))
    expect(page.locator("mark[data-pieces]")).to_have_text("shared with East March")
    hand.press(page.get_by_role("link", name="Back to the table"))
    expect(page.get_by_role("searchbox")).to_have_value("zeppelin")


def test_confirming_what_the_machine_says(at, hand):
    page = at("/replies/1")
    hand.press(page.locator("#confirm"))
    expect(page.get_by_role("status")).to_contain_text("Saved, and settled")
    expect(page.locator("#verdict-title")).to_contain_text("Settled by Edith Editor")


def test_changing_the_category_and_marking_words(at, hand, desk):
    page = at(f"/replies/{put(desk, written(), told())}")
    if hand.selects:  # with a mouse one selects them where they stand
        box = page.evaluate(
            """() => {
                const all = document.createTreeWalker(document.querySelector("[data-where=own_text]"), 4);
                for (let node; (node = all.nextNode()); ) {
                    const at = node.data.indexOf("share a chief executive");
                    if (at < 0) continue;
                    const range = document.createRange();
                    range.setStart(node, at);
                    range.setEnd(node, at + 23);
                    const { left, right, top, height } = range.getBoundingClientRect();
                    return [left, right, top + height / 2];
                }
            }"""
        )
        page.mouse.move(box[0] + 1, box[2])
        page.mouse.down()
        page.mouse.move(box[1] - 1, box[2], steps=4)
        page.mouse.up()
        hand.press(page.get_by_role("button", name="Mark as evidence"))
        expect(page.locator("[name=mark_words]").first).to_have_value("share a chief executive")
    else:
        hand.press(page.locator("#change > summary"))
        hand.write(page.locator("[name=mark_words]").first, "share a chief executive")
    hand.choose(page.get_by_label("What they tell"), "One chief executive or leader")
    hand.press(page.locator("#change").get_by_role("button", name="Save", exact=True))
    expect(page.locator("#verdict-title")).to_contain_text("Settled by Edith Editor")
    expect(page.locator("mark[data-pieces]")).to_have_text("share a chief executive")
    expect(page.locator(".app-verdict .app-topic").first).to_contain_text("One chief executive or leader")
    # and away with it again
    hand.press(page.locator("#change > summary"))
    hand.press(page.get_by_label("Unmark"))
    for name in ("kind", "category"):
        hand.press(page.locator(f"#change [name={name}]:checked"))
    hand.press(page.get_by_role("button", name="Save, keep open"))
    expect(page.get_by_role("status")).to_contain_text("kept open")
    expect(page.locator(".app-verdict")).to_contain_text("Counts for no category")


def test_the_queue_with_a_skip_until_nothing_is_left(at, hand, desk):
    page = at("/")
    hand.press(page.get_by_role("link", name="Next to review"))
    skipped = page.url
    hand.press(page.get_by_role("link", name="Skip", exact=True).first)
    for _ in range(4):
        expect(page.locator("#confirm")).to_be_visible()
        assert page.url.partition("?")[0] != skipped.partition("?")[0]
        before = page.url
        hand.press(page.locator("#confirm"))
        page.wait_for_url(lambda url, before=before: url != before)
    expect(page.get_by_role("heading", level=1)).to_have_text("Only what you skipped is left")
    hand.press(page.get_by_role("link", name="Look at them now"))
    hand.press(page.locator("#confirm"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is left to review")


def test_many_at_once_and_undone(at, hand):
    page = at("/")
    for number in (0, 2):
        hand.press(page.locator("[name=reply]").nth(number))
    hand.choose(page.get_by_label("What to do"), "settle as they are")
    hand.press(page.get_by_role("button", name="Do it"))
    expect(page.get_by_role("status")).to_contain_text("2 replies settled as they are.")
    expect(page.locator(".app-inbox .govuk-tag--green")).to_have_count(2)
    hand.press(page.get_by_role("button", name="Undo"))
    expect(page.get_by_role("status")).to_contain_text("Undone for 2 replies.")
    expect(page.locator(".app-inbox .govuk-tag--green")).to_have_count(0)


def test_a_view_is_kept_under_a_name(at, hand):
    page = at("/?language=en&search=chief")
    hand.press(page.locator("summary", has_text="Keep this view"))
    hand.write(page.get_by_label("Its name, for everybody"), "Chiefs")
    hand.press(page.get_by_role("button", name="Keep"))
    views = page.get_by_role("navigation", name="Views")
    hand.press(views.get_by_role("link", name="Chiefs"))
    expect(views.get_by_role("link", name="Chiefs")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("searchbox")).to_have_value("chief")


def test_an_audit_from_drawing_to_its_figures(at, hand):
    page = at("/audits")
    hand.choose(page.get_by_label("How many replies"), "50")
    hand.press(page.get_by_role("button", name="Draw"))
    hand.press(page.get_by_role("button", name="Begin judging"))
    for number in range(1, 6):
        expect(page.locator("h1")).to_contain_text(f"{number} of 5")
        hand.press(page.get_by_label("Authorities share") if number > 1 else page.get_by_label("None of them"))
        hand.press(page.get_by_role("button", name="Save and next"))
    expect(page.get_by_role("status")).to_contain_text("Every reply of this sample is judged")
    expect(page.get_by_role("table", name="How good the rules are")).to_contain_text("80%")


def test_a_report_is_frozen_and_taken_home(at, hand):
    page = at("/exports")
    hand.press(page.get_by_role("button", name="Freeze everything"))
    expect(page.get_by_role("status")).to_contain_text("The report is frozen")
    with page.expect_download() as coming:
        hand.press(page.get_by_role("link", name="HTML of report 1"))
    assert coming.value.suggested_filename == "evidence-1.html"
    assert coming.value.path().read_bytes().startswith(b"<!DOCTYPE html>")


def test_single_keys_walk_the_table_and_the_queue(enter, desk):
    page = enter()
    page.goto("/")
    for key in "jjkjx":
        page.keyboard.press(key)
    expect(page.locator("[data-row] input:checked")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/4*")
    page.keyboard.press("j")
    page.wait_for_url("**/replies/3*")
    page.keyboard.press("c")
    expect(page.locator("#verdict-title")).to_contain_text("Settled by Edith Editor")
    page.wait_for_load_state()  # the words come before the scripts that listen for keys
    page.keyboard.press("u")
    page.wait_for_url(lambda url: "/replies" not in url)
    page.keyboard.press("/")
    page.keyboard.type("chief?n")  # in a field keys are letters
    expect(page.get_by_role("searchbox")).to_have_value("chief?n")
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    page.wait_for_url("**/keys")
    page.keyboard.press("n")
    page.wait_for_url("**/replies/*")
    first = page.url
    page.keyboard.press("s")
    page.wait_for_url(lambda url: "/replies/" in url and url != first)
    page.keyboard.press("e")
    expect(page.get_by_label("Kind of mail")).to_be_focused()


def test_single_keys_can_be_switched_off(enter):
    page = enter()
    page.goto("/account")
    page.get_by_label("Single keys do things").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.keyboard.press("?")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edith Editor")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_two_at_once_see_each_other_and_lose_nothing(enter, scripts):
    one, other = enter(scripts=scripts), enter(scripts=scripts)
    for page in (one, other):
        page.goto("/replies/1")
        page.locator("#change > summary").click()
    one.get_by_label("Organisation").fill("Castlebridge")
    one.get_by_role("button", name="Save, keep open").click()
    expect(one.get_by_role("status")).to_contain_text("Saved")
    other.get_by_label("Organisation").fill("City of Castlebridge")
    other.get_by_role("button", name="Save, keep open").click()
    expect(other).to_have_title(re.compile("^Error: "))
    expect(other.get_by_label("Organisation")).to_have_value("City of Castlebridge")
    other.get_by_role("button", name="Save, keep open").click()
    expect(other.get_by_role("status")).to_contain_text("Saved")
    expect(other.locator(".app-reply-head__who")).to_contain_text("City of Castlebridge")
