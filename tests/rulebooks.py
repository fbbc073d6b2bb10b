"""The rulebook that ships with the project, compiled once for a whole session of tests, and its part in two languages.

To compile it from nothing takes ten seconds. It happens in a process of its own: a tracer of coverage would double
that, and what it takes of memory is given back.
"""

import atexit
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "rules"
LANGUAGES = {"en", "de"}
COMPILE = """
import sys
from pathlib import Path
from harvester.classify.rulebook import load
load(Path(sys.argv[1]), Path(sys.argv[2]))
print(*sorted({"simplemma", "spacy"} & set(sys.modules)))
"""
"""Loads a folder of rules with a cache, and says which heavy packages that took."""


def load_apart(rules: Path, kept: Path) -> list[str]:
    """Compile these rules into this cache, or find them there; the heavy packages that were needed."""
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, str(rules), str(kept)], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@cache
def compiled_rules() -> Path:
    """A cache that holds the rulebook that ships. Only to be read: copy it to change it."""
    folder = _folder()
    (folder / "needed").write_text("\n".join(load_apart(SHIPPED, folder / "cache")))
    return folder / "cache"


def needed_at_first() -> list[str]:
    """The heavy packages that the compilation from nothing needed."""
    return (compiled_rules().parent / "needed").read_text().split()


@cache
def two_languages() -> tuple[Path, Path]:
    """A folder with the rules that ship for English and German, and a cache that holds what they compile to.

    They are read ten times faster than all of them, which every command and every run does anew.
    """
    folder = _folder()
    for file in SHIPPED.rglob("*.toml"):
        if file.parent == SHIPPED or file.stem in LANGUAGES:
            copy = folder / "rules" / file.relative_to(SHIPPED)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
    _leave_out_what_only_others_speak(folder / "rules")
    load_apart(folder / "rules", folder / "cache")
    return folder / "rules", folder / "cache"


def _leave_out_what_only_others_speak(rules: Path) -> None:
    """Rules that are made of lists which stand in the words of other languages alone."""
    kept = _lists(rules)
    elsewhere = _lists(SHIPPED) - kept
    for file in rules.glob("*.toml"):
        head, *blocks = re.split(r"^(?=\[\[rule\]\])", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        spoken = [one for one in blocks if not elsewhere & set(re.findall(r"<(\w+)>", one))]
        file.write_text("".join([head, *spoken]), encoding="utf-8")


def _lists(rules: Path) -> set[str]:
    """The names of all lists of words."""
    return {
        name
        for file in rules.rglob("*.toml")
        for name in re.findall(r"^(\w+) = \[", file.read_text(encoding="utf-8"), re.MULTILINE)
    }


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rulebook-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
