"""``understand`` as a run calls it, in this process: the rules that ship, files hashed and not kept."""

import hashlib
from collections.abc import Callable

from fuzz.shapes import OURS
from harvester.classify import Classifier
from harvester.classify.rulebook import load
from harvester.message.reader import Reader
from harvester.model import Limits, Understanding
from harvester.understand import understand as understanding
from harvester.worker import FIRST_MAIL
from world import REPO, compiled_rules


def understand() -> Callable[[bytes], Understanding]:
    reader = Reader([OURS], Limits(), None)
    classifier = Classifier(load(REPO / "rules", compiled_rules()))

    def whole(raw: bytes) -> Understanding:
        return understanding(raw, reader, classifier, lambda data: hashlib.sha256(data).hexdigest())

    whole(FIRST_MAIL)  # whatever is loaded at the first need
    return whole
