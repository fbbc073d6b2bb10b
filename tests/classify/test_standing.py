"""Standing of what a rule found, clause by clause, on a rulebook of three rules and the shipped cues."""

import time
from pathlib import Path

import pytest

from harvester.classify.hits import Read
from harvester.classify.rulebook import Rulebook, load
from harvester.classify.standing import ASKED, BY_ITSELF, EXPLAINED, OTHER_SENSE, STRAY, Judgement, judge
from harvester.model import Standing

EXAMPLE, PLANNED, REJECTED = Standing.EXAMPLE, Standing.PLANNED, Standing.REJECTED
WORDS = Path(__file__).parents[2] / "rules" / "words"
LIBRARY = """id = "library"
title = "Library"
[[rule]]
id = "volunteers-en"
lang = "en"
because = "volunteers run it"
phrases = ["(volunteers|club) ... (run|runs|ran) ... library", "library ... run by ... (volunteers|club)"]
[[rule]]
id = "volunteers-de"
lang = "de"
because = "Ehrenamtliche führen sie"
phrases = [
    "(führt|führen|betreiben|betreibt) ... Bücherei", "Bücherei ... (geführt|betrieben)",
    "Ehrenamtliche ... Bücherei ... führen",
]
"""
CLOSED = """id = "closed"
title = "Closed"
[[kind]]
id = "shut"
[[rule]]
kind = "shut"
id = "closed-en"
lang = "en"
because = "it was closed"
phrases = ["(library|pool) ... closed", "closed ... (library|pool)"]
unless = ["towns share"]
yields_to = ["library"]
"""
MUSEUM = """id = "museum"
title = "Museum"
[[rule]]
id = "museum-en"
lang = "en"
because = "a club runs it"
phrases = ["(club|volunteers) ... (run|runs) && museum"]
"""
SAVED = """id = "saved"
title = "Saved"
[[rule]]
id = "saved-en"
lang = "en"
because = "it saved"
phrases = ["(council|town) saved"]
yields_to = ["library"]
"""
OURS = """id = "ours"
title = "Ours"
was_public = true
[[rule]]
id = "bought-en"
lang = "en"
because = "they bought it"
phrases = ["(bought|took over) ... (cinema|bakery)"]
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    rules = tmp_path_factory.mktemp("rules")
    (rules / "words").mkdir()
    for language in ("en", "de"):
        (rules / "words" / f"{language}.toml").write_bytes((WORDS / f"{language}.toml").read_bytes())
    (rules / "library.toml").write_text(LIBRARY, encoding="utf-8")
    (rules / "closed.toml").write_text(CLOSED, encoding="utf-8")
    (rules / "museum.toml").write_text(MUSEUM, encoding="utf-8")
    (rules / "ours.toml").write_text(OURS, encoding="utf-8")
    (rules / "saved.toml").write_text(SAVED, encoding="utf-8")
    return load(rules, None)


def judged(book: Rulebook, language: str, text: str, category: str = "library") -> list[Judgement]:
    read = Read(book.compiled, book.compiled.languages[language], text, "own_text")
    return [judge(hit, read) for hit in read.hits if hit.rule.category == category]


@pytest.mark.parametrize(
    ("language", "text", "standing"),
    [
        ("en", "Volunteers run the library of our town.", EXAMPLE),
        ("en", "Volunteers do not run the library of our town.", REJECTED),
        ("en", "The library of our town is not run by volunteers.", REJECTED),
        ("en", "Nobody gets money, volunteers run the library of our town.", EXAMPLE),
        ("en", "Not only do volunteers run the library of our town.", EXAMPLE),
        ("en", "The library of our town is no longer open in the evening, and volunteers run the library.", EXAMPLE),
        ("en", "Volunteers wanted to run the library, but the council rejected it.", REJECTED),
        ("en", "Volunteers run the library, but the council rejected the budget of the museum in May.", EXAMPLE),
        ("en", "The museum plan was dropped, but volunteers run the library of the town.", EXAMPLE),
        ("en", "Volunteers offered to run the library. The council was against it.", REJECTED),
        ("en", "Volunteers run the library. The county rejected the budget for roads and bridges last May.", EXAMPLE),
        ("en", "Volunteers run the library. The plan was not dropped.", EXAMPLE),
        ("en", "Volunteers ran the library until the club was dissolved.", REJECTED),
        ("en", "Volunteers offered to run the library. There was cake. Nothing came of it.", REJECTED),
        ("en", "Volunteers run the library. The council was at first against it.", EXAMPLE),
        ("en", "Volunteers run the library. The council was against it, but in the end agreed.", EXAMPLE),
        ("en", "Volunteers run the library. Some residents opposed it.", EXAMPLE),
        ("en", "Volunteers run the library, since our own service was wound up.", EXAMPLE),
        ("en", "Volunteers will run the library of our town from next year.", PLANNED),
        ("en", "Our council is considering whether volunteers run the library.", PLANNED),
        ("en", "Volunteers run the library that we could not afford.", EXAMPLE),
        ("en", "Volunteers could run the library of the town.", PLANNED),
        ("en", "Volunteers run the library, which nobody remembers to oppose.", EXAMPLE),
        ("en", "Not without success, volunteers run the library of our town.", EXAMPLE),
        ("en", "The county did not stop us from letting the club run the library.", EXAMPLE),
        ("en", "The club, with not a penny, runs the library.", EXAMPLE),
        ("en", "Volunteers offered to run the library; the council voted against it.", REJECTED),
        ("en", "The museum was rejected; the library run by volunteers too.", REJECTED),
        ("de", "Ehrenamtliche führen die Bücherei der Stadt.", EXAMPLE),
        ("de", "Ehrenamtliche führen die Bücherei der Stadt nicht.", REJECTED),
        ("de", "Die Bücherei wird nicht von Ehrenamtlichen geführt.", REJECTED),
        ("de", "Niemand bekommt Geld, Ehrenamtliche führen die Bücherei der Stadt.", EXAMPLE),
        ("de", "Ehrenamtliche wollten die Bücherei der Stadt führen, der Rat lehnte es ab.", REJECTED),
        ("de", "Ehrenamtliche führen die Bücherei der Stadt, nachdem das Amt aufgelöst wurde.", EXAMPLE),
        ("de", "Künftig führen Ehrenamtliche die Bücherei der Stadt.", PLANNED),
    ],
)  # fmt: skip
def test_a_clause_says_how_a_thing_stands(book, language, text, standing):
    assert [one.standing for one in judged(book, language, text)] == [standing]


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("Volunteers run the library of our town.", 1.0),
        ("Do volunteers run the library of our town?", ASKED),
        ("Perhaps volunteers run the library of our town.", STRAY),
        ("You ask whether volunteers run the library of our town.", STRAY),
        ("The council thought of letting the club run the library of our town.", STRAY),
        ("Volunteers wanted to run the library of our town.", STRAY),
        ("Volunteers run the library of our town so that we could pay for the pool.", 1.0),
        ("Volunteers run the library of our town. Register now: early birds pay less.", OTHER_SENSE),
        ("In some countries volunteers run the library of the town.", STRAY),
        ("Volunteers run the library of functions: see the pull request on github.", OTHER_SENSE),
    ],
)
def test_what_is_not_said_of_our_towns_weighs_less(book, text, factor):
    assert [one.factor for one in judged(book, "en", text)] == [factor]


def test_another_sense_beside_a_sentence_that_names_an_authority_is_somebody_elses_story(book):
    factory = "The brewery pays its shareholders."
    assert judged(book, "en", f"Volunteers run the library. {factory}")[0].factor == OTHER_SENSE
    assert judged(book, "en", f"The council lets the club run the library. {factory}")[0].factor == 1.0
    inside = "The council lets the club run the library of functions on github."
    assert judged(book, "en", inside)[0].factor == OTHER_SENSE


def test_a_choir_or_a_house_that_writes_to_its_own_is_no_authority(book):
    told = "Volunteers run the library."
    practice = "Dear singers, choir practice is on Monday."
    assert judged(book, "en", f"{practice} {told}")[0].factor == OTHER_SENSE
    assert judged(book, "en", f"Choir practice is on Monday. {told}")[0].factor == 1.0
    assert judged(book, "en", f"{practice} Volunteers run the library of the council.")[0].factor == 1.0


def test_a_text_that_mostly_asks_tells_nothing(book):
    told = "Volunteers run the library of our town."
    asks = "What do you mean by a service? May a town write in German?"
    assert judged(book, "en", f"{told} {asks}")[0].factor == ASKED
    assert judged(book, "en", f"{told} May a town write in German?")[0].factor == 1.0
    assert judged(book, "en", f"{told} {'The council met in the hall. ' * 12}{asks}")[0].factor == 1.0


def test_in_a_long_text_a_word_of_public_service_must_stand_beside_the_finding(book):
    weather = "It rained and rained. "
    assert judged(book, "en", f"{weather * 2}Volunteers run the library. {weather * 2}")[0].factor == 1.0
    assert judged(book, "en", f"{weather * 3}Volunteers run the library. {weather * 3}")[0].factor == BY_ITSELF
    assert judged(book, "en", f"{weather * 3}Volunteers run the library of the town. {weather * 3}")[0].factor == 1.0


def test_items_of_a_list_do_not_explain_each_other(book):
    one, other = "Volunteers run the library.", "The pool was closed."
    assert judged(book, "en", f"{one} {other}", "closed")[0].factor == EXPLAINED
    for between in ("\n\n", "\n- ", "\n2. "):
        assert judged(book, "en", f"{one}{between}{other}", "closed")[0].factor == 1.0


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("The museum was ours. The club runs it.", EXAMPLE),
        ("The museum was ours. The club does not run it.", REJECTED),
        ("The museum was sold after the plan was dropped. The club runs it.", REJECTED),
        ("Volunteers do not run the library in the museum. The club runs it.", REJECTED),
    ],
)
def test_what_looks_back_falls_with_the_sentence_before(book, text, standing):
    assert judged(book, "en", text, "museum")[-1].standing is standing


def test_a_rule_gives_way_to_the_category_that_explains_it(book):
    closed = "The library was closed by the council."
    assert judged(book, "en", closed, "closed")[0].factor == 1.0
    saved = f"{closed} Now volunteers run the library."
    assert judged(book, "en", saved, "closed")[0].factor == EXPLAINED
    refused = f"{closed} Volunteers do not run the library."
    assert judged(book, "en", refused, "closed")[0].factor == 1.0


def test_what_turns_down_in_a_sentence_far_away_changes_nothing(book):
    text = "Volunteers run the library of our town. Every reader gets a card and a cup of coffee. The plan was dropped."
    assert judged(book, "en", text)[0].standing is EXAMPLE


def test_it_was_refused_reaches_over_one_sentence_that_speaks_of_something_else(book):
    text = "Volunteers run the library of our town. Every reader gets a card and a cup of coffee. It was refused."
    assert judged(book, "en", text)[0].standing is REJECTED
    sun = "The sun shone on the square until seven."
    text = f"Volunteers run the library of our town. Every reader gets a card and a coffee. {sun} It was refused."
    assert judged(book, "en", text)[0].standing is EXAMPLE


def test_another_measure_told_beside_it_is_not_explained(book):
    saved = "Volunteers run the library of our town. Besides, the pool was closed."
    assert judged(book, "en", saved, "closed")[0].factor == 1.0


def test_a_sign_without_a_kind_gives_way_to_a_category_anywhere_in_the_text(book):
    saved = "The council saved a lot. The summer was long and dry. The harvest was good. Volunteers run the library."
    assert judged(book, "en", saved, "saved")[0].factor == EXPLAINED
    refused = saved.replace("Volunteers run", "Volunteers do not run")
    assert judged(book, "en", refused, "saved")[0].factor == 1.0


def test_what_cancels_a_rule_does_not_reach_another_measure(book):
    assert not judged(book, "en", "Two towns share what they saved when the library was closed.", "closed")
    assert judged(book, "en", "Two towns share a mayor; besides, the library was closed.", "closed")[0].factor == 1.0


def seconds_for(book: Rulebook, text: str) -> float:
    begun = time.process_time()
    assert judged(book, "en", text)
    return time.process_time() - begun


@pytest.mark.parametrize(
    "sentence", ["Volunteers run the library. ", "The club was dissolved, volunteers run the library. "]
)
def test_many_hits_take_linear_time(book, sentence):
    seconds_for(book, sentence * 20)
    few = min(seconds_for(book, sentence * 200) for _ in range(3))
    many = min(seconds_for(book, sentence * 1_600) for _ in range(2))
    assert many < max(32 * few, 0.5)  # linear is 8 times, and a busy machine slower; quadratic would be 64 times


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Volunteers run the library.", EXAMPLE),
        ("Volunteers ran the library for two years.", EXAMPLE),
        ("For two winters volunteers ran the library. Then they gave us the keys back.", REJECTED),
        ("Volunteers ran the library. It lasted a year, and the money ran out.", REJECTED),
        ("Volunteers run the library. The baker's money ran out.", EXAMPLE),
        ("The council would have rejected it, and since April volunteers run the library.", EXAMPLE),
        ("The council rejected it that volunteers run the library since April.", REJECTED),
    ],
)
def test_what_was_tried_for_a_while_and_came_back_is_turned_down(book, text, standing):
    read = Read(book.compiled, book.compiled.languages["en"], text, "own_text")
    assert [judge(hit, read).standing for hit in read.hits if hit.rule.category == "library"] == [standing]


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("The staff bought the bakery in our town.", OTHER_SENSE),
        ("The staff bought the municipal cinema.", 1.0),
        ("The council could no longer pay. The staff took over the cinema.", 1.0),
    ],
)
def test_what_a_firm_had_is_nothing_that_an_authority_gave_up(book, text, factor):
    assert [one.factor for one in judged(book, "en", text, "ours")] == [factor]
