"""What people do less often than reviewing: who may come in, which columns one sees, cases, the phone's menu."""

import pytest
from playwright.sync_api import expect

from harvester.model import Role
from harvester.store import sessions
from page_samples import evidence, put, told, written
from store_samples import NOW

PASSWORD = "a long walk by the river"


def test_somebody_is_added_and_let_in_by_the_link(enter, window, hand):
    page = enter(Role.ADMIN, scripts=hand.scripts)
    page.goto("/people")
    hand.write(page.get_by_label("Name", exact=True), "Nora New")
    hand.press(page.get_by_role("button", name="Add"))
    expect(page.get_by_role("status")).to_contain_text("Give this link to Nora New")
    link = page.get_by_role("status").locator("code").inner_text()
    guest = window(scripts=hand.scripts)
    guest.goto("/" + link.split("/", 3)[3])
    for label in ("Password", "The same password again"):
        hand.write(guest.get_by_label(label, exact=True), PASSWORD)
    hand.press(guest.get_by_role("button", name="Save and go in"))
    expect(guest.get_by_role("heading", level=1)).to_have_text("5 replies")
    hand.choose(page.get_by_label("What to change for Vera Viewer"), "let in no more")
    hand.press(page.get_by_role("button", name="Change Vera Viewer"))
    expect(page.get_by_role("row", name="Vera Viewer")).to_contain_text("No entry")


def test_a_password_that_is_too_short_is_refused_at_the_door(window, hand, desk):
    with desk.store.begin() as tx:
        key = sessions.invite(tx, Role.EDITOR, NOW.replace(month=9))
    page = window(scripts=hand.scripts)
    page.goto(f"/welcome?key={key}")
    hand.write(page.get_by_label("Your name"), "Nora New")
    for label in ("Password", "The same password again"):
        hand.write(page.get_by_label(label, exact=True), "short")
    hand.press(page.get_by_role("button", name="Save and go in"))
    expect(page.get_by_role("alert")).to_contain_text("12")


def test_columns_to_see_are_chosen(at, hand):
    page = at("/")
    heads = page.locator(".app-inbox thead")
    expect(heads).to_contain_text("Language")
    hand.press(page.locator("summary", has_text="Columns"))
    hand.press(page.get_by_label("Language", exact=True).last)
    hand.press(page.get_by_role("button", name="Show these"))
    expect(heads).not_to_contain_text("Language")
    expect(heads).to_contain_text("Received")


def test_a_reply_is_split_into_cases_and_one_is_taken_out(at, hand, desk):
    text = "We share a chief executive with East March. Our volunteers run the library."
    number = put(desk, written(text), told(evidence(text, "share a chief executive")))
    page = at(f"/replies/{number}")
    hand.press(page.get_by_role("link", name="Split it into cases"))
    hand.write(page.get_by_label("Title").last, "The library")
    hand.choose(page.get_by_label("An example of").last, "Residents and volunteers")
    hand.write(page.locator("[name=case_quotes]").last, "Our volunteers run the library.")
    hand.press(page.get_by_role("button", name="Save the cases"))
    expect(page.get_by_role("status")).to_contain_text("Saved: 2 cases")
    hand.press(page.get_by_label("Take this case out").first)
    hand.press(page.get_by_role("button", name="Save the cases"))
    expect(page.get_by_role("status")).to_contain_text("Saved: 1 case")
    expect(page.get_by_label("Title").first).to_have_value("The library")


def test_settling_leads_along_the_table_as_one_filtered_it(at, hand):
    page = at("/?category=shared&sort=id")
    hand.press(page.get_by_role("link", name="reply 1"))
    for number in (2, 3, 4, 5):
        hand.press(page.locator("#confirm"))
        page.wait_for_url(f"**/replies/{number}?category=shared**")
        expect(page.get_by_role("status")).to_contain_text("on to the next")
    hand.press(page.locator("#confirm"))
    expect(page.get_by_role("status")).to_contain_text("It was the last of this table")
    expect(page.get_by_role("heading", level=1)).to_have_text("5 replies")


def test_kinds_left_ticked_below_an_unticked_category_go_with_it_and_the_page_says_so(enter):
    page = enter(scripts=False)
    page.goto("/replies/1")
    page.locator("#change > summary").click()
    page.locator("#change [name=category]:checked").uncheck()
    page.get_by_role("button", name="Save, keep open").click()
    expect(page.get_by_role("status")).to_contain_text("the kinds that were still ticked below it went too")
    expect(page.locator(".app-verdict")).to_contain_text("Counts for no category")


def test_a_tick_made_before_the_counts_come_stays(enter):
    page = enter()
    waiting = []
    page.route("**/counts?**", lambda one: waiting.append(one))
    page.goto("/")
    page.locator("#filters > summary").click()
    page.locator("#f-review-suggested").check()
    for one in waiting:
        one.continue_()
    expect(page.locator("#filters label", has_text="Evidence")).to_contain_text("(5)")
    expect(page.locator("#f-review-suggested")).to_be_checked()
    expect(page.locator("#f-review-suggested")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_menu_of_a_phone_opens_without_scripts_too(enter, scripts):
    page = enter(width=390, scripts=scripts)
    if scripts:
        page.route("**/*.js", lambda one: one.fulfill(body="", content_type="text/javascript"))  # they never come
    page.goto("/")
    overview = page.get_by_role("navigation", name="Menu").get_by_role("link", name="Overview")
    expect(overview).to_be_hidden()
    page.locator("summary", has_text="Menu").click()
    overview.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
