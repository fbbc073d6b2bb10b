"""docs/proofs.md names tests that exist, and has a row for every promise."""

import ast
import re
from functools import cache
from pathlib import Path

REPO = Path(__file__).parent.parent
PAGE = (REPO / "docs" / "proofs.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", PAGE)


@cache
def functions_of(file: str) -> set[str]:
    """The names of the functions in a file of tests, without loading it."""
    tree = ast.parse((REPO / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_the_page_names_exists():
    missing = [
        f"{file}::{name}"
        for file, name in NAMED
        if not (REPO / file).is_file() or (name and name not in functions_of(file))
    ]
    assert len(NAMED) > 60
    assert missing == []


def test_every_promise_has_a_row_and_every_row_a_proof_or_the_word_that_there_is_none():
    rows = dict(re.findall(r"^\| ([RS]\d+) \|(.*)$", PAGE, re.MULTILINE))
    assert list(rows) == [f"R{n}" for n in range(1, 26)] + [f"S{n}" for n in range(1, 29)]
    bare = [name for name, row in rows.items() if "`tests/" not in row and "**not" not in row]
    assert bare == []
