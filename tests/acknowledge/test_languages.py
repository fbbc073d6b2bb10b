"""What holds for the letters of every language, whichever there are."""

import re

import pytest

from harvester.acknowledge import languages
from harvester.acknowledge.compose import samples
from harvester.acknowledge.letter import set_out
from harvester.model import Disposition
from letter_samples import DEADLINE, NOW, TEMPLATES, composer, due, read

COMPOSER = composer()
OTHERS = sorted(languages(TEMPLATES) - {"en"})
KINDS = (Disposition.EVIDENCE, Disposition.NIL, Disposition.QUESTION, Disposition.HOLDING, Disposition.UNCLEAR)


def letter(language: str, **changes: object) -> str:
    return read(COMPOSER.compose(due(language=language, **changes), NOW).raw).text


@pytest.mark.parametrize("language", OTHERS)
def test_the_check_finds_no_fault(language: str) -> None:
    assert COMPOSER.check([language]) == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_paragraph_is_left_in_english(language: str, kind: Disposition) -> None:
    ours = set(letter(language, disposition=kind, links=2).split("\n\n"))
    english = set(letter("en", disposition=kind, links=2).split("\n\n"))
    assert len(ours) == len(english)
    assert [one for one in ours & english if not one.startswith("LGA International Desk")] == []


@pytest.mark.parametrize("language", OTHERS)
def test_files_and_links_are_counted_in_every_plural_form(language: str) -> None:
    for number in (3, 5, 11, 21, 22, 25, 100):
        text = letter(language, links=number, files=tuple(f"annex {n}.pdf" for n in range(number)))
        assert len(re.findall(rf"(?<!\d){number}(?!\d)", text)) >= 2, number


@pytest.mark.parametrize("language", OTHERS)
def test_no_letter_has_a_gap_or_a_stray_mark(language: str) -> None:
    for one, now in samples(DEADLINE):
        changes = {name: getattr(one, name) for name in ("disposition", "files", "links", "received_at")}
        variables = COMPOSER.variables(due(language=language, **changes), now)
        text = set_out(COMPOSER.templates.render(language, variables)[1])
        for line in text.splitlines():
            if not line.startswith("  "):
                assert not re.search(r"  |\(\)|\( | \)| ,| \.(?!\.)|\{|\}|,,|\.\.(?!\.)|::", line), line
