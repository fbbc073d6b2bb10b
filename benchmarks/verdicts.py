"""How many whole verdicts a CPU second: ``python benchmarks/verdicts.py [--replies 300] [--tokens 280]``.

Three rulebooks take turns on the same replies: ours, one of 2,000 phrases and 300 rules with gaps, and that with
1,000 rules more. A reply is put together of sentences of the sample replies in one language, so that other words,
other places and other lengths come each time. A verdict is language, disposition, categories, respondent and all
that belongs to them, of a mail that has been read.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harvester.classify import Classifier
from harvester.classify.language import language_of
from harvester.classify.rulebook import load
from harvester.message.reader import Reader
from harvester.model import Limits, Message, Verdict
from rulebook import make

REPO = Path(__file__).parent.parent
ROUNDS = 3


def sentences() -> dict[str, list[str]]:
    """What the sample replies say themselves, a language."""
    reader = Reader([(REPO / "data" / "request.txt").read_text(encoding="utf-8")], Limits())
    found: dict[str, list[str]] = {}
    for path in sorted((REPO / "data" / "sample").glob("*.eml")):
        text = reader.read(path.read_bytes(), lambda file: "").own_text
        said = [one.strip() for one in re.split(r"(?<=[.!?])\s+", text) if len(one.split()) > 4]
        found.setdefault(language_of(text), []).extend(said)
    return {code: said for code, said in found.items() if code != "unknown" and len(said) >= 12}


def replies(count: int, tokens: int) -> Iterator[Message]:
    dice = random.Random(f"{count} replies of {tokens}")
    pool = sentences()
    codes = sorted(pool, key=lambda code: -len(pool[code]))[:7]
    reader = Reader([], Limits())
    for number in range(count):
        said: list[str] = []
        while sum(len(re.findall(r"\w+|[^\w\s]", one)) for one in said) < tokens:
            said.append(dice.choice(pool[codes[number % len(codes)]]))
        body = "\r\n\r\n".join(" ".join(said[at : at + 4]) for at in range(0, len(said), 4))
        head = f"From: Office {number} <office@town{number}.example>\r\nSubject: Your request\r\n"
        mime = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        yield reader.read((head + mime + body).encode(), lambda file: "")


def hits_of(verdict: Verdict) -> int:
    return sum(len(one.evidence) for one in (*verdict.categories, *verdict.near))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replies", type=int, default=300)
    parser.add_argument("--tokens", type=int, default=280)
    options = parser.parse_args()
    mails = list(replies(options.replies, options.tokens))
    with tempfile.TemporaryDirectory() as folder:
        made, more = Path(folder) / "made", Path(folder) / "more"
        make(made, 2000, 300)
        make(more, 2000, 1300)
        books = {"ours": REPO / "rules", "2,000 phrases, 300 gaps": made, "1,000 rules more": more}
        judges = {}
        for name, rules in books.items():
            begun = time.process_time()
            load(rules, Path(folder) / f"cache {name}")
            compiled = time.process_time() - begun
            begun = time.process_time()
            book = load(rules, Path(folder) / f"cache {name}")
            loaded = time.process_time() - begun
            judges[name] = Classifier(book)
            hits = sum(hits_of(judges[name].judge(mail)) for mail in mails)  # and every word is met once
            print(f"{name:24} compiled in {compiled:6.2f} s, from its cache in {loaded:.3f} s, "
                  f"{hits / len(mails):.1f} hits a reply", flush=True)  # fmt: skip
        speeds: dict[str, list[float]] = {name: [] for name in books}
        for _ in range(ROUNDS):
            for name, judge in judges.items():
                begun = time.process_time()
                for mail in mails:
                    judge.judge(mail)
                speeds[name].append(len(mails) / (time.process_time() - begun))
    for name, measured in speeds.items():
        spread = f"{min(measured):.0f}-{max(measured):.0f}"
        print(f"{name:24} {statistics.median(measured):6.0f} verdicts a CPU second ({spread})")


if __name__ == "__main__":
    main()
