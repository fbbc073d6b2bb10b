"""S26: what an export takes of memory does not grow with its rows."""

import tracemalloc
import zipfile

import pytest

import store_samples
from harvester.config import load
from harvester.report.export import write
from harvester.start import init
from harvester.store.engine import Store

WORDS = "we share one chief executive with our neighbour and save money each year with a merged service " * 10
BATCH = 500
MB = 1 << 20


@pytest.fixture
def config(tmp_path):
    init(tmp_path / "request", store_samples.NOW)
    return load(tmp_path / "request" / "harvester.toml", ["mailbox.0.password_file=harvester.toml"])


def fill(store: Store, first: int, last: int) -> None:
    for number in range(first, last, BATCH):
        ones = (store_samples.understanding(n, own=f"{WORDS} {n}") for n in range(number, min(number + BATCH, last)))
        store_samples.stored(store, *ones)


def peak(form: str, path, config, store) -> float:
    """MB."""
    tracemalloc.start()
    try:
        write(form, path, config, store, store_samples.NOW)
        return tracemalloc.get_traced_memory()[1] / MB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize(
    ("few", "many", "more"),
    [
        pytest.param(1_000, 2_500, 1, id="1,500 more"),
        pytest.param(1_000, 100_000, 16, id="100,000", marks=[pytest.mark.long, pytest.mark.timeout(1800)]),
    ],
)
def test_more_rows_take_no_more_memory(tmp_path, config, form, few, many, more):
    store = Store.open(f"sqlite:///{tmp_path / 'harvester.db'}", tmp_path)
    path = tmp_path / f"replies.{form}"
    try:
        fill(store, 0, few)
        write(form, path, config, store, store_samples.NOW)  # what is loaded once is loaded; two pages of rows
        small = peak(form, path, config, store)
        fill(store, few, many)
        large = peak(form, path, config, store)
        print(f"{form}: {few} rows {small:.1f} MB, {many} rows {large:.1f} MB")
    finally:
        store.close()
    assert large - small < more
    if form == "xlsx":
        with zipfile.ZipFile(path) as book:
            assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == many + 1
