"""Message -> Verdict: pure; knows no database, no network and no clock."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harvester.classify.unread import something_unread
from harvester.model import (
    MACHINE,
    CategoryVerdict,
    Disposition,
    Evidence,
    Message,
    Verdict,
)

if TYPE_CHECKING:
    from harvester.classify.hits import Read
    from harvester.classify.rulebook import Rulebook

LONG_ENOUGH = 200  # characters of an attachment from which its language can be told


class Classifier:
    """A rulebook at work."""

    def __init__(self, book: "Rulebook") -> None:
        self._book = book

    def judge(self, message: Message) -> Verdict:
        """What kind of mail it is, what it tells, and who speaks. Never raises because a mail is odd."""
        from harvester.classify.absence import absence_of
        from harvester.classify.bounce import bounce_of
        from harvester.classify.disposition import certain, disposition
        from harvester.classify.language import language_of
        from harvester.classify.marking import marking
        from harvester.classify.respondent import respondent

        language = language_of(message.own_text or message.subject)
        # what is certainly a machine's is not read for examples: they would not count
        machine = certain(message)
        evidence, said, in_confidence = ([], {}, None) if machine else self._found(message, language)
        categories, near = self._categories(evidence)
        kind, because = machine or disposition(message, said, bool(categories), language, nearly=bool(near))
        if kind in MACHINE:  # what a machine or a newsletter says is nobody's reply
            categories, near = (), ()
        return Verdict(
            disposition=kind,
            because=because,
            language=language,
            categories=categories,
            near=near,
            respondent=respondent(message, language),
            review_suggested=self._needs_a_person(message, kind, language, categories, near),
            rulebook=self._book.hash,
            bounce=bounce_of(message) if kind is Disposition.BOUNCE else None,
            absence=absence_of(message, language) if kind is Disposition.AUTO_REPLY else None,
            confidential=None if kind in MACHINE else in_confidence or marking(message),
        )

    def _reads(self, message: Message, language: str) -> Iterator["Read"]:
        """Own words, subject and attachments, each in the languages it may be in; paragraphs in another language
        than the rest in theirs too."""
        from harvester.classify.hits import Read
        from harvester.classify.language import language_of
        from harvester.classify.paragraphs import in_other_languages
        from harvester.classify.tokens import cut

        compiled = self._book.compiled
        texts = [("own_text", message.own_text, language), ("subject", message.subject, language)]
        for number, file in enumerate(message.files):
            if file.text:
                own = language_of(file.text) if len(file.text) >= LONG_ENOUGH else language
                texts.append((f"attachment:{number}", file.text, own))
        for where, text, code in texts:
            known = [code] if code in compiled.languages else []
            several = known or (sorted(compiled.languages) if code == "unknown" else [])
            if several and text.strip():
                words = cut(text)
                for one in several:
                    yield Read(compiled, compiled.languages[one], text, where, words)
            if code != "unknown":
                for one, part in in_other_languages(text, code).items():
                    if one in compiled.languages:
                        yield Read(compiled, compiled.languages[one], part, where)

    def _found(self, message: Message, language: str) -> tuple[list[Evidence], dict[str, Evidence], str | None]:
        """The evidence, the heaviest hit for each disposition that a rule file may decide, and the first words that
        ask for confidence, which decide none.

        One text in one language after another, each forgotten before the next: what is in no known language is
        read in all of them, and a long text takes much memory.
        """
        from harvester.classify.confidence import CONFIDENTIAL, asked_in
        from harvester.classify.verdict import evidence_of

        in_confidence: str | None = None
        evidence: list[Evidence] = []
        said: dict[str, Evidence] = {}
        for read in self._reads(message, language):
            evidence += evidence_of(read, self._book.categories)
            in_confidence = in_confidence or asked_in(read, self._book.dispositions)
            for piece in evidence_of(read, self._book.dispositions, topic=False):
                kind = piece.kind or ""
                if kind not in said or said[kind].weight < piece.weight:
                    said[kind] = piece
        said.pop(CONFIDENTIAL, None)
        return evidence, said, in_confidence

    def _categories(self, evidence: list[Evidence]) -> tuple[tuple[CategoryVerdict, ...], tuple[CategoryVerdict, ...]]:
        from harvester.classify.verdict import decide

        counting: list[CategoryVerdict] = []
        near: list[CategoryVerdict] = []
        for category in self._book.categories.values():
            verdict, nearly = decide(category, [e for e in evidence if e.category == category.id])
            near.extend(nearly)
            if verdict is not None:
                counting.append(verdict)
        counting.sort(key=lambda verdict: -verdict.score)
        return tuple(counting), tuple(near)

    def _needs_a_person(
        self,
        message: Message,
        kind: Disposition,
        language: str,
        categories: tuple[CategoryVerdict, ...],
        near: tuple[CategoryVerdict, ...],
    ) -> bool:
        """Never "no evidence" in silence where we could not read or were not sure."""
        if kind in MACHINE:
            return False
        if language not in self._book.languages:
            return bool(message.own_text.strip() or message.enclosures)
        if any(verdict.why == "below-threshold" for verdict in near):
            return True
        return not categories and something_unread(message)
