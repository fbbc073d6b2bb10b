"""bytes -> Understanding: the unit that run, explain, tests, benchmarks and a cluster all call."""

from collections.abc import Callable
from dataclasses import replace

from harvester.classify import Classifier
from harvester.classify.spoken import spoken
from harvester.message.reader import Reader
from harvester.model import Disposition, Message, Understanding, Verdict


def understand(raw: bytes, reader: Reader, classifier: Classifier, keep: Callable[[bytes], str]) -> Understanding:
    """Read and judge one mail. Pure but for ``keep``, which takes an attachment's bytes and returns
    their SHA-256 (hex); never raises because the mail is odd: see ``Message.quarantine``.
    """
    message = reader.read(raw, keep)
    verdict = judge(message, classifier)
    if not message.quarantine:
        message = replace(message, segments=spoken(message, verdict.language))
    return Understanding(message, verdict)


def judge(message: Message, classifier: Classifier) -> Verdict:
    """The verdict alone; a quarantined mail gets none of substance."""
    if message.quarantine:
        return Verdict(Disposition.UNCLEAR, f"quarantined: {message.quarantine}", review_suggested=True)
    return classifier.judge(message)
