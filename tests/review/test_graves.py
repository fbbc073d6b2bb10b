"""The pages say of what was erased that it was, when and why, and nothing else."""

from datetime import timedelta

from harvester.store import leaving, reports, tombstones
from harvester.store.tombstones import Buried
from store_samples import NOW

WHY = "asked for by letter, file <17>"


def bury(desk, number: int) -> None:
    with desk.store.begin() as tx:
        reports.freeze(tx, "everything", '{"chapters":[]}', "ann", NOW)
        graves = tombstones.put(tx, [Buried(number, "0" * 64, None, ())], "officer", WHY, NOW + timedelta(days=1))
        leaving.remove(tx, graves)
        reports.erase(tx, [1], WHY, NOW + timedelta(days=1))


def test_an_erased_reply_has_a_row_and_a_sentence_and_the_overview_counts_it(editor, desk):
    assert "Nothing was erased" in editor.get("/erased").text
    assert "erased" not in editor.get("/overview").text
    bury(desk, 3)
    page = editor.get("/erased").text
    assert "asked for by letter, file &lt;17&gt;" in page and "the last traces are not gone yet" in page
    answer = editor.get("/replies/3")
    assert answer.status_code == 404 and "Reply 3 was erased on 2027-08-11 by officer" in answer.text
    assert "1 reply was erased" in editor.get("/overview").text
    page = editor.get("/exports").text
    assert "file &lt;17&gt;" in page and "/exports/frozen/1/" not in page
    gone = editor.get("/exports/frozen/1/html")
    assert gone.status_code == 503 and "report 1: was erased" in gone.text
