"""A million and ten million replies on machines that we do not have: ``python benchmarks/on_paper.py``.

No experiment but arithmetic with what was measured on one machine (RESULTS.md). Every station of a mail's way takes so
many mails a second at most, and the slowest of them is the pace: understanding grows with the workers, the one
mailbox's line, the run's own part and the turn in which decisions are filed do not. Each process has a core.
"""

from dataclasses import dataclass

HOST_WORKER_MS = 5.7  # CPU of a cluster's worker a mail, filing included: cluster.py
RUN_WORKER_MS = 4.3  # of a worker of one run, as shipped, documents included
RUN_OWN_MS = 1.25  # of the run itself, which fetches, keeps, decides and stores alone
TAKING_IN_MS = (
    0.6  # of that, what is left where others read: fetch 0.1, vault 0.3, rows and jobs 0.2 (stages.py, store.py)
)
TURN_MS = 0.9  # by the clock and on PostgreSQL, to decide on a mail and file it, one batch after the other: store.py
LINE = 770  # mails/s of one mailbox over 40 ms and 100 Mbit/s: far_away.py
DATABASE_KB, RAW_KB = 12, 8  # a reply: store.py, and the mails of large.py


@dataclass(frozen=True)
class Pace:
    """Mails a second, and which station sets them."""

    mails: float
    station: str


def one_run(workers: int) -> Pace:
    return slowest({
        "understanding": 1000 * workers / RUN_WORKER_MS, "the run's own part": 1000 / RUN_OWN_MS, "the line": LINE
    })  # fmt: skip


def cluster(workers: int, mailboxes: int = 1) -> Pace:
    """``mailboxes``: read side by side by as many hosts."""
    return slowest({
        "understanding": 1000 * workers / HOST_WORKER_MS,
        "the line": LINE * mailboxes,
        "taking in": 1000 / TAKING_IN_MS * mailboxes,
        "the turn to file": 1000 / TURN_MS,
    })  # fmt: skip


def slowest(stations: dict[str, float]) -> Pace:
    station = min(stations, key=lambda one: stations[one])
    return Pace(stations[station], station)


def told(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds < 5_400 else f"{seconds / 3_600:.1f} hours"


def main() -> None:
    print("| replies | how | mails/s | time | first at its limit | database and raw mail |")
    print("| --- | --- | --- | --- | --- | --- |")
    for power in (6, 7):
        replies = 10**power
        for how, pace in {
            "one run, 16 workers": one_run(16),
            "cluster of 16": cluster(16),
            "cluster of 64": cluster(64),
            "cluster of 64, mail in 4 mailboxes": cluster(64, mailboxes=4),
        }.items():
            time = told(replies / pace.mails)
            size = f"{DATABASE_KB * replies / 1e6:.0f} + {RAW_KB * replies / 1e6:.0f} GB"
            print(f"| 10^{power} | {how} | {pace.mails:,.0f} | {time} | {pace.station} | {size} |")


if __name__ == "__main__":
    main()
