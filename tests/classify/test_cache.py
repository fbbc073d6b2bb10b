"""The compiled rulebook on disk: the same rulebook, only faster, and never a reason to fail."""

import os
import shutil
from pathlib import Path

import pytest

from harvester.classify import cache
from harvester.classify.anchors import Anchors
from harvester.classify.filed import Filed
from harvester.classify.hits import Read
from harvester.classify.lexicon import Entries
from harvester.classify.roles import Roles
from harvester.classify.rulebook import Rulebook, load
from rulebooks import SHIPPED, compiled_rules, load_apart, needed_at_first

# Maltese has no dictionary of forms, so that compiling takes no time
RULES = """
id = "shared"
title = "Shared"

[[kind]]
id = "chief"

[[rule]]
id = "one-chief"
kind = "chief"
lang = "mt"
because = "says that they share a chief"
phrases = ["(share|shared) ... <chief> & volunt*", "from # to *ers"]
patterns = [[{ LOWER = "two" }, { IS_DIGIT = true, OP = "?" }, { LOWER = "chiefs" }]]
unless = ["view"]
scope = ["own_text"]
"""
WORDS = 'chief = ["mayor", "town clerk"]\nframe = ["we"]\nnegation = ["not", "far from"]\n'
TEXT = "We shared a town clerk with volunteers. From 3 to farmers. Two chiefs, not seen."


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    (folder / "words").mkdir(parents=True)
    (folder / "shared.toml").write_text(RULES)
    (folder / "words" / "mt.toml").write_text(WORDS)
    return folder


def places(book: Rulebook) -> list[tuple[object, ...]]:
    read = Read(book.compiled, book.compiled.languages["mt"], TEXT, "own_text")
    cues = [(n, name, *read.cues(n, name)) for n in range(3) for name in ("frame", "negation")]
    return [*((hit.rule, hit.sentence, hit.first, hit.last, hit.classes) for hit in read.hits), *cues]


def test_a_hit_gives_the_same_rulebook(rules: Path, tmp_path: Path) -> None:
    fresh = load(rules, None)
    written = load(rules, tmp_path / "cache")
    again = load(rules, tmp_path / "cache")
    assert fresh.hash == written.hash == again.hash
    assert fresh.compiled == written.compiled == again.compiled
    assert places(fresh) == places(again)
    assert len(places(again)) == 3 + 6
    assert fresh.categories == again.categories


def test_a_hit_reads_no_rule_file_and_no_dictionary(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(rules, tmp_path / "cache")

    def never(*_: object) -> None:
        raise AssertionError("compiled although it was kept")

    monkeypatch.setattr("harvester.classify.rulebook.compile_rules", never)
    assert load(rules, tmp_path / "cache").categories


def test_without_a_folder_nothing_is_written(rules: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    load(rules, None)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("changed", ["shared.toml", "words/mt.toml"])
def test_a_changed_file_is_compiled_anew(rules: Path, tmp_path: Path, changed: str) -> None:
    before = load(rules, tmp_path / "cache")
    path = rules / changed
    path.write_text(path.read_text() + "\n# a remark\n")
    assert load(rules, tmp_path / "cache").hash != before.hash


def test_a_file_that_moved_to_another_name_is_another_rulebook(rules: Path, tmp_path: Path) -> None:
    before = load(rules, tmp_path / "cache")
    (rules / "shared.toml").rename(rules / "1-shared.toml")
    assert load(rules, tmp_path / "cache").hash != before.hash


def test_what_was_kept_is_ready_and_nothing_is_built_again(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = places(load(rules, tmp_path / "cache"))

    def build(*_: object) -> None:
        raise AssertionError("an index is built again")

    for index in (Roles, Anchors, Entries, Filed):
        monkeypatch.setattr(index, "of", build)
    assert places(load(rules, tmp_path / "cache")) == before


def test_other_little_words_make_another_rulebook(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = load(rules, tmp_path / "cache")
    monkeypatch.setattr("harvester.classify.rulebook.little_words_file", lambda: b'mt = "u"\n')
    assert load(rules, tmp_path / "cache").hash != before.hash


@pytest.mark.parametrize("damage", ["", "{", "null", "half", "one letter"])
def test_a_broken_file_is_made_again(rules: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "cache"
    book = load(rules, folder)
    (kept,) = folder.glob("rulebook-*.json")
    whole = kept.read_text()
    other = {"half": whole[: len(whole) // 2], "one letter": whole.replace("volunt", "volumt")}.get(damage, damage)
    assert other != whole
    kept.write_text(other)
    assert load(rules, folder).compiled == book.compiled
    assert kept.read_text() == whole


def test_a_kept_file_of_another_key_is_not_taken(rules: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    book = load(rules, folder)
    (kept,) = folder.glob("rulebook-*.json")
    kept.write_text(kept.read_text().replace(book.hash, "0" * 64, 1))
    assert cache.fetch(folder, "rulebook", book.hash) is None


def test_a_folder_that_cannot_be_written_is_no_fault(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    assert load(rules, tmp_path / "cache").categories


def test_old_rulebooks_are_forgotten_and_no_torn_file_stays(rules: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    for n in range(9):
        (rules / "shared.toml").write_text(RULES + f"# {n}\n")
        load(rules, folder)
        for path in folder.glob("*.json"):
            os.utime(path, ns=(path.stat().st_mtime_ns - 10**9,) * 2)
    assert len(list(folder.glob("rulebook-*.json"))) == 5
    assert not list(folder.glob("*.tmp"))
    assert cache.fetch(folder, "rulebook", load(rules, None).hash) is not None


def test_a_new_rule_of_known_words_opens_no_dictionary(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[str]] = []

    def look_up(words: set[str], language: str) -> dict[str, frozenset[str]]:
        asked.append(words)
        return {word: frozenset({word, f"{word}s"}) for word in words}

    monkeypatch.setattr("harvester.classify.forms.look_up", look_up)
    (rules / "words" / "mt.toml").write_text(WORDS + 'share = ["~merge", "~share"]\n')
    first = load(rules, tmp_path / "cache")
    (rules / "shared.toml").write_text(RULES.replace('"from # to *ers"', '"~share ... ~merge"'))
    second = load(rules, tmp_path / "cache")
    assert first.compiled != second.compiled
    assert asked == [{"merge", "share"}]
    (rules / "shared.toml").write_text(RULES.replace('"from # to *ers"', '"~share ... ~pool"'))
    assert load(rules, tmp_path / "cache").compiled == load(rules, None).compiled
    assert asked == [{"merge", "share"}, {"pool"}, {"merge", "share", "pool"}]


def test_a_kept_rulebook_needs_no_dictionaries_of_forms(rules: Path, tmp_path: Path) -> None:
    """They take seconds and hundreds of megabytes; a run with unchanged rules never opens them."""
    (rules / "words" / "en.toml").write_text('chief = ["~quarreller", "~mayor"]\n')
    assert "simplemma" in load_apart(rules, tmp_path / "cache")
    assert load_apart(rules, tmp_path / "cache") == []


def test_the_rules_as_they_ship_need_none_even_at_first(tmp_path: Path) -> None:
    assert "simplemma" not in needed_at_first()
    kept = shutil.copytree(compiled_rules(), tmp_path / "cache")
    assert load_apart(SHIPPED, kept) == []
