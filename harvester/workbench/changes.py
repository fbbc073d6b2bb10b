"""Two verdicts on the same reply: what a person would notice, and on which words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harvester.model import Verdict

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A reply of which the rules now say something else. Labels are the categories that count."""

    reply: int | str  # its number, or file:line
    disposition: tuple[str, str]  # before, now
    labels: tuple[Labels, Labels]
    because: tuple[str, ...]  # the words that speak now, or spoke before

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.reply,
            "disposition": list(self.disposition),
            "categories": [list(labels) for labels in self.labels],
            "because": list(self.because),
        }

    def told(self) -> str:
        """``12: unclear -> evidence, +shared   + shared: «share a town clerk» [rule]``"""
        before, now = (
            f"{kind} ({', '.join(labels) or 'no category'})"
            for kind, labels in zip(self.disposition, self.labels, strict=True)
        )
        return "\n    ".join([f"{self.reply}: {before} -> {now}", *self.because])


def change(reply: int | str, old: Verdict, new: Verdict) -> Change | None:
    """What a person would notice: another disposition, or other categories; None if nothing."""
    labels = (labels_of(old), labels_of(new))
    if old.disposition == new.disposition and labels[0] == labels[1]:
        return None
    kinds = (str(old.disposition), str(new.disposition))
    return Change(reply, kinds, labels, tuple(_words(old, new, labels)))


def labels_of(verdict: Verdict) -> Labels:
    return tuple(sorted(one.id for one in verdict.categories))


def _words(old: Verdict, new: Verdict, labels: Sequence[Labels]) -> Iterator[str]:
    """For each category that came or went, the words that made it count."""
    for verdict, mark, others in ((new, "+", labels[0]), (old, "-", labels[1])):
        for one in verdict.categories:
            if one.id not in others and one.evidence:
                strongest = max(one.evidence, key=lambda piece: piece.weight)
                yield f"{mark} {one.id}: «{' '.join(strongest.text.split())}» [{strongest.rule}]"
