"""The overview: how many replies, of what kind, from where, how far people have come, how good the rules are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from harvester.model import PEOPLE
from harvester.review.charts import Bar, bars, grid, timeline
from harvester.review.estimate import Estimate, estimates
from harvester.review.filters import title_of
from harvester.review.older import judged_by_older_rules
from harvester.review.visit import Visit
from harvester.store import audits, tombstones
from harvester.store.audits import Audit
from harvester.store.figures import Figures, figures
from harvester.store.filters import NOTHING

MOST = 30  # bars in one picture; what is left is summed up in the table


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the numbers behind it, each with a link to the replies it counts."""

    title: str
    chart: Markup
    rows: tuple[Bar, ...]
    first: str  # what the rows are
    base: str = ""  # of what the numbers are parts


def overview(visit: Visit) -> Response:
    deadline = visit.desk.config.request.deadline
    local = visit.desk.pages.local
    with visit.desk.store.read() as tx:
        found = visit.desk.memory.recall(
            tx, ("figures", deadline), lambda: figures(tx, lambda moment: local(moment).date(), deadline)
        )
        older = judged_by_older_rules(visit, tx)
        erased = tombstones.count(tx)
        audit = next((one for one in audits.all_of(tx) if _over(one)), None)
        items = audits.items(tx, audit.id) if audit else []
    topics = visit.desk.topics
    names = [topic.id for topic in topics.all]
    countries = [code for code, _ in sorted(found.countries.items(), key=lambda one: -one[1]) if code != NOTHING]
    told = [title_of("country", code, topics) for code in countries[:MOST]]
    by_title = {
        (title_of("country", code, topics), topics.title(name)): number for (code, name), number in found.gaps.items()
    }
    accuracy: list[Estimate] = estimates(items, audit.strata, names) if audit else []
    days = timeline("Replies of people received over time", found.days, local(deadline).date() if deadline else None)
    return visit.page(
        "overview.html.j2", found=found, pictures=list(_pictures(visit, found)), days=days, deadline=deadline,
        gaps=grid("Replies by country and category", told, [topics.title(name) for name in names], by_title),
        countries=list(zip(told, countries[:MOST], strict=True)), names=names, topics=topics, audit=audit,
        accuracy=accuracy, older=older, erased=erased,
    )  # fmt: skip


def _over(audit: Audit) -> bool:
    return audit.answered > 0 and (audit.closed_at is not None or audit.answered == audit.items)


def _pictures(visit: Visit, found: Figures) -> Iterator[Picture]:
    people = f"of {found.people:,} that people wrote; a reply may count in several"
    whole = f"of {found.replies:,} in all"
    only = f"of {found.people:,} that people wrote"
    yield _picture(visit, "Categories", "category", found.categories, people)
    yield _picture(visit, "Kinds", "category", found.kinds, people)
    yield _picture(visit, "What came", "disposition", found.dispositions, whole)
    yield _picture(visit, "Review", "review", found.reviews, only, WRITTEN)
    yield _picture(visit, "Countries", "country", found.countries, only, WRITTEN)
    yield _picture(visit, "Languages", "language", found.languages, only, WRITTEN)
    yield _picture(visit, "Acknowledgements", "answer", found.answers, whole)


WRITTEN = "".join(f"&disposition={one}" for one in PEOPLE)
"""Of an address: only what people wrote."""


def _picture(visit: Visit, title: str, name: str, counted: Mapping[str, int], base: str, only: str = "") -> Picture:
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    rows = tuple(
        Bar(title_of(name, value, visit.desk.topics), number, f"/?{name}={value}{only}") for value, number in ordered
    )
    return Picture(title, bars(f"{title}: {base}", rows[:MOST]), rows, title, base)
