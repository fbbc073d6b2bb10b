"""Forms of words, out of simplemma's dictionaries."""

from harvester.classify.forms import forms_of


def test_all_forms_of_a_verb_are_found_from_any_of_them() -> None:
    assert forms_of(["share"], "en")["share"] >= {"share", "shares", "shared", "sharing"}
    assert "shared" in forms_of(["sharing"], "en")["sharing"]


def test_german_nouns_and_participles_are_found_in_small_letters() -> None:
    forms = forms_of(["bücherei", "übernehmen"], "de")
    assert "büchereien" in forms["bücherei"]
    assert {"übernommen", "übernahm", "übernimmt"} <= forms["übernehmen"]


def test_a_word_nobody_knows_and_a_language_without_dictionary_keep_the_word_itself() -> None:
    assert forms_of(["xyzzyx"], "en") == {"xyzzyx": frozenset({"xyzzyx"})}
    assert forms_of(["raġel"], "mt") == {"raġel": frozenset({"raġel"})}
    assert forms_of([], "de") == {}


def test_words_of_one_lemma_share_their_forms() -> None:
    forms = forms_of(["merge", "merged"], "en")
    assert forms["merge"] >= {"merging", "merged"}
    assert forms["merged"] >= {"merging", "merge"}
