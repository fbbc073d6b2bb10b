"""The forms that ship: those of every word of the rules as they ship, and as the dictionaries have them."""

import json
from pathlib import Path

import pytest

from harvester.classify import forms, shipped_forms
from harvester.classify.ship_forms import asked_for, written

REPO = Path(__file__).parent.parent.parent
ANEW = "after a change of rules or of simplemma run `make forms`"


@pytest.fixture(scope="module")
def wanted() -> dict[str, set[str]]:
    return asked_for(REPO / "rules")


def test_they_are_of_the_words_in_the_rules_and_of_no_other(wanted):
    version = forms.dictionary_version()
    assert {code: set(shipped_forms.shipped_forms(code, version)) for code in wanted} == wanted, ANEW


def test_they_are_as_the_dictionary_has_them(wanted):
    for code in ("da", "ga", "mt"):
        shipped = shipped_forms.shipped_forms(code, forms.dictionary_version())
        assert shipped == forms.look_up(wanted[code], code), ANEW


@pytest.mark.long
def test_they_are_as_all_dictionaries_have_them(wanted):
    assert json.loads(written(wanted)) == json.loads(
        (REPO / "harvester/classify/word_forms.json").read_text("utf-8")
    ), ANEW


def test_those_of_other_dictionaries_are_not_believed(wanted):
    assert shipped_forms.shipped_forms("en", "0.9.1+1") == {}


def test_no_dictionary_is_opened_but_for_a_word_that_is_new_to_its_language(tmp_path, monkeypatch, wanted):
    opened: list[str] = []
    dictionary = forms._dictionary
    monkeypatch.setattr(forms, "_dictionary", lambda language: opened.append(language) or dictionary(language))
    for code, words in wanted.items():
        assert forms.forms_of(words, code, tmp_path).keys() == words
    assert not opened and not list(tmp_path.iterdir())
    known = sorted(wanted["en"])[0]
    for _ in range(2):  # once more from what was kept
        found = forms.forms_of(["quarrel", known], "en", tmp_path)
        assert "quarrelling" in found["quarrel"] and known in found[known]
    assert opened == ["en"]
