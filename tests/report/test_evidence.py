"""The evidence report: verbatim, complete, the same again for ever, and silent about what was told in confidence."""

import io
import json
import re
import zipfile
from dataclasses import replace
from itertools import pairwise

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from harvester.config import load
from harvester.errors import Unusable
from harvester.model import Evidence, Standing
from harvester.report import evidence
from harvester.report.cases import cases, texts_of
from harvester.report.evidence_docx import docx
from harvester.report.evidence_html import html
from harvester.report.picking import picks
from harvester.start import init
from harvester.store import cases as kept
from harvester.store import decisions, replies, reports
from harvester.store.cases import Kept
from harvester.store.listing import Filters, list_replies
from store_samples import NOW, stored, understanding

OWN = "Thank you. We share one chief with Au since May. It saves us 120,000 euro a year! The pool is shut."


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("request") / "request"
    init(folder, NOW)
    return load(folder / "harvester.toml", ["mailbox.0.password_file=harvester.toml"])


def telling(number: int, own: str = OWN, words: str = "share one chief", **verdict):
    """A reply whose evidence are these words of its own."""
    one = understanding(number, own=own)
    start = own.index(words)
    piece = Evidence(
        "shared",
        "shared.chief_executive",
        words,
        start,
        start + len(words),
        "own_text",
        "r",
        "b",
        Standing.EXAMPLE,
        3.0,
    )
    found = replace(one.verdict.categories[0], evidence=(piece,))
    return replace(one, verdict=replace(one.verdict, categories=(found,), near=(), **verdict))


def gathered(store, config, share=False):
    with store.read() as tx:
        return evidence.gather(tx, config, NOW, share=share)


def all_cases(report):
    return [case for chapter in report.chapters for section in chapter.sections for case in section.cases]


def test_a_case_quotes_the_sentence_and_what_it_saves(store, config):
    stored(store, telling(1))
    (case,) = all_cases(gathered(store, config))
    assert [one.text for one in case.quotations] == ["We share one chief with Au since May."]
    assert case.saving == "It saves us 120,000 euro a year!"
    assert (case.organisation, case.country, case.kind, case.checked) == (
        "Town Council", "GB", "shared.chief_executive", False,
    )  # fmt: skip
    assert case.links == ("https://town.example/a", "https://share.example/x")
    assert case.files == ("plan.pdf",)


def test_every_quotation_stands_in_its_reply(store, config):
    stored(store, *(telling(n) for n in range(5)))
    report = gathered(store, config)
    with store.read() as tx:
        for case in all_cases(report):
            message, _ = replies.load(tx, case.reply_id)
            texts = texts_of(message)
            assert case.saving in message.own_text
            for one in case.quotations:
                assert texts[one.where][one.start : one.end] == one.text


@given(st.text(max_size=300), st.integers(0, 400), st.integers(1, 40))
def test_a_quotation_is_verbatim_wherever_the_evidence_stands(own, start, length):
    end = start + length
    one = telling(1)
    piece = replace(one.verdict.categories[0].evidence[0], start=start, end=end)
    verdict = replace(one.verdict, categories=(replace(one.verdict.categories[0], evidence=(piece,)),))
    message = replace(one.message, own_text=own)
    row = {"id": 1, "reference": None, "organisation": None, "from_name": None, "country": None}
    row["categories"] = [{"id": "shared", "kind": None, "standing": "example"}]
    for case in cases(row, message, verdict, None, []):
        for quotation in case.quotations:
            assert own[quotation.start : quotation.end] == quotation.text
            assert quotation.start <= start < end <= quotation.end


def test_what_a_person_decided_wins(store, config):
    ids, _ = stored(store, telling(1), telling(2))
    mark = {"category": "costcut", "where": "own_text", "start": OWN.index("The pool"), "end": len(OWN)}
    with store.begin() as tx:
        change = {"categories": ["costcut"], "kinds": ["costcut.reduction"], "marks": [mark], "settled": True}
        decisions.decide(tx, ids[0], 0, "anna", {**change, "country": "AT"}, NOW)
        decisions.decide(tx, ids[1], 0, "anna", {"categories": []}, NOW)
    (case,) = all_cases(gathered(store, config))
    assert (case.category, case.kind, case.country, case.checked) == ("costcut", "costcut.reduction", "AT", True)
    assert [one.text for one in case.quotations] == ["The pool is shut."]


def split(store, reply_id, *places, **changes):
    made = [
        Kept(0, f"case {n}", "", None, None, "shared", None, "planned", (place,), None, NOW, "anna")
        for n, place in enumerate(places, 1)
    ]
    with store.begin() as tx:
        kept.put(tx, reply_id, [replace(one, **changes) for one in made], "anna", NOW)


def test_a_reply_that_staff_split_gives_their_cases_and_joined_again_one(store, config):
    (reply_id,), _ = stored(store, telling(1))
    split(store, reply_id, ("own_text", 11, 48), ("own_text", 82, 99))
    first, second = all_cases(gathered(store, config))
    assert (first.title, first.standing, first.checked, second.number) == ("case 1", "planned", True, 2)
    assert second.quotations[0].text == OWN[82:99]
    with store.begin() as tx:
        kept.put(tx, reply_id, [], "anna", NOW)
    assert len(all_cases(gathered(store, config))) == 1


@pytest.mark.parametrize(
    "place", [("own_text", 0, 10_000), ("attachment:7", 0, 3), ("own_text", 5, 5), ("own_text", -1, 4)]
)
def test_a_place_that_is_not_in_the_reply_is_never_quoted(store, config, place):
    (reply_id,), _ = stored(store, telling(1))
    split(store, reply_id, place)
    assert all_cases(gathered(store, config))[0].quotations == ()


def test_what_was_told_in_confidence_is_left_out_of_what_is_shared(store, config):
    ids, _ = stored(
        store, telling(1), telling(2, confidential="not for publication"), telling(3, confidential="secret")
    )
    assert len(all_cases(gathered(store, config))) == 3
    shared = gathered(store, config, share=True)
    assert [case.reply_id for case in all_cases(shared)] == [ids[0]]
    assert shared.left_out == 2
    assert "left out" in html(shared).decode()
    with store.begin() as tx:
        decisions.decide(tx, ids[1], 0, "anna", {"may_share": True}, NOW)
        decisions.decide(tx, ids[0], 0, "anna", {"may_share": False}, NOW)
    assert [case.reply_id for case in all_cases(gathered(store, config, share=True))] == [ids[1]]


def test_duplicates_are_told_once(store, config):
    from store_samples import silence

    ids, _ = stored(store, telling(1))
    stored(store, replace(telling(2)), decision=lambda _: silence("duplicate", duplicate_of=ids[0]))
    assert [case.reply_id for case in all_cases(gathered(store, config))] == ids


def test_a_frozen_report_is_the_same_bytes_for_ever(store, config):
    stored(store, telling(1))
    report = gathered(store, config)
    with store.begin() as tx:
        number = reports.freeze(tx, "everything", evidence.frozen(report), "anna", NOW)
    before = html(report), docx(report)
    stored(store, telling(7))
    with store.read() as tx:
        again = evidence.thawed(reports.content(tx, number))
        assert [one.id for one in reports.all_of(tx)] == [number]
        assert reports.content(tx, 99) is None
    assert again == report
    assert (html(again), docx(again)) == before


def test_a_frozen_report_that_somebody_changed_is_refused(store, config):
    from sqlalchemy import update

    from harvester.store.schema_staff import report

    with store.begin() as tx:
        number = reports.freeze(tx, "everything", evidence.frozen(gathered(store, config)), "anna", NOW)
        tx.execute(update(report).values(content="{}"))
    with store.read() as tx, pytest.raises(Unusable, match="was changed"):
        reports.content(tx, number)


EVIL = "<script>alert(1)</script> {{7*7}} \x0b \u202e =cmd()"


def test_what_a_sender_wrote_is_text_in_both_forms(store, config):
    own = f"We share one chief {EVIL} with them. Done."
    stored(store, telling(1, own=own, words=own.partition(". Done")[0]))
    report = gathered(store, config)
    page = html(report).decode()
    assert "<script>" not in page
    assert "{{7*7}}" in page
    words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(docx(report))).paragraphs)
    assert "<script>alert(1)</script> {{7*7}}" in words


def test_the_word_file_has_headings_and_no_fields_or_links(store, config):
    stored(store, telling(1))
    raw = docx(gathered(store, config))
    document = Document(io.BytesIO(raw))
    levels = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style.name.startswith("Heading")]
    depths = [int(level.removeprefix("Heading ")) for level in levels]
    assert depths[0] == 1 and max(depths) == 3
    assert all(after <= before + 1 for before, after in pairwise(depths))  # no level is jumped
    body = zipfile.ZipFile(io.BytesIO(raw)).read("word/document.xml").decode()
    assert not re.search(r"w:hyperlink|w:fldSimple|w:instrText", body)


def test_the_web_page_asks_nothing_of_anybody(store, config):
    stored(store, telling(1))
    page = html(gathered(store, config)).decode()
    assert not re.search(r"<(script|img|link|iframe|form)\b|\bsrc=|url\(", page)
    assert re.findall(r'href="([^"#])', page) == []


def test_numbers_have_their_base_and_agree_with_the_table(store, config):
    stored(store, telling(1), telling(2))
    report = gathered(store, config)
    with store.read() as tx:
        assert report.replies == sum(1 for _ in list_replies(tx, Filters()))
    assert {chapter.id: chapter.replies for chapter in report.chapters} == {"shared": 2, "takeover": 0, "costcut": 0}
    assert "Base: 2 messages that people wrote" in html(report).decode()
    assert json.loads(evidence.frozen(report))["people"] == 2


def test_picked_cases_are_named_as_a_report_names_them_or_by_number(store, config):
    (first, second), _ = stored(store, telling(1), telling(2))
    with store.read() as tx:
        reference = all_cases(evidence.gather(tx, config, NOW, share=False))[1].name
        assert picks(tx, [reference, f"{first}/1"]) == {(first, 1), (second, 1)}
        made = evidence.gather(tx, config, NOW, share=False, picked=picks(tx, [reference]))
    assert [case.reply_id for case in all_cases(made)] == [second]
    assert made.picked == (reference,)
    assert evidence.thawed(evidence.frozen(made)) == made


@pytest.mark.parametrize("written", ["LGA-1999-9999", "1/x", "x", "", "1/99999", "٣/1"])
def test_what_names_no_reply_is_no_case(store, written):
    stored(store, telling(1))
    with store.read() as tx, pytest.raises(Unusable, match="names no reply"):
        picks(tx, [written])


def test_a_case_that_is_not_there_is_told_and_not_left_out_silently(store, config):
    (ident,), _ = stored(store, telling(1))
    with store.read() as tx, pytest.raises(Unusable, match=f"case {ident}/2, 999/1: there is none"):
        evidence.gather(tx, config, NOW, share=False, picked=[(ident, 1), (ident, 2), (999, 1)])


def test_a_report_that_was_frozen_before_cases_could_be_picked_is_read_as_ever(store, config):
    stored(store, telling(1))
    told = json.loads(evidence.frozen(gathered(store, config)))
    del told["picked"], told["offered"]
    assert html(evidence.thawed(json.dumps(told))) == html(gathered(store, config))
