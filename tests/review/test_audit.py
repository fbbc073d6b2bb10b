"""Judging blindly, and what comes of it."""

import random

import pytest

from harvester.review.estimate import estimates
from harvester.store import audits
from harvester.store.audits import Item


def item(number: int, stratum: str, machine: set[str], answer: set[str] | None, weight: float = 1.0) -> Item:
    return Item(
        number, number, stratum, weight, frozenset(machine), None if answer is None else frozenset(answer), None
    )


def test_precision_and_recall_weigh_each_reply_by_what_it_stands_for():
    """Of 100 filed replies 10 were judged, of 900 others 10: one miss among those stands for 90."""
    filed = [item(n, "shared", {"shared"}, {"shared"} if n < 8 else set()) for n in range(10)]
    others = [item(n, "none", set(), {"shared"} if n == 10 else set()) for n in range(10, 20)]
    (found,) = estimates([*filed, *others], {"shared": 100, "none": 900}, ["shared"])
    assert found.precision.value == 0.8
    assert found.recall.value == pytest.approx(80 / 170, abs=1e-4)
    assert found.truly == 170
    assert found.machine == 100
    assert found.precision.between == (0.4902, 0.9433)  # Wilson of 8 in 10


def test_what_nobody_judged_is_left_out():
    items = [item(1, "shared", {"shared"}, {"shared"}), item(2, "shared", {"shared"}, None)]
    (found,) = estimates(items, {"shared": 50}, ["shared"])
    assert (found.precision.value, found.precision.judged, found.truly) == (1.0, 1, 50)


def test_a_category_that_nobody_saw_has_no_figure():
    (found,) = estimates([], {"shared": 3}, ["costcut"])
    assert (found.precision.value, found.recall.value, found.truly, found.machine) == (None, None, None, 0)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    dice, held, tries = random.Random(3), 0, 300
    population = [("shared", n < 320) for n in range(400)] + [("none", n < 60) for n in range(1600)]
    for _ in range(tries):
        sample = []
        for stratum in ("shared", "none"):
            some = dice.sample([truly for name, truly in population if name == stratum], 60)
            machine = {"shared"} if stratum == "shared" else set()
            sample += [item(0, stratum, machine, {"shared"} if truly else set()) for truly in some]
        (found,) = estimates(sample, {"shared": 400, "none": 1600}, ["shared"])
        held += found.truly_between[0] <= 380 <= found.truly_between[1]
    assert held / tries > 0.93


def test_an_audit_from_drawing_to_its_figures(editor, desk):
    to = editor.form("/audits", size="50").headers["location"]
    assert "until then it would give the machine" in editor.get(to).text
    for _ in range(5):
        page = editor.get(f"{to}/next").text
        assert "share a chief executive" in page  # their words
        assert "because" not in page  # not the evidence
        assert "4.5" not in page  # not the score
        number = page.split(f'action="{to}/', 1)[1].split('"', 1)[0]
        assert editor.form(f"{to}/next", f"{to}/{number}", category="shared").headers["location"] == f"{to}/next"
    done = editor.get(f"{to}/next")
    assert done.headers["location"] == f"{to}?done=all"
    page = editor.get(f"{to}?done=all").text
    assert "100%" in page
    assert "Every reply of this sample is judged" in page


def test_silence_is_no_answer(editor):
    to = editor.form("/audits", size="50").headers["location"]
    for fields in ({}, {"category": "shared", "none": "yes"}, {"category": "made-up"}):
        answer = editor.form(f"{to}/next", f"{to}/1", **fields)
        assert answer.status_code == 422
        assert "Tick the categories" in answer.text


@pytest.mark.parametrize("size", ["", "0", "-1", "x", "999999"])
def test_a_sample_of_no_size_is_refused(editor, size):
    assert editor.form("/audits", size=size).status_code == 422


def test_a_closed_audit_shows_what_was_judged(editor, desk):
    to = editor.form("/audits", size="50").headers["location"]
    editor.form(f"{to}/next", f"{to}/1", none="yes")
    editor.form(to, f"{to}/close")
    page = editor.get(to).text
    assert "1 of 5 replies" in page
    assert "Where reviewer and rules differ" in page
    with desk.store.read() as tx:
        assert audits.one(tx, int(to.rpartition("/")[2])).closed_at is not None


def test_no_such_audit(editor):
    assert editor.get("/audits/99").status_code == 404
