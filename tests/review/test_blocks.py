"""Whose words are whose on the page, and evidence where it stands."""

from harvester.classify.topics import Topics
from harvester.model import Segment, SegmentKind
from harvester.review.blocks import blocks
from harvester.review.pieces import pieces
from page_samples import OWN, QUOTED, evidence, told, written

NO_TOPICS = Topics(())


def laid_out(message, *found):
    marks, _ = pieces(told(*found), (), NO_TOPICS)
    return blocks(message, marks)


def segments(*parts: tuple[SegmentKind, str]):
    text, found = "", []
    for kind, words in parts:
        found.append(Segment(kind, len(text), len(text) + len(words)))
        text += words
    own = "".join(words for kind, words in parts if kind is SegmentKind.OWN).strip()
    return written(own, text=text, segments=tuple(found))


def test_own_words_are_open_and_quoted_ones_are_folded():
    own, quoted = laid_out(written())
    assert (own.kind, own.text, own.start) == (SegmentKind.OWN, OWN, 0)
    assert (quoted.kind, quoted.text, quoted.start) == (SegmentKind.QUOTED, QUOTED.strip("\n"), None)


def test_evidence_is_marked_where_it_stands_between_quotes():
    own, quoted = SegmentKind.OWN, SegmentKind.QUOTED
    message = segments((own, "\n\n Hello.\n\n"), (quoted, "> why\n"), (own, "\nWe share a clerk.\n"), (quoted, "> x"))
    found = laid_out(message, evidence(message.own_text, "share a clerk"))
    answer = found[2]
    assert answer.text == "We share a clerk."
    assert message.own_text[answer.start :].startswith("We share")
    assert [run.text for run in answer.runs if run.under] == ["share a clerk"]
    assert [one.kind for one in found] == [own, quoted, own, quoted]


def test_folds_that_follow_each_other_are_one():
    message = segments((SegmentKind.OWN, "Yes.\n"), (SegmentKind.QUOTED, "> a\n"), (SegmentKind.QUOTED, "> b\n"))
    assert [one.text for one in laid_out(message)] == ["Yes.", "> a\n> b"]


def test_words_that_were_cut_for_the_rules_come_in_one_piece():
    message = written("We share " + "x" * 50, own_text="We share", flags=("text-cut",))
    own, quoted = laid_out(message, evidence("We share", "share"))
    assert own.text == "We share"
    assert [run.text for run in own.runs if run.under] == ["share"]
    assert quoted.kind is SegmentKind.QUOTED


def test_a_mail_without_words_has_no_blocks():
    assert laid_out(segments((SegmentKind.OWN, " \n "), (SegmentKind.QUOTED, "\n"))) == []


def test_signs_of_many_bytes_do_not_shift_evidence():
    own = "Grüße 😀 aus Łódź: wir teilen uns einen Bürgermeister."
    (block, _) = laid_out(written(own), evidence(own, "teilen uns einen Bürgermeister"))
    assert [run.text for run in block.runs if run.under] == ["teilen uns einen Bürgermeister"]
