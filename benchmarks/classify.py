"""What rules cost: ``python benchmarks/classify.py [--count 300] [--rules DIR]``.

Prints how long the rulebook takes to compile and to fetch from its cache, its size, the time a reply takes to
classify, and the time of hostile texts in two sizes (linear: twice the text, twice the time).
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harvester.classify.hits import Read
from harvester.classify.rulebook import Rulebook, load
from harvester.classify.verdict import decide, evidence_of

TOLD = {
    "en": (
        "Dear colleagues, thank you for your letter, which we read with great interest.",
        "Our council shares its chief executive with the neighbouring council since last spring.",
        "The village library was taken over by volunteers, who run it without our money.",
        "We closed two counters, and residents now pay for the garden bin.",
        "The weather was fine, the harvest was good and nobody was away on holiday for long.",
        "Please do not hesitate to write again should anything be unclear to you or your staff.",
    ),
    "de": (
        "Sehr geehrte Damen und Herren, vielen Dank für Ihr Schreiben, das wir gern gelesen haben.",
        "Unsere Gemeinde teilt sich den Bauhof mit der Nachbargemeinde.",
        "Das Freibad wurde von einem Förderverein übernommen, der es seither betreibt.",
        "Wir haben die Öffnungszeiten der Bücherei gekürzt und verlangen für die Turnhalle eine Gebühr.",
        "Das Wetter war schön, die Ernte war gut, und niemand war lange im Urlaub.",
        "Für Rückfragen stehen wir Ihnen jederzeit gern zur Verfügung.",
    ),
}
HOSTILE = ("(", "share ", "council mayor ", "library volunteers run ", "a.", "nicht ", "\u00ad", "x\n\n")


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The fastest of some runs."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def classify(book: Rulebook, language: str, text: str) -> int:
    """One text read, every category decided; how many count."""
    read = Read(book.compiled, book.compiled.languages[language], text, "own_text")
    evidence = evidence_of(read, book.categories)
    verdicts = [decide(c, [e for e in evidence if e.category == c.id]) for c in book.categories.values()]
    return sum(counts is not None for counts, _ in verdicts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300, help="replies a language")
    parser.add_argument("--rules", type=Path, default=Path(__file__).parent.parent / "rules")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        print(f"compiled      {seconds(lambda: load(options.rules, cache), times=1):8.2f} s")
        print(f"from cache    {seconds(lambda: load(options.rules, cache)):8.2f} s")
        book = load(options.rules, cache)
        size = sum(path.stat().st_size for path in cache.iterdir())
    patterns = {code: len(one.patterns) for code, one in sorted(book.compiled.languages.items())}
    print(f"cache         {size / 1e6:8.2f} MB, {len(book.compiled.rules)} rules, patterns {patterns}")
    for language, sentences in TOLD.items():
        taken = []
        for number in range(options.count):
            turned = sentences[number % 6 :] + sentences[: number % 6]
            text = "\n\n".join(turned * (1 + number % 4))
            begun = time.perf_counter()
            counting = classify(book, language, text)
            taken.append(time.perf_counter() - begun)
            assert counting, f"the sample in {language} must tell something"
        taken.sort()
        middle, late = statistics.median(taken), taken[int(len(taken) * 0.99)]
        print(f"a reply in {language} {middle * 1000:8.2f} ms in the middle, {late * 1000:.2f} ms for 99 of 100")
    for piece in HOSTILE:
        short, long = (piece * (n // len(piece)) for n in (50_000, 100_000))
        one, two = (seconds(lambda text=text: classify(book, "en", text)) for text in (short, long))  # type: ignore[misc]
        print(f"{piece!r:28} {one * 1000:8.1f} ms for 50,000 characters, {two * 1000:8.1f} ms for 100,000")


if __name__ == "__main__":
    main()
