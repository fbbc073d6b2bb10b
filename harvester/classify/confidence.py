"""The sender's own words that ask not to be published, quoted or named."""

from collections.abc import Collection

from harvester.classify.hits import Read

CONFIDENTIAL = "confidential"
"""The kind in the rule files. It says nothing of what kind of mail a reply is, and decides no disposition."""
LONGEST = 500  # characters kept of a sentence


def asked_in(read: Read, rule_files: Collection[str]) -> str | None:
    """The first sentence in which one of these files' rules hears it, as it was written; of one without an end,
    the part that the rule heard."""
    for hit in read.hits:
        if hit.rule.category in rule_files and hit.rule.kind == CONFIDENTIAL:
            sentence = read.sentence(hit.sentence)
            start, end = read.text.place(sentence.start, sentence.end)
            if end - start > LONGEST:
                start, end = read.text.place(hit.first, hit.last)
            return read.text.source[start:end]
    return None
