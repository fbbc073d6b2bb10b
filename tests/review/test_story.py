"""What happened to a reply, in sentences."""

from datetime import timedelta

from harvester.classify.topics import Topics
from harvester.review.story import story
from harvester.store.one import Happened
from store_samples import NOW

TOPICS = Topics((), {"shared": "Authorities share", "shared.service": "One service"})


def told(*happened: Happened) -> list[tuple[str, str, str]]:
    return [(one.what, one.who, one.note) for one in story(happened, TOPICS)]


def test_the_newest_comes_first_and_the_program_is_named_as_such():
    early = Happened(NOW, "", "reply", "", "received")
    late = Happened(NOW + timedelta(hours=1), "", "reply", "received", "understood", "evidence")
    assert told(early, late) == [("Read", "the program", "Evidence"), ("Taken in from the mailbox", "the program", "")]


def test_who_looks_again_and_again_is_told_once():
    looks = [Happened(NOW + timedelta(hours=n), "anna", "looked at it") for n in range(3)]
    (one,) = story(looks, TOPICS)
    assert (one.what, one.times, one.at) == ("Looked at it", 3, NOW + timedelta(hours=2))


def test_a_review_says_what_it_changed():
    change = {
        "settled": True, "disposition": "evidence", "categories": ["shared"], "kinds": ["shared.service"],
        "standings": {"shared": "planned"}, "country": "AT", "organisation": None, "quote_worthy": True,
        "may_share": False, "marks": [{}],
    }  # fmt: skip
    assert told(Happened(NOW, "anna", "review", note="fine", decision=change)) == [
        (
            "Reviewed and settled",
            "anna",
            "Evidence; Authorities share: One service (planned); organisation: as the machine says; country: Austria; "
            "worth quoting; not to be shared; 1 passage marked; “fine”",
        )
    ]


def test_moves_that_nobody_has_put_into_words_are_shown_as_they_are():
    assert told(Happened(NOW, "", "reply", "received", "evaporated"))[0][0] == "evaporated"
    assert told(Happened(NOW, "ben", "moved to Mars", note="why not")) == [("Moved to Mars", "ben", "why not")]


def test_cases_name_who_split_them():
    assert told(Happened(NOW, "", "case", "0", "3", "anna")) == [("Split into 3 cases", "anna", "")]
    assert told(Happened(NOW, "", "case", "3", "0", "anna")) == [("Taken as one case", "anna", "")]


def test_new_rules_say_what_became_what():
    assert told(Happened(NOW, "", "verdict", "unclear", "evidence", "by the rules ab"))[0][0] == (
        "New rules: Unclear became Evidence"
    )
