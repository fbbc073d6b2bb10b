"""Pictures of numbers as inline SVG, made here: no script, no request, sharp in print. A table stands beside each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap

from markupsafe import Markup

BLUE, ORANGE, GREY, INK = "#1d70b8", "#b54708", "#b1b4b6", "#0b0c0c"
ONE_LINE, TWO_LINES = 24, 30  # signs that fit beside a bar
WIDTH = 400  # so that letters can be read on a phone, where a picture is hardly wider


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    number: int
    address: str = ""  # where the replies behind it are listed


def bars(title: str, rows: Sequence[Bar]) -> Markup:
    """A horizontal bar a row, longest 100 %, its number at the end."""
    most = max((row.number for row in rows), default=0) or 1
    height, left, room = 26, 180, WIDTH - 180 - 50
    pieces = []
    for place, row in enumerate(rows):
        top = place * height
        length = row.number / most * room
        pieces.append(
            Markup(
                '{label}'
                '<rect x="{x}" y="{top}" width="{length:.1f}" height="18" fill="{blue}"/>'
                '<text x="{end:.1f}" y="{y}" font-size="13" fill="{ink}">{number:,}</text>'
            ).format(
                label=_named(row.label, left - 8, top), y=top + 17, ink=INK, x=left, top=top + 4, length=length,
                blue=BLUE, end=left + length + 6, number=row.number,
            )
        )  # fmt: skip
    return _svg(title, max(1, len(rows)) * height, pieces)


def timeline(title: str, days: Mapping[date, int], deadline: date | None) -> Markup:
    """A column a day (or a week, or a month: at most 120 of them), and the deadline as a line."""
    if not days:
        return Markup("")
    columns = _spans(days, deadline)
    most = max(number for _, number in columns) or 1
    height, bottom = 200, 160
    step = WIDTH / len(columns)
    pieces = []
    for place, (_, number) in enumerate(columns):
        tall = number / most * 140
        pieces.append(
            Markup('<rect x="{:.2f}" y="{:.1f}" width="{:.2f}" height="{:.1f}" fill="{}"/>').format(
                place * step, bottom - tall, max(step - 1, 0.5), tall, BLUE
            )
        )
    pieces.append(Markup('<line x1="0" y1="{0}" x2="{1}" y2="{0}" stroke="{2}"/>').format(bottom, WIDTH, GREY))
    first, days_each = columns[0][0], _days_each(columns)
    end = first + timedelta(days=len(columns) * days_each)  # the day after the last column
    last = end - timedelta(days=1)
    label = Markup('<text x="{}" y="{}" text-anchor="{}" font-size="13" fill="{}">{}</text>')
    pieces.append(label.format(0, bottom + 18, "start", INK, f"{first.day} {first:%b %Y}"))
    pieces.append(label.format(WIDTH, bottom + 18, "end", INK, f"{last.day} {last:%b %Y}"))
    pieces.append(label.format(0, 14, "start", INK, f"most: {most:,}"))
    if deadline and deadline >= end:
        pieces.append(
            label.format(WIDTH, bottom + 36, "end", ORANGE, f"deadline {deadline.day} {deadline:%b %Y}, later")
        )
    elif deadline and first <= deadline:
        at = WIDTH * ((deadline - first).days + 1) / (end - first).days  # at the end of its day
        side = "end" if at > WIDTH / 2 else "start"
        pieces.append(
            Markup('<line x1="{0:.1f}" y1="20" x2="{0:.1f}" y2="{1}" stroke="{2}" stroke-width="2"/>').format(
                min(at, WIDTH - 1), bottom, ORANGE
            )
        )
        pieces.append(label.format(round(at, 1), bottom + 36, side, ORANGE, f"deadline {deadline.day} {deadline:%b}"))
    return _svg(title, height, pieces)


def grid(title: str, rows: Sequence[str], columns: Sequence[str], numbers: Mapping[tuple[str, str], int]) -> Markup:
    """A square for each pair, the darker the more; an empty frame where there is nothing."""
    most = max(numbers.values(), default=0) or 1
    size, left, head = 26, 130, 24
    wide = (WIDTH - left) / max(1, len(columns))
    pieces = []
    for across, column in enumerate(columns):
        pieces.append(
            Markup('<text x="{:.1f}" y="16" text-anchor="middle" font-size="12" fill="{}">{}</text>').format(
                left + (across + 0.5) * wide, INK, _short(column, max(3, int(wide / 6.5)))
            )
        )
    for down, row in enumerate(rows):
        top = head + down * size
        pieces.append(
            Markup('<text x="{}" y="{}" text-anchor="end" font-size="13" fill="{}">{}</text>').format(
                left - 8, top + 17, INK, _short(row, 18)
            )
        )
        for across, column in enumerate(columns):
            number = numbers.get((row, column), 0)
            x = left + across * wide + 2
            if not number:
                pieces.append(
                    Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="20" fill="none" stroke="{}"/>').format(
                        x, top + 2, wide - 4, GREY
                    )
                )
                continue
            strong = 0.15 + 0.85 * number / most
            pieces.append(
                Markup(
                    '<rect x="{x:.1f}" y="{y}" width="{w:.1f}" height="20" fill="{blue}" fill-opacity="{strong:.2f}"/>'
                    '<text x="{middle:.1f}" y="{line}" text-anchor="middle" font-size="12" fill="{ink}">{n:,}</text>'
                ).format(
                    x=x, y=top + 2, w=wide - 4, blue=BLUE, strong=strong, middle=x + wide / 2 - 2, line=top + 17,
                    ink="#ffffff" if strong > 0.6 else INK, n=number,
                )
            )  # fmt: skip
    return _svg(title, head + max(1, len(rows)) * size, pieces)


def _svg(title: str, height: int, pieces: Sequence[Markup]) -> Markup:
    """Its numbers stand in the table beside it, so a screen reader gets the title only."""
    body = Markup("").join(pieces)
    return Markup(
        '<svg class="app-chart" viewBox="0 0 {} {}" role="img" aria-label="{}" font-family="Arial, sans-serif">{}</svg>'
    ).format(WIDTH, height, title, body)


def _named(label: str, right: int, top: int) -> Markup:
    """A bar's name at its left, in two lines where one is too short for it."""
    line = Markup('<text x="{}" y="{}" text-anchor="end" font-size="{}" fill="{}">{}</text>')
    if len(label) <= ONE_LINE:
        return line.format(right, top + 17, 13, INK, label)
    first, *others = wrap(label, TWO_LINES)
    if not others:
        return line.format(right, top + 17, 11, INK, first)
    second = _short(" ".join(others), TWO_LINES)
    return line.format(right, top + 11, 11, INK, first) + line.format(right, top + 23, 11, INK, second)


def _short(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _days_each(columns: Sequence[tuple[date, int]]) -> int:
    return (columns[1][0] - columns[0][0]).days if len(columns) > 1 else 1


def _spans(days: Mapping[date, int], deadline: date | None) -> list[tuple[date, int]]:
    first = min(days)
    last = max(days)
    if deadline and first <= deadline:
        last = max(last, min(deadline, last + timedelta(days=400)))
    whole = (last - first).days + 1
    step = 1 if whole <= 120 else 7 if whole <= 840 else 30
    found = [0] * (-(-whole // step))
    for day, number in days.items():
        found[(day - first).days // step] += number
    return [(first + timedelta(days=place * step), number) for place, number in enumerate(found)]
