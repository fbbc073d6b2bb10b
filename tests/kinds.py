"""What kind of mail it is, asked as the classifier asks."""

from collections.abc import Mapping

from harvester.classify.disposition import certain
from harvester.classify.disposition import disposition as by_words
from harvester.model import Disposition, Evidence, Message


def disposition(
    message: Message, said: Mapping[str, Evidence], has_evidence: bool, language: str, *, nearly: bool = False
) -> tuple[Disposition, str]:
    return certain(message) or by_words(message, said, has_evidence, language, nearly=nearly)
