"""Broken templates of every kind: each fault with its file, its line and what was probably meant."""

from pathlib import Path

import pytest

from harvester.acknowledge.templates import TemplateFault, Templates

LAYOUT = "{% block greeting required %}{% endblock %}\n\n{% block more %}{% endblock %}\n{{ sender }}\n"
GOOD = """{% extends "layout.txt.j2" %}
{% block subject %}Hello{% endblock %}
{% block greeting %}
Dear {{ title }},
{% endblock %}
"""
KNOWN = ("title", "sender", "count", "listed", "attachments")
VALUES = {"title": "Sir", "sender": "Us", "attachments": ["a"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "layout.txt.j2").write_text(LAYOUT)
    (tmp_path / "en.txt.j2").write_text(GOOD)
    return tmp_path


def faults(folder: Path, language: str = "en") -> list[str]:
    return Templates(folder, "templates").faults(language, KNOWN)


def test_a_template_fills_the_blocks_of_the_layout(folder: Path) -> None:
    assert faults(folder) == []
    subject, text = Templates(folder).render("en", VALUES)
    assert (subject, text) == ("Hello", "Dear Sir,\n\nUs")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (GOOD.replace("title", "titel"), "en.txt.j2:4: there is no variable 'titel'; did you mean 'title'?"),
        (GOOD.replace("title }}", "title | uper }}"), "en.txt.j2:4: there is no filter 'uper'; did you mean 'upper'?"),
        (GOOD.replace("title }}", "1 if title is defned }}"), "en.txt.j2:4: there is no test 'defned'"),
        (GOOD.replace("title }}", "title }"), "en.txt.j2:4: unexpected '}'"),
        (GOOD.replace("{% endblock %}\n", "{% endblok %}\n", 1), "en.txt.j2:2: Encountered unknown tag"),
        (GOOD + "{% block subject %}{% endblock %}", "en.txt.j2:6: block 'subject' defined twice"),
        (GOOD + "\n\nDear all\n", "en.txt.j2:8: this stands outside every block and would never be sent"),
        (GOOD + "\n{{ title }}\n", "en.txt.j2:7: this stands outside every block and would never be sent"),
        (GOOD.replace("block greeting", "block greting"), "en.txt.j2:3: layout.txt.j2 has no block 'greting'"),
        (GOOD.replace("block greeting", "block greting"), "en.txt.j2:1: the block 'greeting' is missing"),
        (GOOD.replace("block subject", "block more"), "en.txt.j2:1: the block 'subject' is missing"),
        (GOOD.split("\n", 1)[1], "en.txt.j2:1: the file does not begin with {% extends"),
        (GOOD.replace("title }}", "count(3, one='{n} day') }}"), "en.txt.j2:4: count() lacks other; en counts with"),
        ("", "en.txt.j2:1: the file does not begin with {% extends"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_a_suggestion(folder: Path, source: str, fault: str) -> None:
    (folder / "en.txt.j2").write_text(source)
    assert any(one.startswith(f"templates/{fault}") for one in faults(folder)), faults(folder)


def test_several_faults_are_told_together(folder: Path) -> None:
    (folder / "en.txt.j2").write_text(GOOD.replace("{{ title }}", "{{ a }} {{ b }}\n{{ c }}"))
    assert [one.split(":")[1] for one in faults(folder)] == ["4", "4", "5"]


def test_faults_of_the_layout_are_told_in_its_own_lines(folder: Path) -> None:
    (folder / "layout.txt.j2").write_text(LAYOUT.replace("sender", "sendr"))
    assert faults(folder) == ["templates/layout.txt.j2:4: there is no variable 'sendr'; did you mean 'sender'?"]


def test_a_missing_layout_is_told(folder: Path) -> None:
    (folder / "layout.txt.j2").rename(folder / "lay-out.txt.j2")
    assert any(
        "there is no file 'layout.txt.j2' in templates; did you mean 'lay-out.txt.j2'?" in f for f in faults(folder)
    )


def test_a_file_that_is_not_utf8_is_told_with_its_line(folder: Path) -> None:
    (folder / "en.txt.j2").write_bytes(GOOD.encode() + "{# Grüße #}".encode("latin-1"))
    assert faults(folder) == ["templates/en.txt.j2:6: the file is not UTF-8 text; save it as UTF-8"]


@pytest.mark.parametrize(
    ("piece", "says"),
    [
        ("attachments[7]", "has no element 7"),
        ("1 / 0", "ZeroDivisionError"),
        ("title + 1", "TypeError"),
        ("title.__class__.__mro__", "access to attribute '__class__'"),
        ("attachments.append('x')", "append"),
    ],
)
def test_what_goes_wrong_in_rendering_is_told_with_its_line(folder: Path, piece: str, says: str) -> None:
    (folder / "en.txt.j2").write_text(GOOD.replace("{{ title }}", f"\n{{{{ {piece} }}}}"))
    with pytest.raises(TemplateFault) as caught:
        Templates(folder, "templates").render("en", VALUES)
    assert str(caught.value).startswith("templates/en.txt.j2:5: ") and says in str(caught.value)


def test_a_value_is_never_read_as_template_language(folder: Path) -> None:
    text = Templates(folder).render("en", {**VALUES, "title": "{{ sender }}{% raw %}"})[1]
    assert text.startswith("Dear {{ sender }}{% raw %},")
