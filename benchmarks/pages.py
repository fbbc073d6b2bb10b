"""How long the staff's pages take over many replies: `python benchmarks/pages.py [REPLIES] [FOLDER]`.

A folder that holds a store already is used again. Wall milliseconds of whole requests through the application, signed
in, compression included: median and 95th percentile of 20, each with the caches of its predecessors.

What it said last stands in RESULTS.md.
"""

import random
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from harvester.config import load
from harvester.model import Decision, Disposition, Objection, Respondent, Role, Standing, Tally
from harvester.review.app import build
from harvester.review.desk import Desk
from harvester.review.passwords import Passwords
from harvester.review.throttle import Throttle
from harvester.start import init
from harvester.store import audits, decisions, replies, runs, staff
from harvester.store.engine import Store
from store_samples import NOW, PREFIX, arrived, hashed, understanding

BATCH = 500
PASSWORD = "a long walk by the river"
KINDS = {
    "shared": ("chief_executive", "management_team", "service", "merger"),
    "takeover": ("community", "staff_mutual", "voluntary_sector", "tenant"),
    "costcut": ("charging", "reduction", "outsourcing", "efficiency"),
}
TEXT = "we share one chief executive with our neighbour and save much money each year with a merged service"
WORDS = TEXT.split()
COUNTRIES = ("DE", "FR", "IT", "ES", "PL", "NL", "SE", "GB", "AT", "FI", "PT", "RO", None)
LANGUAGES = ("de", "fr", "it", "es", "pl", "nl", "sv", "en")


def some(number: int):
    """A reply unlike its neighbours."""
    dice = random.Random(number)
    own = (
        " ".join(dice.choices(WORDS, k=200)) + f" number {number} " + dice.choice(("pool", "library", "waste", "fire"))
    )
    one = understanding(number, address=f"officer{number % 7000}@town{number % 900}.example", own=own)
    kind = dice.choices(list(Disposition), weights=(60, 6, 4, 4, 8, 3, 1, 2, 1, 1, 10))[0]
    categories = ()
    if kind is Disposition.EVIDENCE:
        names = dice.sample(list(KINDS), dice.choice((1, 1, 1, 2)))
        categories = tuple(
            replace(
                one.verdict.categories[0], id=name, kind=f"{name}.{dice.choice(KINDS[name])}",
                kinds=(f"{name}.{dice.choice(KINDS[name])}",), score=round(dice.uniform(2.5, 9), 1),
                standing=dice.choice((Standing.EXAMPLE, Standing.EXAMPLE, Standing.PLANNED)),
            )
            for name in names
        )  # fmt: skip
    who = Respondent(f"Town Council {number % 900}", dice.choice(COUNTRIES), None)
    verdict = replace(
        one.verdict, disposition=kind, categories=categories, near=(), respondent=who, language=dice.choice(LANGUAGES),
        review_suggested=dice.random() < 0.2,
    )  # fmt: skip
    message = replace(
        one.message, subject=f"{dice.choice(('Re', 'AW', 'SV', 'VS'))}: request, from town {number % 900}"
    )
    return replace(one, message=message, verdict=verdict)


def fill(store: Store, count: int) -> None:
    with store.begin() as tx:
        run_id = runs.start(tx, NOW)
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        ones = [some(number) for number in numbers]
        mails = [hashed(replace(arrived(n), received_at=NOW + timedelta(minutes=n))) for n in numbers]
        with store.begin() as tx:
            replies.take_in(tx, "box", "INBOX", "1", True, mails, run_id, NOW)
        with store.begin() as tx:
            ids = [one.reply_id for one in replies.pending(tx)]
            decided = [
                (
                    reply_id,
                    one,
                    Decision(one.message.sender.address, "en", () if n % 4 else (Objection("machine", "x"),)),
                )
                for reply_id, one, n in zip(ids, ones, numbers, strict=True)
            ]
            replies.store_understood(tx, decided, run_id, NOW, PREFIX)
            for reply_id in ids[::50]:
                decisions.decide(tx, reply_id, 0, "ann", {"settled": True, "categories": ["costcut"]}, NOW)
        print(f"\r{numbers[-1] + 1:,} replies", end="", flush=True)
    print()
    with store.begin() as tx:
        runs.finish(tx, run_id, Tally(), NOW)


ANEW = ", counted anew"  # as the first who looks after a change sees it
ASKED = (
    ("first page", "/"),
    ("page 1,000", "/?page=1000"),
    ("one category", "/?category=shared"),
    ("a kind, a country, late", "/?category=shared.service&country=DE&late=yes"),
    ("to review", "/?review=suggested"),
    ("by subject", "/?sort=subject"),
    ("by respondent", "/?sort=-respondent"),
    ("by score", "/?sort=-score"),
    ("by answer", "/?sort=answer"),
    ("not answered because", "/?reason=machine"),
    ("a common word", "/?search=executive"),
    ("a rare word", "/?search=99"),
    ("two words and a filter", "/?search=library+chief&language=de"),
    ("by category", "/?sort=categories"),
    ("by review", "/?sort=-review"),
    ("picked by hand", "/?reply=5&reply=50000"),
    ("200 on a page", "/?size=200"),
    ("one reply", "/replies/777"),
    ("one reply of a filtered table", "/replies/777?category=shared&sort=-score"),
    ("its cases", "/replies/777/cases"),
    ("why not another", "/replies/777/why"),
    ("next to review", "/queue"),
    ("next to review after a skip", "/queue?skip=1,2,3"),
    (f"next to review{ANEW}", "/queue"),
    ("overview", "/overview"),
    (f"overview{ANEW}", "/overview"),
    ("audits", "/audits"),
    ("an audit's next reply", "/audits/1/next"),
    ("an audit's figures", "/audits/1"),
    ("exports", "/exports?category=shared"),
    ("people", "/people"),
    ("a second request: all counts", "/counts?"),
    (f"all counts{ANEW}", "/counts?"),
    (f"counts of a search{ANEW}", "/counts?search=library&category=shared"),
    (f"of a common word{ANEW}", "/counts?search=executive&language=de"),
)
"""All pages with something to count or to look up; the others hold no data."""


def main(count: int, folder: Path) -> None:
    request = folder / "request"
    if not request.exists():
        init(request, NOW)
    config = load(request / "harvester.toml", ())
    store = Store.open(config.store.url, config.store.data)
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with store.read() as tx:
        known = staff.anybody(tx)
    if not known:
        with store.begin() as tx:
            staff.add(tx, "ann", Role.ADMIN, NOW, passwords.hash(PASSWORD))
        fill(store, count)
    with store.begin() as tx:
        if not audits.all_of(tx):
            audits.draw(tx, 400, 1, "ann", NOW)
    desk = Desk(config, store, lambda: NOW, passwords, Throttle())
    visitor = TestClient(build(desk), base_url="http://127.0.0.1:8025", follow_redirects=False)
    token = visitor.get("/sign-in").text.split('name="csrf" value="')[1].split('"')[0]
    assert visitor.post("/sign-in", data={"csrf": token, "name": "ann", "password": PASSWORD}).status_code == 303
    print(f"{'ms':32}{'median':>9}{'p95':>9}{'CPU':>9}{'CPU p95':>9}{'kB':>9}")
    for what, path in ASKED:
        answer = visitor.get(path, follow_redirects=path.startswith("/queue"))
        assert answer.status_code == 200, (path, answer.status_code)
        times, works = [], []
        for _ in range(20):
            if what.endswith(ANEW):
                desk.memory.forget()
            began, worked = time.perf_counter(), time.process_time()
            visitor.get(path, follow_redirects=path.startswith("/queue"))
            times.append((time.perf_counter() - began) * 1000)
            works.append((time.process_time() - worked) * 1000)
        print(
            f"{what:32}{median(times):9.0f}{quantiles(times, n=20)[-1]:9.0f}{median(works):9.0f}"
            f"{quantiles(works, n=20)[-1]:9.0f}{len(answer.content) / 1000:9.0f}"
        )
    store.close()


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) > 2:
        main(number, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(number, Path(made))
