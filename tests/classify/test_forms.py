"""Forms of words, out of simplemma's dictionaries."""

from harvester.classify.forms import forms_of, regular_english


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


def test_croatian_forms_stand_in_the_dictionary_of_its_sisters() -> None:
    assert forms_of(["knjižnica"], "hr")["knjižnica"] >= {"knjižnica", "knjižnice", "knjižnicom"}


def test_words_of_one_lemma_share_their_forms() -> None:
    forms = forms_of(["merge", "merged"], "en")
    assert forms["merge"] >= {"merging", "merged"}
    assert forms["merged"] >= {"merging", "merge"}


def test_regular_english_forms_that_the_dictionary_lacks_are_added() -> None:
    forms = forms_of(["close", "cancel", "lower", "outsource", "levy"], "en")
    assert "closing" in forms["close"]
    assert {"cancelled", "cancelling", "canceled"} <= forms["cancel"]
    assert {"lowered", "lowering"} <= forms["lower"]
    assert "outsourcing" in forms["outsource"]
    assert "levying" in forms["levy"]


def test_short_english_verbs_double_their_last_letter() -> None:
    assert regular_english("plan") == {"plans", "planned", "planning"}
    assert regular_english("axe") == {"axes", "axed", "axing"}
    assert regular_english("fix") == {"fixes", "fixed", "fixing"}
    assert regular_english("clean") == {"cleans", "cleaned", "cleaning"}
    assert regular_english("pp") == regular_english("co-op") == set()
