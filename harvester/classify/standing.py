"""Is what a rule found an example, a plan, or something that was turned down? Decided clause by clause.

Whether it is about public service at all is asked of ``frame``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harvester.classify.frame import ASKED, OTHER_SENSE, by_itself, frame, of_a_firm
from harvester.classify.hits import Hit, Read, once_a_sentence
from harvester.classify.spans import Span
from harvester.model import Standing

NEGATION_BEFORE = 6  # words between a negation and what it turns down
NEGATION_OF_SEVERAL_WORDS = 3  # "rather than": turns down the thing next to it
NEGATION_AFTER = 4  # "wir teilen uns den Leiter nicht"
NEGATION_LAST = frozenset({"de", "nl", "da", "sv"})  # languages that can say so
SHORT_SENTENCE = 7  # words; "The council voted against." speaks of the sentence before
STORY = 3  # sentences after the hit that may still speak of it: "There were meetings. Nothing came of it."
ASIDE = 1  # sentences in between that may speak of something else, if the next begins with "it"
SOFTENED = 4  # words between a "not" and the refusal that it takes back: "nobody remembers to oppose it"
BESIDE = 2  # words between "at first" and a refusal
NEXT_TO = 2  # words between a wish and what was wished: "wanted to ... close"
STRAY = 0.35  # weight of what might be, or is said of nobody in particular
BY_ITSELF = 0.8  # ... in no word beside the rule's own
EXPLAINED = 0.3  # the story of another category: what was closed is what residents then took over


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a hit is worth. ``factor`` multiplies its rule's weight."""

    standing: Standing
    factor: float = 1.0


def judge(hit: Hit, read: Read) -> Judgement:
    """The standing of one hit, and how much of its weight remains."""
    if not _counts(hit, read):
        return Judgement(Standing.REJECTED, frame(hit.sentence, read))
    segment = _segment(hit, read)
    clause = read.text.clause(read.sentence(hit.sentence), hit.first, hit.last)
    maybe = _perhaps(clause, hit, read) or _only_wished(clause, hit, read)
    planned = maybe or any(_within(cue, segment) for cue in read.cues(hit.sentence, "plan"))
    vague = any(_within(cue, segment) for cue in read.cues(hit.sentence, "elsewhere"))
    factor = frame(hit.sentence, read)
    for weaker, applies in (
        (BY_ITSELF, by_itself(hit, read)),
        (STRAY, maybe or vague),
        (ASKED, read.sentence(hit.sentence).asks),
        (EXPLAINED, _explained(hit, read)),
        (OTHER_SENSE, hit.rule.was_public and of_a_firm(hit.sentence, read)),
    ):
        if applies:
            factor *= weaker
    return Judgement(Standing.PLANNED if planned else Standing.EXAMPLE, factor)


def _negated(hit: Hit, read: Read) -> bool:
    """A "not" in the same clause that belongs to the hit and is no part of its own phrase."""
    negations = read.cues(hit.sentence, "negation")
    if not negations:
        return False
    clause = read.text.clause(read.sentence(hit.sentence), hit.first, hit.last)
    harmless = read.cues(hit.sentence, "not_negation")
    for cue in negations:
        if not _within(cue, clause) or any(_overlap(cue, other) for other in harmless):
            continue
        if read.bits(cue[0]) & hit.classes or _in_between(cue, hit, read):
            continue
        reach = NEGATION_BEFORE if cue[1] - cue[0] == 1 else NEGATION_OF_SEVERAL_WORDS
        before = cue[0] < hit.last and hit.first - cue[1] <= reach
        after = cue[0] >= hit.last and cue[0] - hit.last <= NEGATION_AFTER
        if before or (after and read.language.code in NEGATION_LAST):
            return True
    return False


def _in_between(cue: Span, hit: Hit, read: Read) -> bool:
    """In a clause amid the hit that holds none of its words: "the neighbours, not far away, share our clerk"."""
    left, right = read.text.clause(read.sentence(hit.sentence), *cue)
    if left <= hit.first or hit.last <= right:
        return False
    return not any(read.bits(word) & hit.classes for word in range(left, right))


def _turned_down(hit: Hit, read: Read) -> bool:
    """Refused, dropped or ended: in the same stretch of the sentence, later in it, or in the next sentence."""
    ends = [cue for cue in _ends(hit.sentence, read) if not _taken(cue, hit, read)]
    if ends:
        segment = _segment(hit, read)
        if any(_within(cue, segment) and not _since_then(cue, hit, read) for cue in ends):
            return True
        beyond = (segment[1], read.sentence(hit.sentence).end)
        if any(_within(cue, beyond) and _last_word(cue, hit.sentence, read) for cue in ends) and _about_what_was_said(
            hit.sentence, beyond, read
        ):
            return True
    return _turned_down_later(hit.sentence, read) or _did_not_last(hit.sentence, read)


def _since_then(cue: Span, hit: Hit, read: Read) -> bool:
    """ "The residents would not have it, and since April they run it": told of a time after the refusal."""
    return any(cue[1] <= now[0] < hit.last for now in read.cues(hit.sentence, "by_now"))


@once_a_sentence
def _did_not_last(sentence: int, read: Read) -> bool:
    """ "They ran it for two summers. Then the money ran out": for a while, and back again."""
    for number in (sentence, sentence + 1):
        for while_ in read.cues(number, "for_a_while"):
            if any(back[0] >= while_[1] for back in read.cues(number, "back_again")):
                return True
            if any(read.cues(number + 1, "back_again")):
                return True
    return False


@once_a_sentence
def _turned_down_later(sentence: int, read: Read) -> bool:
    """In one of the next sentences, as long as they tell nothing else.

    One of them may speak of something else in between: "They would pay. The hall was full. It was refused."
    """
    aside = 0
    for number in range(sentence + 1, min(sentence + 1 + STORY, len(read.text.sentences))):
        stretch = (read.sentence(number).start, read.sentence(number).end)
        if not _about_what_was_said(number, stretch, read):
            aside += 1
            if aside > ASIDE or any(read.hits_in(number)):
                return False
            continue
        if aside and not _begins_by_pointing_back(number, read):
            return False
        if any(not _softened(cue, number, read) and _last_word(cue, number, read) for cue in _ends(number, read)):
            return True
    return False


def _last_word(cue: Span, sentence: int, read: Read) -> bool:
    """Nothing turns the story once more: "they opposed it, but in the end it was done"."""
    return not any(turn[0] >= cue[1] for turn in read.cues(sentence, "contrast"))


def _perhaps(clause: Span, hit: Hit, read: Read) -> bool:
    conditionals = read.cues(hit.sentence, "conditional")
    harmless = read.cues(hit.sentence, "not_conditional") if conditionals else ()
    return any(
        _within(cue, clause) and not _cannot(cue, read, hit) and not any(_overlap(cue, other) for other in harmless)
        for cue in conditionals
    )


def _only_wished(clause: Span, hit: Hit, read: Read) -> bool:
    """ "wanted to close it", of which nobody says that it was done."""
    return any(
        _within(cue, clause) and hit.first - NEXT_TO <= cue[1] <= hit.last for cue in read.cues(hit.sentence, "wish")
    )


def _cannot(cue: Span, read: Read, hit: Hit) -> bool:
    """ "could not afford it" tells why, not what might be."""
    return any(negation[0] == cue[1] for negation in read.cues(hit.sentence, "negation"))


def _about_what_was_said(number: int, stretch: Span, read: Read) -> bool:
    """These words tell nothing of their own and point back: "but the council rejected it"."""
    ends = _ends(number, read)
    for hit in read.hits_in(number):
        span = (hit.first, hit.last)
        if _within(span, stretch) and not any(_overlap(span, cue) for cue in ends):  # "it was dissolved" tells no more
            return False
    short = stretch[1] - stretch[0] <= SHORT_SENTENCE
    return short or any(_within(cue, stretch) for cue in read.cues(number, "points_back"))


def _begins_by_pointing_back(number: int, read: Read) -> bool:
    """ "It was refused"; "the plan was dropped" may be another plan's."""
    first = read.sentence(number).start
    return any(cue == (first, first + 1) for cue in read.cues(number, "points_back"))


@once_a_sentence
def _ends(sentence: int, read: Read) -> Sequence[Span]:
    ends = read.cues(sentence, "abandonment", "ending")
    harmless = read.cues(sentence, "not_negation")  # "did not want it any longer" refuses nothing
    return [*ends, *(no for no in read.cues(sentence, "refusal") if not any(_overlap(no, one) for one in harmless))]


def _taken(cue: Span, hit: Hit, read: Read) -> bool:
    """The cue is part of the rule's own phrase, or is itself turned down."""
    own = any(read.bits(word) & hit.classes for word in range(*cue))
    if own and hit.first - 1 <= cue[0] < hit.last and cue[1] <= hit.last:  # not: gave up | the idea; used to | share
        return not _of_a_plan(hit, read)
    return _softened(cue, hit.sentence, read) or _only_why(cue, hit, read)


def _of_a_plan(hit: Hit, read: Read) -> bool:
    """ "The plan to charge for the nursery was dropped": not the nursery."""
    left, _ = read.text.clause(read.sentence(hit.sentence), hit.first, hit.last)
    return any(left <= named[0] < hit.first for named in _named(hit.sentence, read))


def _named(sentence: int, read: Read) -> list[Span]:
    """ "the plan", "the experiment": what points back with a noun."""
    return [cue for cue in read.cues(sentence, "points_back") if cue[1] - cue[0] > 1]


def _only_why(cue: Span, hit: Hit, read: Read) -> bool:
    """What ended is the reason, told in a clause of its own: "..., since our own centre was wound up"."""
    left, _ = read.text.clause(read.sentence(hit.sentence), *cue)
    before = [reason[1] for reason in read.cues(hit.sentence, "reason") if left <= reason[0] < cue[0]]
    if any(min(before, default=cue[0]) <= named[0] < cue[0] for named in _named(hit.sentence, read)):
        return False  # "after two break-ins the experiment was stopped"
    return bool(before) and not (left <= hit.first and hit.last <= min(before))


def _softened(cue: Span, sentence: int, read: Read) -> bool:
    """ "was not dropped", "was at first opposed" """
    left, _ = read.text.clause(read.sentence(sentence), *cue)
    if any(max(left, cue[0] - SOFTENED) <= no[0] and no[1] <= cue[0] for no in read.cues(sentence, "negation")):
        return True
    return any(cue[0] - BESIDE <= first[1] and first[0] <= cue[1] + 1 for first in read.cues(sentence, "at_first"))


def _segment(hit: Hit, read: Read) -> Span:
    """The stretch of the sentence between "but", "instead" ... around the hit."""
    sentence = read.sentence(hit.sentence)
    turns = [cue[0] for cue in read.cues(hit.sentence, "contrast")]
    if not turns:
        return sentence.start, sentence.end
    left = max((turn for turn in turns if turn <= hit.first), default=sentence.start)
    right = min((turn for turn in turns if turn >= hit.last), default=sentence.end)
    return left, right


def _explained(hit: Hit, read: Read) -> bool:
    """Another category, to which the rule gives way, is told in the same sentence or beside it.

    "Besides we closed the museum" is a story of its own.
    """
    if not hit.rule.yields_to:
        return False
    sentence = read.sentence(hit.sentence)
    if any(_within(cue, (sentence.start, hit.last)) for cue in read.cues(hit.sentence, "besides")):
        return False
    if hit.rule.kind is None and any(_counts_anywhere(category, read) for category in hit.rule.yields_to):
        return True  # it tells what was saved and not how
    return any(
        other.rule.category in hit.rule.yields_to and _counts(other, read)
        for other in read.hits_in(*_of_one_matter(hit.sentence, read))
    )


def _of_one_matter(sentence: int, read: Read) -> list[int]:
    """The sentence and its neighbours, but no other paragraph and no other item of a list."""
    around = [sentence]
    if sentence and not read.sentence(sentence).opens:
        around.append(sentence - 1)
    if sentence + 1 < len(read.text.sentences) and not read.sentence(sentence + 1).opens:
        around.append(sentence + 1)
    return around


def _counts(hit: Hit, read: Read) -> bool:
    """Asked once of each hit, by itself and by those that give way to it."""
    if hit not in read.counts:
        read.counts[hit] = not (_negated(hit, read) or _turned_down(hit, read) or _turned_down_before(hit, read))
    return read.counts[hit]


def _turned_down_before(hit: Hit, read: Read) -> bool:
    """It speaks of what the sentence before gave up."""
    if not hit.looks_back:
        return False
    before = hit.sentence - 1
    return bool(_ends(before, read)) or not all(_counts(other, read) for other in read.hits_in(before))


def _counts_anywhere(category: str, read: Read) -> bool:
    """Asked of a text once for each category."""
    if category not in read.told:
        read.told[category] = any(hit.rule.category == category and _counts(hit, read) for hit in read.hits)
    return read.told[category]


def _within(cue: Span, span: Span) -> bool:
    return span[0] <= cue[0] < span[1]


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
