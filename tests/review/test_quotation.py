"""Only words that stand in a reply can be marked, and they are kept verbatim."""

import time

import pytest

from harvester.model import Attachment, TextStatus
from harvester.review.quotation import LONGEST, NotThere, Place, find
from page_samples import OWN, written

REPORT = Attachment("r.pdf", "application/pdf", "", 1, "ab" * 32, False, TextStatus.READ, "One pool, one manager.")


def test_words_are_found_with_their_place():
    assert find("share a chief", written()) == Place("own_text", 3, 16, "share a chief")


def test_blanks_and_line_ends_may_differ_and_the_quotation_is_what_stands_there():
    found = find("East  March. It\tsaves", written())
    assert found.text == "East March.\nIt saves"
    assert OWN[found.start : found.end] == found.text


def test_of_several_places_the_one_that_was_selected():
    message = written("We share. They share. All share.")
    assert find("share", message).start == 3
    assert find("share", message, "own_text", 15).start == 15
    assert find("share", message, "own_text", 99).start == 26


def test_words_of_the_subject_and_of_a_file_are_found_too():
    message = written(attachments=(REPORT,))
    assert find("reply 1", message).where == "subject"
    assert find("one manager", message) == Place("attachment:0", 10, 21, "one manager")


def test_where_the_person_selected_comes_first():
    message = written("One pool.", attachments=(REPORT,))
    assert find("One pool", message).where == "own_text"
    assert find("One pool", message, "attachment:0").where == "attachment:0"


@pytest.mark.parametrize(
    "words", ["share a mayor", "Two or more authorities merging", "SHARE A CHIEF", "[a-z]+", "sharea"]
)
def test_what_they_did_not_say_is_refused_with_a_sentence_that_helps(words):
    with pytest.raises(NotThere, match="does not stand in this reply"):
        find(words, written())


def test_nothing_can_be_marked_in_a_mail_that_was_not_read():
    with pytest.raises(NotThere, match="Nothing of this reply was read"):
        find("share", None)


def test_too_long_a_passage_is_refused():
    with pytest.raises(NotThere, match="at most 5,000"):
        find("x" * (LONGEST + 1), written())


def test_hostile_repetition_takes_no_time():
    message = written("a " * 50_000)
    began = time.process_time()
    with pytest.raises(NotThere):
        find("a " * 2_000 + "b", message)
    assert find("a " * 2_000, message).start == 0
    assert time.process_time() - began < 2
