"""Categories by name, in the request's order, without compiling a rule."""

from pathlib import Path

from harvester.classify.rulebook import load
from harvester.classify.topics import topics

RULE = """because = "a"
phrases = ["a town"]
lang = "en"
"""


def rules(folder: Path, **heads: str) -> Path:
    (folder / "words").mkdir()
    (folder / "words" / "en.toml").write_text('frame = ["town"]\n', encoding="utf-8")
    for name, head in heads.items():
        text = f'id = "{name}"\ntitle = "{name.title()}"\n{head}\n[[rule]]\nid = "r"\n{RULE}'
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_categories_stand_in_the_order_that_their_files_tell(tmp_path):
    folder = rules(tmp_path, ash="", birch="order = 2", cedar="order = 1", date="")
    assert list(topics(folder).categories) == ["cedar", "birch", "ash", "date"]
    assert list(load(folder, None).categories) == ["cedar", "birch", "ash", "date"]
    assert [topics(folder).place(name) for name in ("cedar", "ash")] == [1, 3]


def test_the_shipped_categories_stand_in_the_order_of_the_request():
    shipped = Path(__file__).parents[2] / "rules"
    assert list(topics(shipped).categories) == ["shared", "takeover", "costcut"]
