"""Keys to lines."""

import tomllib

import pytest

from harvester.toml_lines import Lines, dotted

TEXT = r'''# a comment = not a key
top = 1
[request]
title = "a [bracket] = 'and' # no comment \""
long = """
[not.a.table]
no_key = 1 \""" still text
""""
a.b = 2
texts = [
    "one", # ] in a comment
    "two",
]
[[mailbox]]
name = 'C:\path\'
folders = [
    { name = "INBOX", acknowledge = true },
    { name = "Junk", extra = [
      1], acknowledge = false },
]
[mailbox.more]
deep = 1979-05-27T07:32:00Z
[[mailbox]]
"quoted key" = {x = {y = [1, [2, 3]]}, z = 'it"s'}
[ spaced . "table" ]
last = inf
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("request",), 3),
        (("request", "title"), 4),
        (("request", "long"), 5),
        (("request", "a", "b"), 9),
        (("request", "texts"), 10),
        (("request", "texts", 1), 12),
        (("mailbox",), 14),
        (("mailbox", 0), 14),
        (("mailbox", 0, "name"), 15),
        (("mailbox", 0, "folders", 0, "acknowledge"), 17),
        (("mailbox", 0, "folders", 1, "name"), 18),
        (("mailbox", 0, "folders", 1, "acknowledge"), 19),
        (("mailbox", 0, "more"), 21),
        (("mailbox", 0, "more", "deep"), 22),
        (("mailbox", 1), 23),
        (("mailbox", 1, "quoted key", "x", "y", 1, 0), 24),
        (("mailbox", 1, "quoted key", "z"), 24),
        (("spaced", "table", "last"), 26),
        (("spaced", "table", "missing"), 25),
        (("nowhere",), 1),
    ],
)
def test_every_key_is_found_in_its_line(path: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(TEXT)
    assert Lines(TEXT).of(path) == line


def test_every_key_that_tomllib_knows_has_a_line() -> None:
    lines = Lines(TEXT)

    def walk(value: object, path: tuple[str | int, ...]) -> None:
        if path:
            assert path in lines.known, path
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, below in items:
            walk(below, (*path, key))

    walk(tomllib.loads(TEXT), ())


def test_paths_are_written_as_people_write_them() -> None:
    assert dotted(("mailbox", 0, "folders", 1, "name")) == "mailbox[0].folders[1].name"
