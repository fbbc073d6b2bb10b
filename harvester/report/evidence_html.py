"""The evidence report as one HTML file: no script, no request, ready for print."""

from pathlib import Path

from harvester.acknowledge.tongue import territories
from harvester.report import evidence_words as words
from harvester.report.evidence import Report

TEMPLATES = Path(__file__).parent / "templates"


def html(report: Report) -> bytes:
    """UTF-8; the same report makes the same bytes. Whatever a sender wrote is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    pages.globals.update(day=words.day, line=words.line, source=words.source)
    text = pages.get_template("evidence.html.j2").render(
        report=report, countries=territories("en"), summary=list(words.summary(report)),
        method=list(words.method(report)), limits=list(words.limits(report)),
    )  # fmt: skip
    return text.encode("utf-8", "replace")
