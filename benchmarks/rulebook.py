"""A rulebook of any size: ``python benchmarks/rulebook.py OUT --phrases 2000 --gaps 300``.

OUT gets three categories whose phrases and rules with gaps are made of words of public service in seven languages,
and of the project's own rules the shared lists and those for dispositions: no rulebook goes without them. The same
arguments write the same rules.
"""

import argparse
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "rules"
WORDS = {
    "en": "council library pool services volunteers savings merger chief executive team budget waste park school "
    "charity residents staff office region contract market garden theatre museum transport housing care report",
    "de": "Gemeinde Bücherei Freibad Dienste Ehrenamtliche Einsparung Fusion Leitung Haushalt Müll Park Schule "
    "Verein Bürger Personal Amt Landkreis Vertrag Markt Theater Museum Verkehr Wohnungen Pflege Bericht",
    "fr": "commune bibliothèque piscine services bénévoles économies fusion directeur équipe budget déchets parc école",
    "es": "ayuntamiento biblioteca piscina servicios voluntarios ahorro fusión director equipo residuos parque escuela",
    "it": "comune biblioteca piscina servizi volontari risparmio fusione direttore squadra bilancio rifiuti parco",
    "nl": "gemeente bibliotheek zwembad diensten vrijwilligers besparing fusie directeur begroting afval school",
    "pl": "gmina biblioteka basen usługi wolontariusze oszczędności połączenie dyrektor budżet odpady szkoła",
}
CATEGORIES = ("shared", "takeover", "costcut")
PER_RULE = 20  # phrases without gaps


def phrases(dice: random.Random, words: list[str], count: int) -> list[str]:
    """Different ones of one to four words."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(dice.choices(words, k=dice.choice((1, 2, 2, 3, 3, 4))))] = None
    return list(found)


def gaps(dice: random.Random, words: list[str], count: int) -> list[str]:
    """``a ... (b|c)``, ``(a|b) ... c ... d``, ``a & b ... c`` and the like."""
    made = []
    for _ in range(count):
        a, b, c, d = dice.sample(words, 4)
        forms = (f"{a} ... ({b}|{c})", f"({a}|{b}) ... {c} ... {d}", f"{a} {b} ... {c}", f"{a} & {b} ... {c}")
        made.append(dice.choice(forms))
    return made


def rules(category: str, literal: list[str], loose: list[str], languages: list[str]) -> Iterator[str]:
    groups = [literal[at : at + PER_RULE] for at in range(0, len(literal), PER_RULE)] + [[one] for one in loose]
    for number, group in enumerate(groups):
        yield (
            f'[[rule]]\nid = "made-{number}"\nkind = "{category}_kind"\nlang = {json.dumps(languages)}\nweight = 1\n'
            f'because = "holds words of rule {number}"\nphrases = {json.dumps(group, ensure_ascii=False)}\n'
        )


def make(out: Path, count: int = 2000, loose: int = 300) -> None:
    dice = random.Random(f"{count}/{loose}")
    languages = list(WORDS)
    words = [word for some in WORDS.values() for word in some.split()]
    literal, gapped = phrases(dice, words, count), gaps(dice, words, loose)
    out.mkdir(parents=True)
    for at, category in enumerate(CATEGORIES):
        head = (
            f'id = "{category}"\norder = {at + 1}\ntitle = "{category.title()}"\nrequest = "Made for a measurement"\n'
            f'accept_at = 2.5\nreview_at = 1.2\n[[kind]]\nid = "{category}_kind"\ntitle = "A kind"\n'
        )
        mine = rules(category, literal[at::3], gapped[at::3], languages)
        (out / f"{category}.toml").write_text("\n".join([head, *mine]), encoding="utf-8")
    shutil.copy(SHIPPED / "dispositions.toml", out)
    for folder in ("dispositions", "words"):
        (out / folder).mkdir()
        for language in languages:
            file = SHIPPED / folder / f"{language}.toml"
            if file.is_file():
                shutil.copy(file, out / folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--phrases", type=int, default=2000)
    parser.add_argument("--gaps", type=int, default=300)
    options = parser.parse_args()
    make(options.out, options.phrases, options.gaps)
