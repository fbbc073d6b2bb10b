"""What an evidence report says about itself, the same words in every form: summary, method, limits."""

from collections.abc import Iterator
from datetime import datetime

from harvester.report.cases import Case
from harvester.report.evidence import Report

NAMED = 30  # picked cases that the method lists
STANDINGS = {"example": "", "planned": "planned", "rejected": "turned down"}


def summary(report: Report) -> Iterator[str]:
    yield (
        f"By {day(report.made_at)}, {report.organisation} had received {count(report.replies, 'message')}, of which "
        f"people wrote {report.people:,}; the rest are bounces, automatic replies and the like."
        + ("" if report.chosen else f" {count(report.with_evidence, 'reply', 'replies')} tell of at least one example.")
    )
    if report.chosen:
        yield (
            f"This report is about a choice of these replies, not about all of them ({report.chosen}): "
            f"{count(report.with_evidence, 'reply', 'replies')} with evidence."
        )
    cases = sum(len(section.cases) for chapter in report.chapters for section in chapter.sections)
    yield (
        f"This report shows {count(cases, 'case')}, from {count(report.countries, 'country', 'countries')} as far as "
        f"that could be told; {report.planned:,} of them are plans that had not been carried out when reported."
    )
    if report.left_out:
        one = report.left_out == 1
        yield (
            f"{count(report.left_out, 'reply', 'replies')} with evidence {'was' if one else 'were'} left out, because "
            f"{'its sender asks' if one else 'their senders ask'} for confidence and nobody has decided that "
            f"{'it' if one else 'they'} may be shown."
        )


def method(report: Report) -> Iterator[str]:
    yield (
        "Each message was read by a program, which took away what was quoted from our request, signatures and "
        "disclaimers, and filed the respondent's own words and files under the request's categories by written rules "
        "(no learning machine was used). Each rule names the words that made it speak."
    )
    yield (
        f"People then confirmed or changed what the rules had found: {report.settled:,} of the "
        f"{report.with_evidence:,} replies with evidence are settled. Cases that a person has checked are marked so; "
        "the others stand as the rules found them."
    )
    if report.picked:
        yield _picked(report)
    yield "Every quotation is a verbatim part of the reply named beside it. Translations were not made."
    yield f"Rules used: {', '.join(one[:12] for one in report.rulebooks) or 'none'}."


def _picked(report: Report) -> str:
    """Which cases somebody picked: by name, as long as a reader would read them."""
    which = ", ".join(report.picked) if len(report.picked) <= NAMED else "each is named beside its respondent above"
    return (
        f"People picked {count(len(report.picked), 'case')} for this report by hand, of the {report.offered:,} that "
        f"these replies tell: {which}."
    )


def limits(report: Report) -> Iterator[str]:
    yield (
        "The respondents chose to answer: the cases show what there is, not how common it is. Counts are of replies, "
        "and a reply that tells several things counts in several places."
    )
    yield "Savings are quoted as the respondents state them; nobody has verified them."
    yield (
        "Rules miss what is said in ways that nobody foresaw, and sometimes take for an example what is none. The "
        "audits of the review pages say how often."
    )
    if report.deadline:
        yield f"Replies were asked for by {day(report.deadline)}; later ones are included."


def line(case: Case, countries: dict[str, str]) -> str:
    """``Town Council, Germany (LGA-2027-0042), planned``"""
    who = case.organisation or "Respondent not named"
    where = f", {countries.get(case.country, case.country)}" if case.country else ""
    how = STANDINGS.get(case.standing, case.standing)
    marks = "".join(f", {mark}" for mark in (how, "checked by a person" if case.checked else "") if mark)
    return f"{who}{where} ({case.name}){marks}"


def source(where: str, files: tuple[str, ...]) -> str:
    """Where a quotation stands, for people; nothing for the mail itself."""
    name, _, number = where.partition(":")
    if name != "attachment":
        return "the subject" if name == "subject" else ""
    return f"the file {files[int(number)]}" if int(number) < len(files) else "a file"


def day(instant: str) -> str:
    moment = datetime.fromisoformat(instant)
    return f"{moment.day} {moment:%B %Y}"


def count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
