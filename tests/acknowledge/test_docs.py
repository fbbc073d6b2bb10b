"""docs/acknowledging.md and docs/templates.md say what the code does, word for word."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator

import pytest

from harvester.acknowledge import policy
from harvester.acknowledge.compose import NEUTRAL, VARIANTS
from harvester.acknowledge.policy import CHECKS
from harvester.acknowledge.templates import LAYOUT, Templates
from harvester.answer import GIVE_UP, LONGEST_WAIT
from harvester.config import AcknowledgeConfig
from harvester.model import AckState
from letter_samples import NOW, REPO, TEMPLATES, composer, due

ACKNOWLEDGING = (REPO / "docs" / "acknowledging.md").read_text(encoding="utf-8")
LETTERS = (REPO / "docs" / "templates.md").read_text(encoding="utf-8")


def table(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table below this heading, without its head."""
    below = page[page.index(f"\n{heading}\n") :]
    rows = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert rows is not None
    cells = (re.split(r"(?<!\\)\|", line.strip("|")) for line in rows[0].splitlines()[2:])
    return [[cell.replace(r"\|", "|").strip() for cell in row] for row in cells]


def objections() -> Iterator[list[str]]:
    """Code, sentence and reference of each objection as the checks are written; ``…`` for what varies."""
    for check in CHECKS:
        for call in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(check)))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "by_hand":
                told = policy.by_hand()
                yield [f"`{told.code}`", told.sentence, told.reference]
            elif isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Objection":
                yield [f"`{words(call.args[0])}`", *(words(one) for one in call.args[1:])]


def words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)


def test_every_objection_stands_in_the_page_in_the_order_of_the_checks() -> None:
    assert table(ACKNOWLEDGING, "## When we stay silent") == list(objections())


def test_every_state_stands_in_the_page() -> None:
    assert [row[0] for row in table(ACKNOWLEDGING, "## What becomes of an answer")] == [
        f"`{state}`" for state in AckState
    ]


def test_limits_and_waits_are_those_of_the_code() -> None:
    shipped = AcknowledgeConfig()
    for key in ("per_address_per_day", "per_domain_per_hour", "per_hour", "max_per_run", "max_age_days"):
        assert f"`{key}` ({getattr(shipped, key):g})" in ACKNOWLEDGING
    assert f"at most {LONGEST_WAIT.seconds // 3600} hours" in " ".join(ACKNOWLEDGING.split())
    assert f"after {GIVE_UP.days * 24 + GIVE_UP.seconds // 3600} hours" in " ".join(ACKNOWLEDGING.split())


def test_every_variable_stands_in_the_page_with_what_it_holds() -> None:
    sample = due(files=("plan.pdf", "budget.xlsx"), links=3, categories=("shared",))
    values = composer("acknowledge.name_categories=true").variables(sample, NOW)
    functions = {name for name, value in values.items() if callable(value)}
    told = {row[0].strip("`"): row[1].strip("`") for row in table(LETTERS, "## What a letter can say")}
    assert list(told) == [name for name in values if name not in functions]
    for name, example in told.items():
        assert str(values[name]).replace("\u00a0", " ").replace("'", '"') == example, name
    assert functions == {row[0].strip("`").partition("(")[0] for row in table(LETTERS, "## Counting and listing")}


def test_every_example_of_counting_comes_out_as_the_page_says() -> None:
    values = composer().variables(due(links=3), NOW)
    engine = Templates(TEMPLATES)._engine
    for call, result, *_ in table(LETTERS, "## Counting and listing"):
        assert engine.from_string("{{ " + call.strip("`") + " }}").render(values) == result.strip("`")


def test_every_variant_and_every_block_stands_in_the_page() -> None:
    assert [row[0] for row in table(LETTERS, "## Which words for whom")] == [
        f"`{v}`" for v in (*VARIANTS.values(), NEUTRAL)
    ]
    blocks = re.findall(r"{% block (\w+)", (TEMPLATES / LAYOUT).read_text(encoding="utf-8"))
    assert [row[0] for row in table(LETTERS, "## The parts of a letter")] == [
        f"`{name}`" for name in ("subject", *blocks)
    ]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_every_faulty_template_of_the_page_is_told_as_it_says(tmp_path, language) -> None:
    """The page shows a spoilt line and what ``harvester check`` says of it."""
    for path in TEMPLATES.glob("*.j2"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    greeting = re.search(r"(?m)^{% block greeting %}\n(.*)$", (TEMPLATES / f"{language}.txt.j2").read_text())
    assert greeting is not None
    rows = table(LETTERS, "## When something is wrong")
    assert len(rows) >= 5
    for spoilt, sentence in rows:
        file = tmp_path / f"{language}.txt.j2"
        whole = (TEMPLATES / file.name).read_text(encoding="utf-8")
        file.write_text(whole.replace(greeting[1], spoilt.strip("`"), 1), encoding="utf-8")
        line = whole[: greeting.start(1)].count("\n") + 1
        faults = composer(templates=tmp_path).check([language])
        assert f"{tmp_path}/{language}.txt.j2:{line}: {sentence}" in faults, spoilt
