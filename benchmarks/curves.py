"""A curve of what ``store.py`` printed: ``python benchmarks/store.py 100000 | python benchmarks/curves.py OUT.svg``.

The CPU milliseconds a mail against the number of stored replies, which grows tenfold from mark to mark.
"""

import math
import re
import sys
from pathlib import Path

WIDTH, HEIGHT, EDGE = 520, 260, 50
POINT = re.compile(r"^(\d+) replies: ([\d.]+) ms CPU a mail$", re.MULTILINE)


def curve(title: str, points: list[tuple[int, float]]) -> str:
    most = max(y for _, y in points) * 1.2
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - low) / ((high - low) or 1)
        return EDGE + across * (WIDTH - 2 * EDGE), HEIGHT - EDGE - y / most * (HEIGHT - 2 * EDGE)

    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
    marks = []
    for number, cost in points:
        x, y = place(number, cost)
        marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#1d70b8"/>')
        marks.append(f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{cost:.2f}</text>')
        marks.append(f'<text x="{x:.1f}" y="{HEIGHT - EDGE + 18}" text-anchor="middle">{number:,}</text>')
    floor = HEIGHT - EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/><text x="{EDGE}" y="24" font-size="14">{title}</text>'
        f'<path d="M{EDGE} {EDGE}V{floor}H{WIDTH - EDGE}" fill="none" stroke="#505a5f"/>'
        f'<polyline points="{line}" fill="none" stroke="#1d70b8" stroke-width="2"/>{"".join(marks)}</svg>\n'
    )


def main() -> None:
    points = [(int(number), float(cost)) for number, cost in POINT.findall(sys.stdin.read())]
    if not points:
        sys.exit("nothing to draw: this is not what store.py prints")
    Path(sys.argv[1]).write_text(curve("Store: CPU ms a mail, by replies already stored", points), encoding="utf-8")


if __name__ == "__main__":
    main()
