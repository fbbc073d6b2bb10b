"""Splitting a reply into its cases and joining them again; quotations are verbatim or refused."""

import re
from html import unescape

import pytest

from harvester.model import Role
from harvester.review.casework import FIELDS
from harvester.store import cases
from page_samples import evidence, put, told, written

OWN = "Arden and Brook merged their councils.\n\nIn Port Sallow staff run the museum. It saves 90,000 pounds a year."
EMPTY = dict.fromkeys(FIELDS, "") | {"standing": "example"}


@pytest.fixture
def reply_id(desk):
    return put(desk, written(OWN), told(evidence(OWN, "merged their councils", kind="shared.merger")))


def kept(desk, reply_id):
    with desk.store.read() as tx:
        return cases.of(tx, reply_id)


def save(one, reply_id, *rows, seen=None, without=()):
    page = one.get(f"/replies/{reply_id}/cases").text
    data = {f"case_{name}": [(EMPTY | row)[name] for row in rows] for name in EMPTY}
    data["csrf"] = page.split('name="csrf" value="')[1].split('"')[0]
    data["seen"] = re.search(r'name="seen" value="([^"]*)"', page)[1] if seen is None else seen
    data["without"] = list(without)
    return one.post(f"/replies/{reply_id}/cases", data=data)


MERGER = {"title": "Arden and Brook", "about": "shared.merger", "quotes": "Arden and Brook merged their councils."}
MUSEUM = {
    "title": "Port Sallow", "organisation": "Port Sallow", "country": "GB", "about": "takeover.staff_mutual",
    "standing": "planned", "quotes": "In Port Sallow  staff run the museum.\r\n\r\nArden and Brook",
    "saving": "saves 90,000 pounds a year",
}  # fmt: skip


def test_at_first_the_cases_are_those_that_the_program_tells(editor, reply_id):
    page = editor.get(f"/replies/{reply_id}/cases").text
    assert "Nobody has split it yet" in page
    assert '<option value="shared.merger" selected>' in page
    assert "Arden and Brook merged their councils." in unescape(
        page.split('id="case_quotes_0"')[1].split("</textarea>")[0]
    )


def test_one_reply_becomes_two_cases_with_verbatim_quotations(desk, editor, reply_id):
    answer = save(editor, reply_id, MERGER, MUSEUM, EMPTY)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/replies/{reply_id}/cases?done=2")
    first, second = kept(desk, reply_id)
    assert (first.title, first.kind, first.organisation, first.made_by) == (
        "Arden and Brook", "shared.merger", None, "Edith Editor",
    )  # fmt: skip
    assert [OWN[start:end] for _, start, end in second.quotations] == [
        "In Port Sallow staff run the museum.", "Arden and Brook",
    ]  # fmt: skip
    assert (second.standing, second.country, second.saving) == ("planned", "GB", "saves 90,000 pounds a year")
    page = editor.get(f"/replies/{reply_id}").text
    assert "Split into 2 cases" in page


def test_cases_are_joined_by_taking_one_out(desk, editor, reply_id):
    save(editor, reply_id, MERGER, MUSEUM)
    save(editor, reply_id, MERGER, MUSEUM, without=["0"])
    assert [one.title for one in kept(desk, reply_id)] == ["Port Sallow"]
    save(editor, reply_id, without=["0"])
    assert kept(desk, reply_id) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"quotes": "They never said this."}, "does not stand in this reply"),
        ({"saving": "a million"}, "does not stand in this reply"),
        ({"about": ""}, "Choose what it is an example of"),
        ({"about": "nothing.known"}, "Choose what it is an example of"),
        ({"country": "XX"}, "Choose a country from the list"),
        ({"standing": "rejected"}, "Choose whether it is done or planned"),
        ({"title": "x" * 2001}, "Use at most 2,000 characters"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_lost(desk, editor, reply_id, wrong, sentence):
    answer = save(editor, reply_id, MUSEUM | {"summary": "a <museum>"} | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "a &lt;museum&gt;" in answer.text
    assert kept(desk, reply_id) == []
    target = re.search(r'error-summary__list"><li><a href="#([^"]+)"', answer.text)[1]
    assert f'id="{target}"' in answer.text


def test_two_people_at_once_are_told_so(desk, come_in, reply_id):
    editor, admin = come_in(Role.EDITOR), come_in(Role.ADMIN)
    save(editor, reply_id, MERGER)
    answer = save(admin, reply_id, MUSEUM, seen="")
    assert answer.status_code == 409
    assert "Edith Editor was faster" in answer.text
    assert "Port Sallow" in answer.text
    assert [one.title for one in kept(desk, reply_id)] == ["Arden and Brook"]
    newer = re.search(r'name="seen" value="([^"]*)"', answer.text)[1]
    assert save(admin, reply_id, MUSEUM, seen=newer).status_code == 303


def test_of_a_mail_that_was_not_read_there_are_no_cases(desk, editor):
    assert editor.get(f"/replies/{put(desk, None)}/cases").status_code == 404
