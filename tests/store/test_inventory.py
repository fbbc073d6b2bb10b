"""What lies in the vault, against its names and the rows that name it."""

import pytest

from harvester.store import replies, runs
from harvester.store.inventory import Count, compare
from store_samples import NOW, arrived


@pytest.fixture
def held(store):
    """Three mails; their hashes."""
    mails = [arrived(number) for number in (1, 2, 3)]
    kept = [(mail, store.vault.put(mail.kept)) for mail in mails]
    with store.begin() as tx:
        replies.take_in(tx, "replies", "INBOX", "1", True, kept, runs.start(tx, NOW), NOW)
    return [sha256 for _, sha256 in kept]


def found(store):
    count = Count()
    return [(one.what, one.file) for one in compare(store, count, lambda _of: None)], count


def test_what_is_as_it_arrived_is_counted_and_nothing_is_said(store, held):
    wrong, count = found(store)
    assert (wrong, count.mails, count.files) == ([], 3, 0)
    assert count.bytes == sum(store.vault.path(one).stat().st_size for one in held)


def test_an_altered_a_missing_and_a_surplus_file_are_each_named(store, held):
    store.vault.path(held[0]).write_bytes(b"other words")
    store.vault.path(held[1]).unlink()
    more = store.vault.put(b"nobody's")
    (store.vault.folder / "note.txt").write_text("left here")
    (store.vault.folder / held[2][:2] / "copy").write_text("left here too")
    wrong, _ = found(store)
    assert sorted(wrong) == sorted(
        [
            ("altered", held[0]),
            ("missing", held[1]),
            ("surplus", more),
            ("surplus", "note.txt"),
            ("surplus", f"{held[2][:2]}/copy"),
        ]
    )


def test_a_mail_that_comes_in_while_it_is_looked_at_is_no_fault(store, held, monkeypatch):
    late = arrived(4)
    names = store.vault.names

    def names_after_a_run():  # between the list of the rows and the list of the files
        kept = [(late, store.vault.put(late.kept))]
        with store.begin() as tx:
            replies.take_in(tx, "replies", "INBOX", "1", True, kept, runs.start(tx, NOW), NOW)
        yield from names()

    monkeypatch.setattr(store.vault, "names", names_after_a_run)
    assert found(store)[0] == []
