"""Each outside library has one door: whoever changes a library looks in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "harvester"
DOORS = {
    "imapclient": ("mailbox/imap.py", "mailbox/session.py"),
    "imaplib": ("mailbox/",),
    "mailparser": ("message/parse.py",),
    "selectolax": ("message/",),
    "linkify_it": ("message/written_links.py",),
    "publicsuffixlist": ("message/domains.py",),
    "puremagic": ("message/media.py",),
    "pypdfium2": ("message/documents/",),
    "python_calamine": ("message/documents/",),
    "spacy": ("classify/matchers.py",),
    "pycld2": ("classify/language.py",),
    "simplemma": ("classify/forms.py",),
    "sqlalchemy": ("store/",),
    "alembic": ("store/",),
    "sqlite3": ("store/",),
    "psycopg": ("store/",),
    "jinja2": ("acknowledge/templates.py", "review/view.py", "report/evidence_html.py"),
    "babel": ("acknowledge/tongue.py",),
    "procrastinate": ("cluster.py",),
    "smtplib": ("acknowledge/",),
    "pydantic": ("config/",),
    "typer": ("cli/",),
    "rich": ("cli/", "tour.py", "report/"),
    "xlsxwriter": ("report/workbook.py",),
    "starlette": ("review/",),
    "uvicorn": ("review/server.py", "review/connection.py"),
    "argon2": ("review/passwords.py",),
    "nh3": ("review/safe_html.py",),
    "docx": ("report/",),
    "pymap": ("demo/",),
    "aiosmtpd": ("demo/",),
}


def imported(file: Path) -> Iterator[str]:
    """Top-level names of the packages that a file imports at run time, inside functions too."""
    waiting: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        waiting.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_imported_at_its_door_only(library):
    rooms = {str(file.relative_to(HOUSE)) for file in HOUSE.rglob("*.py") if library in set(imported(file))}
    others = {room for room in rooms if not room.startswith(DOORS[library])}
    assert not others
    assert rooms or library in ("alembic",)
