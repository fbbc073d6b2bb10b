"""How much of a text is classified."""

import re

from harvester.model import Limits


def bounded(text: str, limits: Limits) -> tuple[str, bool]:
    """Not longer than what is classified, and no run without blanks that would take a tokenizer minutes; and whether
    something was left out."""
    run = limits.unbroken_run
    found = re.sub(rf"(\S{{{run}}})\S+", r"\1", text[: limits.classified_chars])
    return found, len(found) < len(text)
