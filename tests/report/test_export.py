"""Files that leave the house: whole or not at all, and harmless."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy import event as sqlalchemy_event

import store_samples
from harvester.classify.topics import topics
from harvester.config import load
from harvester.errors import Unusable
from harvester.mailbox import open_mailbox
from harvester.report.cells import COLUMNS, inert
from harvester.report.export import FORMS, write, write_csv
from harvester.report.reconcile import reconcile
from harvester.start import init
from harvester.store import decisions, runs
from harvester.store import replies as take_in
from harvester.store.listing import Filters, list_replies, matching

EVIL = ("=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "＝1", "\r=1")


@pytest.fixture
def config(tmp_path):
    init(tmp_path / "request", store_samples.NOW)
    return load(tmp_path / "request" / "harvester.toml", ["mailbox.0.password_file=harvester.toml"])


@pytest.fixture
def replies(store):
    """Three replies whose subjects are formulas."""
    ones = [store_samples.understanding(n, subject=EVIL[n]) for n in range(3)]
    store_samples.stored(store, *ones)
    return store


@pytest.mark.parametrize("words", EVIL)
def test_what_a_sender_wrote_never_becomes_a_formula(words):
    assert str(inert(words)).startswith("'")


@given(st.text())
def test_every_cell_is_inert_and_fits(words):
    cell = inert(words)
    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
    assert len(cell) <= 32_767


def test_numbers_and_nothing_stay_what_they_are():
    assert [inert(4.5), inert(None), inert(True)] == [4.5, None, True]


def test_csv_has_a_line_a_reply(replies, config):
    out = io.StringIO()
    with replies.read() as tx:
        assert write_csv(list_replies(tx, Filters()), out, topics(config.classify.rules)) == 3
    lines = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert list(lines[0]) == list(COLUMNS)
    assert lines[0]["subject"] == "'=1+1"
    assert lines[0]["categories"] == "shared.chief_executive 4.5"
    assert lines[0]["in_words"] == "Authorities share: One chief executive or leader"


def test_csv_for_a_spreadsheet_says_that_it_is_utf8(replies, config, tmp_path):
    assert write("csv", tmp_path / "out.csv", config, replies, store_samples.NOW) == 3
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_a_column_says_which_replies_ask_not_to_be_published(store, config, tmp_path):
    open_one, close_one = (store_samples.understanding(n) for n in (1, 2))
    asks = replace(close_one, verdict=replace(close_one.verdict, confidential="Please do not quote us."))
    store_samples.stored(store, open_one, asks)
    assert write("csv", tmp_path / "out.csv", config, store, store_samples.NOW) == 2
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as lines:
        assert [line["confidential"] for line in csv.DictReader(lines)] == ["no", "yes"]
    assert write("csv", tmp_path / "shared.csv", config, store, store_samples.NOW, share=True) == 1


def test_a_workbook_holds_text_not_formulas(replies, config, tmp_path):
    assert write("xlsx", tmp_path / "out.xlsx", config, replies, store_samples.NOW) == 3
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 4
    assert "<f>" not in sheet


def test_a_workbook_has_dates_that_excel_reckons_with_and_a_header_that_stays(replies, config, tmp_path):
    write("xlsx", tmp_path / "out.xlsx", config, replies, store_samples.NOW)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        about = book.read("xl/worksheets/sheet2.xml").decode()
    here = store_samples.NOW.astimezone(ZoneInfo(config.request.time_zone or "UTC")).replace(tzinfo=None)
    days = (here - datetime(1899, 12, 30)) / timedelta(days=1)
    [cell] = re.findall(r'<c r="C2" s="\d+"><v>([\d.]+)</v>', sheet)
    assert float(cell) == pytest.approx(days, abs=1e-6)
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert sheet.count("<col ") > 10
    assert "every reply" in about


def test_only_what_was_chosen_is_written_and_the_workbook_says_so(store, config, tmp_path):
    store_samples.stored(store, *(store_samples.understanding(n) for n in range(4)))
    filters = Filters(search="reply", limit=2)
    for form in ("csv", "xlsx", "jsonl"):
        count = write(
            form, tmp_path / form, config, store, store_samples.NOW, choose=lambda tx: matching(tx, filters),
            chosen=str(filters),
        )  # fmt: skip
        assert count == 2
    with zipfile.ZipFile(tmp_path / "xlsx") as book:
        assert "search reply, limit 2" in book.read("xl/worksheets/sheet2.xml").decode()


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_what_a_person_has_filed_is_written_too(form, replies, config, tmp_path):
    with replies.begin() as tx:
        decisions.decide(tx, 1, 0, "Ada", {"settled": True, "categories": ["costcut"]}, store_samples.NOW)
    assert write(form, tmp_path / "out", config, replies, store_samples.NOW) == 3
    if form == "csv":
        with (tmp_path / "out").open(encoding="utf-8-sig") as lines:
            assert next(csv.DictReader(lines))["categories"] == "costcut"


def test_json_says_who_asks_not_to_be_published(store, config, tmp_path):
    one = store_samples.understanding(1)
    asks = replace(one, verdict=replace(one.verdict, confidential="Please do not quote us."))
    store_samples.stored(store, asks)
    write("jsonl", tmp_path / "out.jsonl", config, store, store_samples.NOW)
    assert json.loads((tmp_path / "out.jsonl").read_text())["confidential"] == "Please do not quote us."
    with store.read() as tx:
        [row] = list_replies(tx, Filters())
    assert row["confidential"] == "Please do not quote us."


def test_many_lines_of_json_cost_as_many_statements_as_one(store, config, tmp_path):
    def statements() -> int:
        seen = []
        listen = lambda *told: seen.append(told[2])  # noqa: E731
        sqlalchemy_event.listen(Engine, "before_cursor_execute", listen)
        write("jsonl", tmp_path / "out.jsonl", config, store, store_samples.NOW)
        sqlalchemy_event.remove(Engine, "before_cursor_execute", listen)
        return len(seen)

    store_samples.stored(store, store_samples.understanding(1))
    few = statements()
    store_samples.stored(store, *(store_samples.understanding(n) for n in range(2, 30)))
    assert statements() == few


def test_jsonl_holds_what_show_says(replies, config, tmp_path):
    assert write("jsonl", tmp_path / "out.jsonl", config, replies, store_samples.NOW) == 3
    ones = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [one["id"] for one in ones] == [1, 2, 3]
    assert all(one["own_text"] and one["categories"] for one in ones)


def test_the_zip_holds_every_original_and_an_index(store, config, tmp_path):
    mail = store_samples.arrived(1)
    store.vault.put(mail.raw)
    store_samples.take(store, mail)
    assert write("zip", tmp_path / "out.zip", config, store, store_samples.NOW) == 1
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.read("000001.eml") == mail.raw
        [line] = archive.read("index.jsonl").decode().splitlines()
    assert json.loads(line)["file"] == "000001.eml"


def test_the_zip_says_which_original_the_vault_has_lost(replies, config, tmp_path):
    assert write("zip", tmp_path / "out.zip", config, replies, store_samples.NOW) == 3
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == ["index.jsonl"]
        index = archive.read("index.jsonl").decode().splitlines()
    assert [json.loads(line)["file"] for line in index] == [None] * 3


def test_what_cannot_be_written_is_a_sentence_and_leaves_nothing_half_done(replies, config, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(Unusable, match="there: cannot be written"):
        write("csv", tmp_path / "there", config, replies, store_samples.NOW)
    assert not list(tmp_path.glob(".*part"))


@pytest.mark.parametrize("form", FORMS)
def test_every_export_holds_as_many_messages_as_reconcile_counts(store, config, tmp_path, form):
    mails = tmp_path / "mails"
    mails.mkdir()
    for number in range(4):
        (mails / f"{number}.eml").write_bytes(store_samples.arrived(number).raw)
    box = config.mailbox[0].model_copy(update={"type": "folder", "path": mails, "name": "box"})
    config = config.model_copy(update={"mailbox": (box,)})
    with open_mailbox(box, config.limits) as mailbox:
        state = mailbox.open("INBOX")
        found = [one for batch in mailbox.batches("INBOX", sorted(mailbox.uids("INBOX"))) for one in batch]
    with store.begin() as tx:
        run_id = runs.start(tx, store_samples.NOW)
        hashed = [store_samples.hashed(mail) for mail in found[:3]]  # the fourth is missing
        take_in.take_in(tx, "box", "INBOX", state.validity, True, hashed, run_id, store_samples.NOW)
        take_in.quarantine(tx, 2, "too-deep", store_samples.NOW)
    totals = reconcile(config, store)["totals"]
    assert totals == {"on_server": 4, "stored": 2, "quarantined": 1, "missing": 1, "erased": 0}
    to = tmp_path / f"all.{form}"
    assert write(form, to, config, store, store_samples.NOW) == totals["stored"] + totals["quarantined"]
    assert rows_in(to) == totals["stored"] + totals["quarantined"]


def rows_in(path) -> int:
    """Counted in the file, not by who wrote it."""
    match path.suffix:
        case ".csv":
            return len(list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))))
        case ".jsonl":
            return len([json.loads(line) for line in path.read_text("utf-8").splitlines()])
        case ".zip":
            with zipfile.ZipFile(path) as archive:
                return len(archive.read("index.jsonl").splitlines())
        case _:
            with zipfile.ZipFile(path) as book:
                return book.read("xl/worksheets/sheet1.xml").count(b"<row ") - 1
