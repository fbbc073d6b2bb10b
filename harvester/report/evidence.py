"""The evidence report: per category and kind the cases, with quotations, counts with their base, method and limits.

``gather`` reads the store once; what comes out is plain data, and frozen as JSON it makes the same pages byte for byte.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from harvester.classify.topics import Topic, topics
from harvester.config import Config
from harvester.report.cases import Case, Quotation, cases
from harvester.report.choice import Choose, everything
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


def gather(
    tx: "Connection", config: Config, now: datetime, *, share: bool, choose: Choose = everything, chosen: str = ""
) -> Report:
    """``share``: for people outside, so without what was sent in confidence unless a person decided otherwise.
    ``choose``: about which replies; ``chosen``: the same in words."""
    counted = figures(tx, lambda moment: moment.date(), config.request.deadline)
    told: list[Case] = []
    per_category: Counter[str] = Counter()
    settled = with_evidence = left_out = 0
    rulebooks: Counter[str] = Counter()
    withheld = confidence.kept_back(tx) if share else frozenset()
    known = topics(config.classify.rules).all
    wanted = Asked({"category": tuple(topic.id for topic in known), "duplicate": ("no",)})
    about = inbox.ids(tx, wanted, None)
    if choose is not everything:
        picked = frozenset(choose(tx))
        about = [one for one in about if one in picked]
    for page in listing.pages(about, PAGE):
        read, decided, split = replies.load_all(tx, page), decisions.of_all(tx, page), kept.of_all(tx, page)
        for row in listing.each(tx, [one for one in page if one in read]):  # nobody could read what is not
            ident = row["id"]
            message, verdict = read[ident]
            holds = decided.get(ident)
            with_evidence += 1
            settled += bool(holds and holds.settled)
            if ident in withheld:
                left_out += 1
                continue
            rulebooks[verdict.rulebook] += 1
            made = cases(row, message, verdict, holds, split.get(ident, ()))
            per_category.update({case.category for case in made})
            told += made
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
    )


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
    return Report(**{**told, "rulebooks": tuple(told["rulebooks"]), "chapters": chapters})


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
