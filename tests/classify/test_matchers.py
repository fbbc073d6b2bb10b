"""What of spaCy comes along with its Matchers."""

import subprocess
import sys

LOADED = """
import sys
from harvester.classify.matchers import vocab
vocab()
print(*(name for name in ("typer", "httpx", "requests", "weasel", "spacy.cli") if name in sys.modules))
import spacy.cli
print(spacy.cli.info.__module__)
"""


def test_spacys_command_line_is_loaded_by_who_wants_it_only():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["", "spacy.cli.info"]
