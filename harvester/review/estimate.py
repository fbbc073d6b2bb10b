"""What an audit says about the machine: precision, recall and true counts of each category, with their intervals.

Each judged reply counts as often as it stands for others (``weight``, within its stratum rescaled to what was judged).
Intervals are Wilson's on the effective sample size of Kish (1965), (sum of weights)^2 / sum of squared weights.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harvester.shares import wilson
from harvester.store.audits import Item


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval; None where nothing was judged that could tell."""

    value: float | None
    between: tuple[float, float] | None
    judged: int  # replies that it rests on


@dataclass(frozen=True, slots=True)
class Estimate:
    category: str
    precision: Share
    recall: Share
    machine: int  # replies of the strata that the machine filed under it
    truly: float | None  # how many there are, by the reviewers' word
    truly_between: tuple[float, float] | None


Weighed = Sequence[tuple[float, bool]]  # weight, hit


def estimates(items: Sequence[Item], strata: Mapping[str, int], categories: Sequence[str]) -> list[Estimate]:
    """One a category, in the order given."""
    judged = [item for item in items if item.answer is not None]
    seen = Counter(item.stratum for item in judged)
    weighed = [(strata[item.stratum] / seen[item.stratum], item) for item in judged]
    return [_of(name, weighed, strata) for name in categories]


def _of(name: str, weighed: Sequence[tuple[float, Item]], strata: Mapping[str, int]) -> Estimate:
    named = [(weight, name in item.machine, name in (item.answer or ())) for weight, item in weighed]
    precision = _share([(weight, truly) for weight, machine, truly in named if machine])
    recall = _share([(weight, machine) for weight, machine, truly in named if truly])
    there = _share([(weight, truly) for weight, _, truly in named])
    known = sum(weight for weight, *_ in named)  # of strata of which nothing was judged, nothing is known
    machine = sum(size for stratum, size in strata.items() if name in stratum.split("+"))
    if there.value is None or there.between is None:
        return Estimate(name, precision, recall, machine, None, None)
    low, high = (round(end * known, 1) for end in there.between)
    return Estimate(name, precision, recall, machine, round(there.value * known, 1), (low, high))


def _share(weighed: Weighed) -> Share:
    whole = sum(weight for weight, _ in weighed)
    if not whole:
        return Share(None, None, 0)
    value = sum(weight for weight, hit in weighed if hit) / whole
    effective = whole * whole / sum(weight * weight for weight, _ in weighed)
    between = wilson(value * effective, effective)
    assert between
    return Share(round(value, 4), (between[0], between[1]), len(weighed))
