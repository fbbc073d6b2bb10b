"""A due acknowledgement -> a letter: words from the template, dates and plurals of its language, checked bytes.

Pure but for the templates, which are read once: no database, no network, no clock.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Any

from harvester.acknowledge.letter import Spoilt, cut, one_line, set_out, write
from harvester.acknowledge.signed_id import our_domain, signed_id
from harvester.acknowledge.templates import TemplateFault, Templates
from harvester.acknowledge.tongue import Tongue
from harvester.classify.topics import topics
from harvester.config import Config
from harvester.errors import ConfigError
from harvester.message.domains import ascii_domain
from harvester.model import Disposition, Due

VARIANTS = {
    Disposition.EVIDENCE: "evidence",
    Disposition.NIL: "nil",
    Disposition.QUESTION: "question",
    Disposition.HOLDING: "holding",
}
NEUTRAL = "neutral"  # for all the others
FILES_NAMED = 10
FILE_NAME_WIDTH, LONGEST_ENDING = 60, 8
SUBJECT_WIDTH = 78
MOST_REFERENCES = 20
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")


@dataclass(frozen=True, slots=True)
class Letter:
    """Ready to be handed over. ``to`` is the one recipient."""

    raw: bytes
    message_id: str
    language: str
    to: str


class Composer:
    """Writes our letters. ``key`` signs their Message-IDs."""

    def __init__(self, templates: Path, config: Config, key: bytes) -> None:
        beside = templates.is_relative_to(config.folder)
        self.templates = Templates(templates, str(templates.relative_to(config.folder)) if beside else str(templates))
        self.config = config
        self._key = key
        self._titles = topics(config.classify.rules).categories if config.acknowledge.name_categories else {}
        self._tongues: dict[str, Tongue] = {}

    def compose(self, due: Due, now: datetime) -> Letter:
        """Raises ConfigError for a template that staff must mend, ValueError for a letter that must not leave."""
        language = self.language_for(due.language)
        try:
            subject, text = self.templates.render(language, self.variables(due, now))
        except (TemplateFault, LookupError) as fault:
            raise ConfigError(str(fault)) from fault
        raw = write(self._fields(due, now, subject), set_out(text))
        return Letter(raw, self.message_id(due), language, due.to)

    def language_for(self, wanted: str) -> str:
        """The wanted one, or the request's own when its template is gone."""
        return wanted if wanted in self.templates.languages else self.config.request.reply_language

    def message_id(self, due: Due) -> str:
        """Fixed by the first try; the same for every other."""
        return due.message_id or signed_id(self._key, due.sha256, due.to, our_domain(self.config.outbox.from_))

    def _fields(self, due: Due, now: datetime, subject: str) -> list[tuple[str, str]]:
        """Exactly these headers (RFC 3834, section 3.1); none holds a word of the sender's but ids that are safe."""
        ours = _written(self.config.outbox.from_)
        fields = [
            ("From", formataddr((self.config.outbox.from_name, ours))),
            ("To", _written(due.to)),
            ("Subject", cut(f"Auto: {' '.join(one_line(subject).split())}", SUBJECT_WIDTH)),
            ("Date", format_datetime(now.astimezone(UTC))),
            ("Message-ID", self.message_id(due)),
            ("Auto-Submitted", "auto-replied"),
            ("X-Auto-Response-Suppress", "All"),
            ("X-Loop", ours),
        ]
        if due.in_reply_to and _MESSAGE_ID.fullmatch(due.in_reply_to):
            fields.append(("In-Reply-To", due.in_reply_to))
            fields.append(("References", " ".join([*_thread(due.references, due.in_reply_to), due.in_reply_to])))
        return fields

    def variables(self, due: Due, now: datetime) -> dict[str, Any]:
        """All that a template may use. docs/templates.md tells each with an example."""
        request, outbox = self.config.request, self.config.outbox
        tongue = self._tongue(self.language_for(due.language))
        zone = request.deadline.tzinfo
        day = tongue.day(request.deadline)
        if (request.deadline.hour, request.deadline.minute) < (23, 59):
            day += f", {tongue.hour(request.deadline)} ({request.time_zone or request.deadline.tzname()})"
        days = (request.deadline.date() - now.astimezone(zone).date()).days
        return {
            "variant": VARIANTS.get(due.disposition, NEUTRAL),
            "late": due.received_at > request.deadline,
            "reference": due.reference,
            "title": request.title,
            "deadline": day,
            "days_left": days if now <= request.deadline else min(days, -1),
            "attachment_count": len(due.files),
            "attachments": [_shown(name) for name in due.files[:FILES_NAMED]],
            "attachments_unnamed": max(0, len(due.files) - FILES_NAMED),
            "link_count": due.links,
            "categories": [one_line(title) for one, title in self._titles.items() if one in due.categories],
            "contact": request.contact or outbox.from_,
            "organisation": request.organisation,
            "sender": outbox.from_name,
            "count": tongue.count,
            "listed": tongue.listed,
        }

    @property
    def categories(self) -> tuple[str, ...]:
        """Those that a letter may name; none unless the operator wants it."""
        return tuple(self._titles)

    def _tongue(self, language: str) -> Tongue:
        if language not in self._tongues:
            self._tongues[language] = Tongue(language)
        return self._tongues[language]

    # ------------------------------------------------------------------ checking

    def check(self, only: Collection[str] | None = None) -> list[str]:
        """Every fault of the templates of these languages, of all without: ``file:line: sentence``."""
        default, there = self.config.request.reply_language, self.templates.languages
        if not there:
            return [f"{self.templates.shown}: holds no letter; write one as {default}.txt.j2"]
        problems = []
        if default not in there:
            problems.append(
                f"{self.templates.shown}: {default}.txt.j2 is missing, but request.reply_language is {default!r}"
            )
        wanted = there if only is None else {self.language_for(language) for language in only} & there
        for language in sorted(wanted):
            problems += self._faults(language)
        return list(dict.fromkeys(problems))

    def _faults(self, language: str) -> list[str]:
        try:
            known = self.variables(replace(SAMPLE, language=language), self.config.request.deadline)
        except LookupError as fault:
            return [f"{self.templates.shown}/{language}.txt.j2:1: {fault}"]
        return self.templates.faults(language, known) or list(self._trials(language))

    def _trials(self, language: str) -> Iterable[str]:
        """Rendered as real letters are, with samples at the edges."""
        for sample, now in samples(self.config.request.deadline, self.categories):
            try:
                self.compose(replace(sample, language=language), now)
            except ConfigError as fault:
                yield from fault.problems
            except Spoilt as fault:
                what = f"a letter ({sample.disposition}) cannot be sent"
                yield f"{self.templates.shown}/{language}.txt.j2:1: {what}: {fault}"


SAMPLE = Due(
    reply_id=1, sha256="0" * 64, to="officer@town.example", language="en", reference="REF-0001",
    disposition=Disposition.EVIDENCE, received_at=datetime(2000, 1, 1, tzinfo=UTC), in_reply_to="<reply@town.example>",
)  # fmt: skip
_EDGES: tuple[Mapping[str, Any], ...] = (
    {"links": 1},
    {"files": ("plan.pdf",)},
    {"files": ("plan.pdf", "Übersicht {{ 7*7 }} %s {0}.xlsx"), "links": 3},
    {"files": ("x" * 200, "计划 план σχέδιο.docx"), "links": 21, "in_reply_to": None},
    {"files": tuple(f"annex {n}.pdf" for n in range(25)), "links": 500},
)


def samples(deadline: datetime, categories: tuple[str, ...] = ()) -> list[tuple[Due, datetime]]:
    """Due letters and moments at the edges: in time, on the last day, answered late, received late."""
    day = timedelta(days=1)
    moments = [(deadline - n * day, deadline - n * day) for n in (40, 5, 2, 1, 0)]
    moments += [(deadline - day, deadline + day), (deadline + day, deadline + day)]
    plain = [
        (replace(SAMPLE, disposition=kind, received_at=received), now)
        for kind in [*VARIANTS, Disposition.UNCLEAR]
        for received, now in moments
    ]
    edges = [*_EDGES, {"categories": categories[:1]}, {"categories": categories, "files": ("plan.pdf",)}]
    return plain + [(replace(SAMPLE, received_at=deadline - day, **edge), deadline - day) for edge in edges]


def _shown(name: str) -> str:
    """A file's name on one line; a long one keeps its ending (``.pdf``)."""
    stem, dot, ending = one_line(name).rpartition(".")
    if not stem or len(ending) > LONGEST_ENDING:
        return cut(one_line(name), FILE_NAME_WIDTH)
    return cut(stem, FILE_NAME_WIDTH - len(ending) - 1) + dot + ending


def _written(to: str) -> str:
    """The address alone; its domain in punycode, because not every server knows another way (RFC 5891)."""
    local, _, domain = to.rpartition("@")
    return f"{local}@{ascii_domain(domain)}" if local.isascii() and not domain.isascii() else to


def _thread(references: Iterable[str], last: str) -> list[str]:
    """RFC 5322, section 3.6.4, shortened in the middle: the thread's first and its latest."""
    valid = [one for one in dict.fromkeys(references) if one != last and _MESSAGE_ID.fullmatch(one)]
    return valid if len(valid) <= MOST_REFERENCES else [valid[0], *valid[1 - MOST_REFERENCES :]]
