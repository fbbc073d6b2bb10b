"""What the commands say to a person on a terminal."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from harvester.message import flags
from harvester.model import Tally, Verdict
from harvester.report.shape import category
from harvester.report.table import clean

COUNTS = (
    "fetched", "known", "vanished", "duplicates", "understood", "quarantined", "queued", "deferred", "withheld",
    "sent", "failed", "unknown",
)  # fmt: skip
WORTH_SAYING = frozenset(COUNTS) - {"known", "queued", "deferred"}
LABEL = 16  # columns


def counts(tally: Tally) -> dict[str, Any]:
    """The JSON of ``harvester run``."""
    return {**{what: getattr(tally, what) for what in COUNTS}, "skipped": tally.skipped}


def told(tally: Tally) -> str:
    """``12 fetched, 12 understood, 3 withheld, 9 sent``, or empty when there is nothing to tell."""
    if not any(getattr(tally, what) for what in WORTH_SAYING):
        return ""
    return ", ".join(f"{getattr(tally, what)} {what}" for what in COUNTS if getattr(tally, what))


def judged(verdict: Verdict) -> None:
    """What the rules make of a text that is no mail."""
    console = Console(soft_wrap=True, highlight=False)

    def say(label: str, value: object) -> None:
        console.print(f"{label:{LABEL}}", clean(value), sep="")

    say("disposition", f"{verdict.disposition}   language {verdict.language}")
    say("", verdict.because)
    for one in verdict.categories:
        say("category", f"{one.kind or one.id}  {one.score:g}  {one.standing}")
        evidence(say, category(one))
    for one in verdict.near:
        say("nearly", f"{one.kind or one.id}  {one.score:g}  {one.why}")
        evidence(say, category(one))
    if not verdict.categories and not verdict.near:
        say("", "no rule found anything")
    if verdict.review_suggested:
        say("review", "a person should look at this one")


Notes = Sequence[tuple[str, str]]


def explained(one: Mapping[str, Any], notes: Notes = ()) -> None:
    """What was made of one mail: ``report.shape.explained`` in lines, and its notes."""
    console = Console(soft_wrap=True, highlight=False)

    def say(label: str, value: object) -> None:
        console.print(f"{label:{LABEL}}", clean(value), sep="")

    if one["path"]:
        console.print(clean(one["path"]), style="bold")
    say("from", f"{one['from_name'] or ''} <{one['from'] or '?'}>".strip())
    say("subject", one["subject"])
    say("disposition", f"{one['disposition']}   language {one['language']}")
    for label, sentence in notes:
        if label == "because":
            say("", sentence)
    if one["quarantine"]:
        say("quarantine", one["quarantine"])
    for flag in one["flags"]:
        say("flag", f"{flag}: {flags.sentence(flag)}")
    for found in one["categories"]:
        say("category", f"{found['kind'] or found['id']}  {found['score']}  {found['standing']}")
        evidence(say, found)
    for found in one["near"]:
        say("nearly", f"{found['kind'] or found['id']}  {found['score']}  {found['why']}")
        evidence(say, found)
    for link in one["links"]:
        say("link", link["url"] + (f"   (as written: {link['raw']})" if link["wrapped"] else "") + idn(link["host"]))
    for file in one["attachments"]:
        say(
            "attachment",
            f"{file['name']}  {file['media_type']}  {file['size']} bytes  text: {file['text_status']}",
        )
    ack = one["acknowledgement"]
    say(
        "answer",
        f"yes, to {ack['to']} in {ack['language']}" if ack["answer"] else f"no: {', '.join(ack['reasons'])}",
    )
    for label, sentence in notes:
        if label == "no answer":
            say("", sentence)
    for label, sentence in notes:
        if label not in ("because", "no answer"):
            say(label, sentence)
    if one["review_suggested"]:
        say("review", "a person should look at this one")


def idn(host: str) -> str:
    """Letters of another script may look like those of a known name: both forms of such a host."""
    if "xn--" not in host:
        return ""
    with contextlib.suppress(UnicodeError):
        return f"   (host: {host.encode('ascii').decode('idna')} = {host})"
    return f"   (host: {host})"


def evidence(say: Any, found: Mapping[str, Any]) -> None:
    for piece in found["evidence"]:
        words = " ".join(piece["text"].split())
        say("", f"«{words}» in {piece['where']}: {piece['because']} [{piece['rule']}]")


def stored(one: Mapping[str, Any], notes: Notes = ()) -> None:
    """One stored reply, and what became of it."""
    print(f"reply {one['id']}: {one['state']}, received {one['received_at']}")
    explained(one, notes)
    print(f"{'acknowledgement':{LABEL}}{one['acknowledgement']['state'] or '-'}")
    own = "".join(c if c.isprintable() or c == "\n" else " " for c in one["own_text"])
    if own.strip():
        print("\n" + own.strip())


def status(now: Mapping[str, Any]) -> None:
    for key, value in now.items():
        if key != "findings" and (words := in_words(value)):
            print(f"{key.replace('_', ' '):22}{words}")
    for one in now.get("findings", ()):
        print(f"{one['level']:22}{one['sentence']}: {one['todo']}")


def in_words(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{in_words(n) or '-'} {what.replace('_', ' ')}" for what, n in value.items())
        case list():
            return "; ".join(map(str, value))
        case _:
            return str(value)


def reconciled(result: Mapping[str, Any]) -> None:
    total = {"account": "all", "folder": "", **result["totals"]}
    for one in [*result["locations"], total]:
        name = f"{one['account']}/{one['folder']}".rstrip("/")
        print(
            f"{name}: {one['on_server']} on server = {one['stored']} stored + {one['quarantined']} quarantined"
            f" + {one['missing']} missing"
            + (f" ({one['erased']} of the stored are erased here and still on the server)" if one["erased"] else "")
        )
    if result["totals"]["missing"]:
        print("What is missing comes with the next `harvester run`.")
