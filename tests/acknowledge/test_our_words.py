"""The words of our letters: complete, kept between runs, and made anew when anything of them changes."""

import hashlib
import shutil
from pathlib import Path

import pytest

from harvester.acknowledge import languages
from harvester.acknowledge.our_words import our_words
from harvester.config import Config
from harvester.message.known import KnownTexts
from harvester.model import Disposition
from letter_samples import NOW, TEMPLATES, composer, due, read, shipped


@pytest.fixture
def own(tmp_path: Path) -> Config:
    shutil.copytree(TEMPLATES, tmp_path / "letters")
    return shipped(f"acknowledge.templates={tmp_path / 'letters'}")


def test_every_kind_of_letter_in_every_language_is_known_as_ours() -> None:
    known, ours_now = KnownTexts([our_words(shipped())]), composer()
    for language in languages(TEMPLATES):
        for kind in (Disposition.EVIDENCE, Disposition.NIL, Disposition.QUESTION, Disposition.UNCLEAR):
            text = read(ours_now.compose(due(language=language, disposition=kind), NOW).raw).text
            ours = sum(end - start for start, end in known.spans(text))
            assert ours > 0.8 * len(text), language


def test_words_are_kept_and_read_again(own: Config, tmp_path: Path) -> None:
    assert our_words(own, tmp_path / "cache") == our_words(own)
    [kept] = (tmp_path / "cache").iterdir()
    other = b"read from the cache"
    kept.write_bytes(hashlib.sha256(other).hexdigest().encode() + b"\n" + other)
    assert our_words(own, tmp_path / "cache") == "read from the cache"


def test_a_changed_template_is_told_at_once(own: Config, tmp_path: Path) -> None:
    our_words(own, tmp_path / "cache")
    path = own.acknowledge.templates / "en.txt.j2"
    path.write_text(path.read_text("utf-8").replace("Dear Sir or Madam,", "Dear colleague,"), "utf-8")
    assert "Dear colleague," in our_words(own, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_damaged_cache_is_not_believed(own: Config, tmp_path: Path) -> None:
    first = our_words(own, tmp_path / "cache")
    [kept] = (tmp_path / "cache").iterdir()
    kept.write_bytes(kept.read_bytes()[:-100])
    assert our_words(own, tmp_path / "cache") == first


def test_a_broken_template_costs_only_its_own_language(own: Config) -> None:
    (own.acknowledge.templates / "de.txt.j2").write_text("{% if %}")
    words = our_words(own)
    assert "Dear Sir or Madam," in words and "Sehr geehrte" not in words


def test_titles_of_categories_are_ours_only_where_letters_name_them(own: Config, tmp_path: Path) -> None:
    plain = our_words(own, tmp_path / "cache")
    named = shipped(f"acknowledge.templates={own.acknowledge.templates}", "acknowledge.name_categories=true")
    assert "Other cost-cutting measures" not in plain
    assert "Other cost-cutting measures" in our_words(named, tmp_path / "cache")
