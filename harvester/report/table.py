"""The classified inbox as text on a terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text


def clean(text: object) -> Text:
    """A sender's words as they are: no markup, no control characters of a terminal."""
    return Text("".join(c if c.isprintable() else " " for c in str(text or "")))


def inbox(rows: Iterable[Mapping[str, Any]]) -> Table:
    """id, received, respondent, subject, disposition, categories, what came with it, acknowledgement."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("id", justify="right")
    table.add_column("received", no_wrap=True)
    table.add_column("respondent", max_width=28)
    table.add_column("lang", no_wrap=True)
    table.add_column("subject", max_width=34, no_wrap=True)
    table.add_column("disposition", no_wrap=True)
    table.add_column("categories", max_width=34)
    table.add_column("files", justify="right")
    table.add_column("links", justify="right")
    table.add_column("acknowledgement", max_width=30)
    for row in rows:
        table.add_row(
            str(row["id"]),
            str(row["received_at"])[:10],
            clean(respondent(row)),
            clean(row["language"]),
            clean(row["subject"]),
            clean(kind(row)),
            clean(", ".join(categories(row))),
            counted(row["attachments"]),
            counted(row["links"]),
            clean(answer(row)),
        )
    return table


def kind(row: Mapping[str, Any]) -> str:
    if row["quarantine"]:
        return f"quarantined: {row['quarantine']}"
    return row["disposition"] or "not read yet"


def counted(number: int | None) -> str:
    """Nobody has counted what lies in quarantine."""
    return "-" if number is None else str(number)


def respondent(row: Mapping[str, Any]) -> str:
    name = row["organisation"] or row["from"] or row["from_name"] or "unknown"
    return f"{name} ({row['country']})" if row["country"] else str(name)


def categories(row: Mapping[str, Any]) -> list[str]:
    """``shared.service 4.0``, with the standing where it is not an example; a person's word has no score."""
    return [
        (one["kind"] or one["id"])
        + ("" if one["score"] is None else f" {one['score']:.1f}")
        + ("" if one["standing"] == "example" else f" ({one['standing']})")
        for one in row["categories"]
    ]


def answer(row: Mapping[str, Any]) -> str:
    one = row["acknowledgement"]
    if not one:
        return "-"
    reasons = ", ".join(one["reasons"])
    return f"{one['state']}: {reasons}" if reasons else str(one["state"])
