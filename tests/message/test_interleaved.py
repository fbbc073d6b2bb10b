"""Answers typed into our own words, where no mark tells them apart."""

from harvester.message.interleaved import typed_between

QUESTION = "Do two or more authorities share a chief executive?"
OTHER = "Do tenants or volunteers run a service themselves?"
LINK = "http://council.example/page"


def typed(*lines: tuple[str, bool]) -> list[str]:
    """The lines found, given lines and whether each is ours."""
    texts = [line for line, _ in lines]
    starts = [sum(len(text) + 1 for text in texts[:n]) for n in range(len(texts))]
    known = [
        (start, start + len(text)) for start, (text, ours) in zip(starts, lines, strict=True) if ours and text
    ]  # fmt: skip
    found = typed_between(texts, starts, known, [text.startswith("From:") for text in texts])
    return [texts[n] for span in found for n in span if texts[n]]


def test_what_stands_between_two_questions_was_typed():
    answer = "We share one since last year."
    assert typed((QUESTION, True), ("", False), (answer, False), ("", False), (OTHER, True)) == [answer]


def test_a_request_told_in_other_words_is_no_answer_because_it_holds_our_links():
    told = "Two others consider a joint service:"
    assert typed((LINK, True), ("", False), (told, False), (LINK, True), ("More words.", False), (LINK, True)) == []


def test_what_follows_our_last_words_is_no_answer():
    assert typed((QUESTION, True), ("And so on and on.", False)) == []


def test_another_mail_in_between_is_no_answer():
    assert typed((QUESTION, True), ("From: somebody", False), ("their own words", False), (OTHER, True)) == []


def test_a_single_word_is_damage():
    assert typed((QUESTION, True), ("executive", False), (OTHER, True)) == []
