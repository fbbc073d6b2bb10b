"""Deciding about a reply: confirming, changing, marking words; two at once; and which reply is next."""

import re
from html import unescape

import pytest

from harvester.model import Disposition, Role
from harvester.store import acks, decisions, replies
from harvester.store.listing import show
from page_samples import OWN, evidence, file, put, told, written
from store_samples import NOW, arrived, take


def holds(desk, reply_id):
    with desk.store.read() as tx:
        return decisions.of(tx, reply_id)


def row(desk, reply_id):
    with desk.store.read() as tx:
        return show(tx, reply_id)


def fields_of(page: str) -> list[tuple[str, str]]:
    """What a browser would send if nobody changed anything, without the buttons."""
    form = page.split('id="decide"')[1].split("</form>", maxsplit=1)[0]
    found: list[tuple[str, str]] = []
    for tag in re.findall(r"<input[^>]*>|<select.*?</select>|<textarea.*?</textarea>", form, re.DOTALL):
        name = re.search(r'name="([^"]*)"', tag)[1]
        if tag.startswith("<select"):
            options = re.findall(r'<option value="([^"]*)"( selected)?', tag)
            value = next((value for value, chosen in options if chosen), options[0][0])
        elif tag.startswith("<textarea"):
            value = tag.partition(">")[2].removesuffix("</textarea>")
        elif re.search(r'type="(checkbox|radio)"', tag) and " checked" not in tag:
            continue
        else:
            value = re.search(r'value="([^"]*)"', tag)[1]
        found.append((name, unescape(value)))
    return found


def save(one, reply_id, *more, done="settled", query="", page=None, **changes):
    """Fill in the form as the page offers it; ``changes`` replace fields, ``more`` are added (name, value)."""
    page = page or one.get(f"/replies/{reply_id}{query}").text
    kept = [(name, value) for name, value in fields_of(page) if name not in changes]
    fields = [*kept, *changes.items(), *more, ("done", done)]
    data: dict[str, list[str]] = {}
    for name, value in fields:
        for each in value if isinstance(value, list) else [value]:
            data.setdefault(name, []).append(each)
    return one.post(f"/replies/{reply_id}/review{query}", data=data)


@pytest.fixture
def reply_id(desk):
    return put(desk, written(), told(evidence(OWN, "share a chief executive")))


def test_confirming_keeps_what_the_machine_said_for_ever(desk, editor, reply_id):
    answer = save(editor, reply_id)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/replies/{reply_id}?done=settled")
    found = holds(desk, reply_id)
    assert (found.by, found.settled, found.disposition) == ("Edith Editor", True, Disposition.EVIDENCE)
    assert [(one.category, one.kinds) for one in found.filed] == [("shared", ("shared.chief_executive",))]
    assert "Settled by Edith Editor" in editor.get(f"/replies/{reply_id}").text


def test_everything_can_be_changed(desk, editor, reply_id):
    answer = save(
        editor, reply_id, ("kind", "costcut.charging"), disposition="question", category=["costcut"], kind=[],
        organisation="  Stadt   Wien ", country="AT", quote_worthy="yes", note="two cases",
        **{"standing.costcut": "planned"},
    )  # fmt: skip
    assert answer.status_code == 303
    found, listed = holds(desk, reply_id), row(desk, reply_id)
    assert (found.quote_worthy, found.note) == (True, "two cases")
    assert (listed["disposition"], listed["organisation"], listed["country"]) == ("question", "Stadt Wien", "AT")
    (filed,) = listed["categories"]
    assert (filed["id"], filed["kinds"], filed["standing"]) == ("costcut", ["costcut.charging"], "planned")


def test_a_kind_brings_its_category_with_it(desk, editor, reply_id):
    save(editor, reply_id, kind=["takeover.community"], category=[])
    assert [one["id"] for one in row(desk, reply_id)["categories"]] == ["takeover"]


def test_no_category_at_all_can_be_said(desk, editor, reply_id):
    save(editor, reply_id, category=[], kind=[])
    assert row(desk, reply_id)["categories"] == []


def test_kept_open_the_reply_still_waits_and_what_was_not_touched_stays_the_machines(desk, editor, reply_id):
    save(editor, reply_id, done="open", note="ask Ben")
    found = holds(desk, reply_id)
    assert (found.settled, found.note, found.filed, found.disposition) == (False, "ask Ben", None, None)


def test_what_was_emptied_goes_back_to_the_machine(desk, editor, reply_id):
    save(editor, reply_id, organisation="Wien", country="AT")
    save(editor, reply_id, organisation="", country="")
    listed = row(desk, reply_id)
    assert (listed["organisation"], listed["country"]) == ("Town Council", "GB")


def test_words_that_are_pasted_are_marked_where_they_stand(desk, editor, reply_id):
    answer = save(editor, reply_id, mark_words="saves  90,000 pounds", mark_about="costcut.efficiency")
    assert answer.status_code == 303
    (mark,) = holds(desk, reply_id).marks
    assert OWN[mark["start"] : mark["end"]] == mark["text"] == "saves 90,000 pounds"
    assert (mark["category"], mark["kind"], mark["where"], mark["standing"]) == (
        "costcut", "costcut.efficiency", "own_text", "example",
    )  # fmt: skip
    assert {one["id"] for one in row(desk, reply_id)["categories"]} == {"costcut", "shared"}
    page = editor.get(f"/replies/{reply_id}").text
    assert "app-mark--person" in page
    assert "marked by a person" in page


def test_several_passages_can_be_marked_at_once_and_unmarked_again(desk, editor, reply_id):
    rows = [("mark_words", "East March"), ("mark_about", "shared"), ("mark_standing", "planned"), ("mark_where", ""),
            ("mark_start", "")]  # fmt: skip
    save(editor, reply_id, *rows, mark_words="We share", mark_about="shared.merger")
    marks = holds(desk, reply_id).marks
    assert [(one["text"], one["standing"]) for one in marks] == [("We share", "example"), ("East March", "planned")]
    save(editor, reply_id, ("unmark", "0"))
    assert [one["text"] for one in holds(desk, reply_id).marks] == ["East March"]


def test_words_of_a_file_can_be_marked(desk, editor):
    reply_id = put(desk, written(attachments=(file(desk, "a.pdf", b"x", text="One pool for two towns."),)))
    save(
        editor, reply_id, mark_words="One pool", mark_about="shared.service", mark_where="attachment:0", mark_start="0"
    )
    assert holds(desk, reply_id).marks[0]["where"] == "attachment:0"


@pytest.mark.parametrize(
    ("fields", "told_"),
    [
        ({"mark_words": "we never said this", "mark_about": "shared"}, "does not stand in this reply"),
        ({"mark_words": "We share", "mark_about": ""}, "Choose what these words tell"),
        ({"mark_words": "We share", "mark_about": "nothing.we.know"}, "Choose what these words tell"),
        ({"country": "XX"}, "Choose a country from the list"),
        ({"disposition": "miracle"}, "Choose what kind of mail it is"),
        ({"organisation": "x" * 201}, "Use at most 200 characters"),
        ({"note": "x" * 5001}, "Use at most 5,000 characters"),
        ({"may_share": "perhaps"}, "Choose whether it may be shared"),
    ],
)
def test_a_mistake_is_told_and_nothing_that_was_typed_is_lost(desk, editor, reply_id, fields, told_):
    answer = save(editor, reply_id, **({"note": "my <long> note"} | fields), quote_worthy="yes")
    assert answer.status_code == 422
    assert told_ in answer.text
    assert "<title>Error: " in answer.text
    assert holds(desk, reply_id) is None
    again = fields_of(answer.text)
    assert ("quote_worthy", "yes") in again
    assert ("note", fields.get("note", "my <long> note")) in again
    for name, value in fields.items():
        assert (name, value) in again or name in ("country", "disposition", "mark_about", "may_share")
    target = re.search(r'error-summary__list"><li><a href="#([^"]+)"', answer.text)[1]
    assert f'id="{target}"' in answer.text


def test_every_mistake_in_a_row_of_words_is_told_at_once(editor, reply_id):
    answer = save(editor, reply_id, mark_words="we never said this")
    assert "does not stand in this reply" in answer.text
    assert "Choose what these words tell" in answer.text


def test_two_people_at_once_and_nobody_overwrites_the_other_silently(desk, come_in, reply_id):
    editor, admin = come_in(Role.EDITOR), come_in(Role.ADMIN)
    mine = admin.get(f"/replies/{reply_id}").text
    save(editor, reply_id, disposition="nil", category=[], kind=[], note="nothing in it")
    answer = save(admin, reply_id, page=mine, organisation="Wien", mark_words="We share", mark_about="shared.merger",
                  note="a merger!")  # fmt: skip
    assert answer.status_code == 409
    assert "Edith Editor was faster" in answer.text
    assert "nothing in it" in answer.text
    assert holds(desk, reply_id).by == "Edith Editor"
    kept = fields_of(answer.text)
    for field in (("organisation", "Wien"), ("mark_words", "We share"), ("mark_about", "shared.merger"),
                  ("note", "a merger!"), ("disposition", "evidence")):  # fmt: skip
        assert field in kept
    assert save(admin, reply_id, page=answer.text).status_code == 303
    found = holds(desk, reply_id)
    assert (found.by, found.disposition, found.note) == ("Ada Admin", Disposition.EVIDENCE, "a merger!")
    assert found.marks[0]["text"] == "We share"


def test_what_asks_for_confidence_can_be_released_or_kept_back(desk, editor):
    reply_id = put(desk, written(), told(confidential="not for publication"))
    page = editor.get(f"/replies/{reply_id}").text
    assert "not for publication" in page
    save(editor, reply_id, may_share="yes")
    assert holds(desk, reply_id).may_share is True
    save(editor, reply_id, may_share="")
    assert holds(desk, reply_id).may_share is None


def test_a_viewer_cannot_decide(come_in, reply_id):
    one = come_in(Role.VIEWER)
    assert one.form("/account", f"/replies/{reply_id}/review", done="settled").status_code == 403


def test_a_mail_in_quarantine_can_be_filed_by_hand(desk, editor):
    reply_id = put(desk, None)
    with desk.store.begin() as tx:
        replies.quarantine(tx, reply_id, "too-deep", NOW)
    assert save(editor, reply_id, category=["shared"], country="DE").status_code == 303
    listed = row(desk, reply_id)
    assert [one["id"] for one in listed["categories"]] == ["shared"]
    assert listed["country"] == "DE"


def test_what_was_not_read_yet_cannot_be_settled_so_nobody_misses_what_it_says(desk, editor):
    reply_id = put(desk, None)
    assert 'id="decide"' not in editor.get(f"/replies/{reply_id}").text
    answer = editor.form("/account", f"/replies/{reply_id}/review", done="settled")
    assert answer.status_code == 400
    assert "The next run reads it" in answer.text
    assert holds(desk, reply_id) is None


def test_deciding_about_a_reply_that_is_gone_says_so(editor):
    assert editor.form("/account", "/replies/4711/review", done="settled").status_code == 404


def test_the_history_says_who_decided_what(editor, reply_id):
    save(editor, reply_id, country="AT", note="see the annex")
    page = " ".join(re.sub(r"<[^>]+>", " ", editor.get(f"/replies/{reply_id}").text).split())
    assert (
        "Reviewed and settled Edith Editor Evidence; Authorities share: One chief executive or leader (example);"
        in page
    )
    assert "country: Austria; “see the annex”" in page


# ---------------------------------------------------------------- the queue


def settle_all(desk):
    with desk.store.begin() as tx:
        for number in range(1, 6):
            decisions.decide(tx, number, 0, "ann", {"settled": True}, NOW)


def test_the_queue_leads_to_what_needs_a_person_most_and_says_why(desk, editor):
    settle_all(desk)
    put(desk, written("Thanks, nothing."), told(disposition=Disposition.NIL))
    question = put(desk, written("Until when?"), told(disposition=Disposition.QUESTION))
    answer = editor.get("/queue")
    assert answer.headers["location"] == f"/replies/{question}?from=queue"
    page = editor.get(answer.headers["location"]).text
    assert "They ask something, and there is still time before the deadline." in page
    assert "2 left" in page


def test_after_saving_the_queue_goes_on(desk, editor):
    settle_all(desk)
    first = put(desk, written("Until when?"), told(disposition=Disposition.QUESTION))
    second = put(desk, written("Nothing."), told(disposition=Disposition.NIL))
    answer = save(editor, first, query="?from=queue")
    assert answer.headers["location"] == f"/queue?done={first}"
    answer = editor.get(answer.headers["location"])
    assert answer.headers["location"] == f"/replies/{second}?from=queue&done={first}"
    assert "Look at the last one again" in editor.get(answer.headers["location"]).text


def test_what_is_kept_open_or_skipped_does_not_come_again_at_once(desk, editor):
    settle_all(desk)
    first, second = (put(desk, written(f"Until {n}?"), told(disposition=Disposition.QUESTION)) for n in (1, 2))
    answer = save(editor, first, query="?from=queue", done="open")
    assert answer.headers["location"] == f"/queue?skip={first}&done={first}"
    answer = editor.get(answer.headers["location"])
    assert answer.headers["location"].startswith(f"/replies/{second}?from=queue&skip={first}")
    skip = re.search(r'href="(/queue\?skip=[^"]*)"', editor.get(answer.headers["location"]).text)[1]
    assert unescape(skip) == f"/queue?skip={first}%2C{second}"
    last = editor.get(unescape(skip))
    assert last.status_code == 200
    assert "You skipped 2 replies" in last.text


def test_an_empty_queue_says_so(desk, editor):
    settle_all(desk)
    assert "Nothing is left to review" in editor.get("/queue").text


@pytest.mark.parametrize("skip", ["x", "1,,2", "-1", "9" * 40, "1;DROP TABLE reply", "1," * 3000])
def test_nonsense_in_the_address_of_the_queue_is_harmless(editor, skip):
    assert editor.get("/queue", params={"skip": skip}).status_code in (303, 200, 414)


def test_what_was_not_read_yet_does_not_wait_for_a_person(desk, editor):
    settle_all(desk)
    take(desk.store, arrived(50))
    assert "Nothing is left" in editor.get("/queue").text


def test_an_answer_of_unknown_fate_is_a_reason(desk, editor):
    settle_all(desk)
    reply_id = put(desk, written("Nothing."), told(disposition=Disposition.NIL))
    with desk.store.begin() as tx:
        acks.move(tx, reply_id, "queued", "unknown", NOW)
    assert "Nobody can tell whether our answer reached them" in editor.get(f"/replies/{reply_id}?from=queue").text
