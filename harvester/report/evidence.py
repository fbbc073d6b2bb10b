"""The evidence report: per category and kind the cases, with quotations, counts with their base, method and limits.

``gather`` reads the store once; what comes out is plain data, and frozen as JSON it makes the same pages byte for byte.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from harvester.classify.topics import Topic, topics
from harvester.config import Config
from harvester.report.cases import Case, Quotation, cases
from harvester.report.choice import Choose, everything
from harvester.report.picking import Pick, check
from harvester.report.picking import chosen as those_picked
from harvester.store import cases as kept
from harvester.store import confidence, decisions, inbox, listing, replies
from harvester.store.figures import figures
from harvester.store.inbox import Asked

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 200  # replies read at once


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of a category, or what of the category is of no kind (``title`` of the category then)."""

    id: str
    title: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One category."""

    id: str
    title: str
    request: str
    replies: int
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """``left_out``: replies with evidence whose senders ask for confidence, left out because nobody has decided that
    they may be shown; None where everything is shown."""

    title: str
    organisation: str
    made_at: str
    deadline: str | None
    replies: int
    people: int
    with_evidence: int
    settled: int
    countries: int
    planned: int
    left_out: int | None
    rulebooks: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    chosen: str = ""  # which replies it is about, in words; nothing: all of them
    offered: int = 0  # cases that these replies tell, where somebody picked some of them
    picked: tuple[str, ...] = ()  # names of the cases that somebody picked; nothing: all that there are


def gather(
    tx: "Connection", config: Config, now: datetime, *, share: bool, choose: Choose = everything, chosen: str = "",
    picked: Collection[Pick] | None = None,
) -> Report:  # fmt: skip
    """``share``: for people outside, so without what was sent in confidence unless a person decided otherwise.
    ``choose``: about which replies; ``chosen``: the same in words. ``picked``: only these of their cases.
    Raises Unusable where one of them is not there."""
    counted = figures(tx, lambda moment: moment.date(), config.request.deadline)
    told: list[Case] = []
    per_category: Counter[str] = Counter()
    settled = with_evidence = left_out = offered = 0
    rulebooks: Counter[str] = Counter()
    withheld = confidence.kept_back(tx) if share else frozenset()
    known = topics(config.classify.rules).all
    for one in each(tx, about(tx, config, choose, picked)):
        with_evidence += 1
        settled += one.settled
        if one.reply_id in withheld:
            left_out += 1
            continue
        offered += len(one.cases)
        if made := those_picked(one.cases, picked):
            rulebooks[one.rulebook] += 1
            per_category.update({case.category for case in made})
            told += made
    if picked is not None:
        chosen = "; ".join(part for part in (chosen, f"Cases picked by hand: {len(picked):,}") if part)
        check(picked, [(case.reply_id, case.number) for case in told], withheld)
    deadline = config.request.deadline
    return Report(
        title=config.request.title,
        organisation=config.request.organisation,
        made_at=now.isoformat(),
        deadline=None if deadline is None else deadline.isoformat(),
        replies=counted.replies,
        people=counted.people,
        with_evidence=with_evidence,
        settled=settled,
        countries=len({case.country for case in told if case.country}),
        planned=sum(case.standing == "planned" for case in told),
        left_out=left_out if share else None,
        rulebooks=tuple(sorted(rulebooks)),
        chapters=tuple(_chapter(topic, told, per_category[topic.id]) for topic in known),
        chosen=chosen,
        offered=offered if picked is not None else 0,
        picked=tuple(case.name for case in told) if picked is not None else (),
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """A reply with evidence, and the cases that it tells."""

    reply_id: int
    settled: bool
    rulebook: str
    cases: Sequence[Case]


def about(tx: "Connection", config: Config, choose: Choose, picked: Collection[Pick] | None = None) -> list[int]:
    """The replies with evidence of those that were chosen: each once, without what came twice."""
    wanted = Asked({"category": tuple(topic.id for topic in topics(config.classify.rules).all), "duplicate": ("no",)})
    found = inbox.ids(tx, wanted, None)
    if choose is not everything:
        among = frozenset(choose(tx))
        found = [one for one in found if one in among]
    if picked is not None:
        theirs = {reply_id for reply_id, _ in picked}
        found = [one for one in found if one in theirs]
    return found


def each(tx: "Connection", ids: Sequence[int]) -> Iterator[Telling]:
    """What these replies tell, as long as somebody could read them."""
    for page in listing.pages(ids, PAGE):
        read, decided, split = replies.load_all(tx, page), decisions.of_all(tx, page), kept.of_all(tx, page)
        for row in listing.each(tx, [one for one in page if one in read]):
            ident = row["id"]
            message, verdict = read[ident]
            holds = decided.get(ident)
            made = cases(row, message, verdict, holds, split.get(ident, ()))
            yield Telling(ident, bool(holds and holds.settled), verdict.rulebook, made)


def frozen(report: Report) -> str:
    """As JSON, the same bytes for the same report."""
    return json.dumps(asdict(report), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def thawed(content: str) -> Report:
    """The report that ``frozen`` wrote down."""
    told: dict[str, Any] = json.loads(content)
    chapters = tuple(
        Chapter(**{**chapter, "sections": tuple(_section(section) for section in chapter["sections"])})
        for chapter in told["chapters"]
    )
    return Report(**{**told, "rulebooks": tuple(told["rulebooks"]), "picked": tuple(told.get("picked", ())),
                     "chapters": chapters})  # fmt: skip


def _section(told: dict[str, Any]) -> Section:
    return Section(told["id"], told["title"], tuple(_case(case) for case in told["cases"]))


def _case(told: dict[str, Any]) -> Case:
    quotations = tuple(Quotation(**one) for one in told["quotations"])
    return Case(**{**told, "quotations": quotations, "links": tuple(told["links"]), "files": tuple(told["files"])})


def _chapter(topic: Topic, told: Sequence[Case], number: int) -> Chapter:
    """Its kinds in the order of the rule file; cases by country and name, as a reader looks for them."""
    mine = [case for case in told if case.category == topic.id]
    sections = []
    for ident, title in (*topic.kinds.items(), (topic.id, f"{topic.title}: of no kind in particular")):
        found = [case for case in mine if (case.kind or topic.id) == ident]
        if found:
            ordered = sorted(found, key=lambda case: (case.country or "~", case.organisation or "~", case.reply_id))
            sections.append(Section(ident, title, tuple(ordered)))
    return Chapter(topic.id, topic.title, topic.request, number, tuple(sections))
