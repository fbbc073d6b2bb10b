"""The ZIP of the originals: nothing in it that the virus scanner has not called clean, and the index says so."""

import json
import sys
import zipfile

import pytest

from harvester.errors import OutOfReach
from harvester.report.originals import SILENT, write_zip
from harvester.store import listing
from store_samples import arrived, take

HARMFUL = "number 2."


def scanner(tmp_path, otherwise: int) -> list[str]:
    """Ends with 1 for a mail with these words, and with ``otherwise`` for all others."""
    says = f"import sys; sys.exit(1 if {HARMFUL!r} in open(sys.argv[1]).read() else {otherwise})"
    return [sys.executable, "-S", "-c", says]


@pytest.fixture
def kept(store, tmp_path):
    """Three mails with their bytes in the vault; those of the last are lost."""
    mails = [arrived(number) for number in (1, 2, 3)]
    ids, _ = take(store, *mails)
    for mail in mails:
        store.vault.put(mail.raw)
    with store.read() as tx:
        rows = list(listing.each(tx, ids, None))
    store.vault.path(rows[2]["sha256"]).unlink()
    return rows


def packed(rows, path, store, command):
    assert write_zip(rows, path, store.vault, command) == len(rows)
    with zipfile.ZipFile(path) as archive:
        told = [json.loads(line) for line in archive.read("index.jsonl").splitlines()]
        return sorted(archive.namelist()), [(one["file"], one["missing"]) for one in told]


def test_without_a_scanner_all_that_is_there_goes_out(store, kept, tmp_path):
    names, told = packed(kept, tmp_path / "all.zip", store, [])
    assert names == ["000001.eml", "000002.eml", "index.jsonl"]
    assert told[:2] == [("000001.eml", None), ("000002.eml", None)]
    assert told[2] == (None, "its bytes are gone from the vault, or damaged")


def test_what_the_scanner_finds_is_held_back_and_the_index_says_so(store, kept, tmp_path):
    names, told = packed(kept, tmp_path / "all.zip", store, scanner(tmp_path, 0))
    assert names == ["000001.eml", "index.jsonl"]
    assert told[1] == (None, "held back: the virus scanner found something harmful in it")


def test_what_the_scanner_cannot_tell_is_held_back_too(store, kept, tmp_path):
    names, told = packed(kept, tmp_path / "all.zip", store, scanner(tmp_path, 2))
    assert names == ["index.jsonl"]
    assert told[0] == (None, "held back: the virus scanner could not tell")


def test_a_scanner_that_is_down_stops_the_export(store, kept, tmp_path):
    with pytest.raises(OutOfReach, match="does not answer"):
        write_zip([kept[0]] * (SILENT + 1), tmp_path / "all.zip", store.vault, ["/no/such/scanner"])
