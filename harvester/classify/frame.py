"""Is a sentence about public service at all? Companies, software, football, a choir's own affairs weigh little."""

from harvester.classify.hits import Hit, Read, once_a_sentence

ADVERT = 2  # signs of an advert, a newsletter or an invitation that make a whole text one
PRIVATE = 2  # signs of a choir, a house or a firm that make a whole text one of theirs
QUESTIONS = 2  # so many make a text one that asks,
TELLING = 6  # if there are not more than so many sentences to each of them
FAR_FROM_FRAME = 0.97  # public service is spoken of elsewhere in the text only
WITHOUT_FRAME = 0.3  # ... nowhere
SHORT_TEXT = 5  # sentences; in these every word stands beside the other
OTHER_SENSE = 0.2  # another thing is spoken of
ASKED = 0.2  # a question tells nothing


@once_a_sentence
def frame(sentence: int, read: Read) -> float:
    """How sure we are that this is about public service."""
    if read.adverts >= ADVERT or read.stranger:
        return OTHER_SENSE
    if read.questions >= QUESTIONS and read.questions * TELLING >= len(read.text.sentences):
        return ASKED
    if _in_another_sense(sentence, read) or _among_themselves(sentence, read):
        return OTHER_SENSE
    around = range(sentence - 1, sentence + 2)
    if any(read.cues(n, "frame") for n in around):
        return 1.0
    return FAR_FROM_FRAME if read.has_frame else WITHOUT_FRAME


def _among_themselves(sentence: int, read: Read) -> bool:
    """A choir, a house of flats or a firm writes, and no authority is named: two choirs may share a conductor."""
    return read.private >= PRIVATE and not read.cues(sentence, "authority")


@once_a_sentence
def of_a_firm(sentence: int, read: Read) -> bool:
    """A bakery or a factory is spoken of, and nobody says that an authority had it."""
    around = range(sentence - 1, sentence + 2)
    return any(read.cues(n, "business") for n in around) and not any(read.cues(n, "public_hand") for n in around)


def by_itself(hit: Hit, read: Read) -> bool:
    """In a long text, with nothing about public service around but the words that made the rule speak."""
    if len(read.text.sentences) <= SHORT_TEXT:
        return False
    if read.cues(hit.sentence - 1, "frame") or read.cues(hit.sentence + 1, "frame"):
        return False
    return all(hit.first <= cue[0] < hit.last for cue in read.cues(hit.sentence, "frame"))


def _in_another_sense(sentence: int, read: Read) -> bool:
    """A sentence that names an authority does not care what stands beside it: that is another story."""
    if read.cues(sentence, "other_sense"):
        return True
    if read.cues(sentence, "authority"):
        return False
    return bool(read.cues(sentence - 1, "other_sense") or read.cues(sentence + 1, "other_sense"))
