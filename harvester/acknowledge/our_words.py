"""What our letters say, in every language: whoever quotes a letter of ours has not said it.

Rendering 27 languages costs 0.3 s; the text is kept in the cache folder and made anew when a template, the
request or the sender changes.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from harvester.acknowledge import languages
from harvester.classify.topics import topics
from harvester.config import Config
from harvester.model import Disposition, Due

_FORM = b"1"  # count up when this file makes other words of the same templates
_BEFORE_AND_AFTER = timedelta(days=5)


def our_words(config: Config, cache: Path | None = None) -> str:
    """Every paragraph of our letters, once. A broken template is left out; ``check`` and the next answer tell of it.
    ``cache=None`` writes nothing.
    """
    if cache is None:
        return _rendered(config)
    place = cache / f"letters-{_key(config)}.txt"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        head, _, words = place.read_bytes().partition(b"\n")
        if head.decode("ascii") == hashlib.sha256(words).hexdigest():
            return words.decode("utf-8")
    words_now = _rendered(config)
    with contextlib.suppress(OSError):  # a full disk is told of by what needs the room
        _keep(place, words_now.encode("utf-8"))
    return words_now


def _key(config: Config) -> str:
    """All that the words hang on: templates, request, sender, titles of categories."""
    outbox, folder = config.outbox, config.acknowledge.templates
    named = topics(config.classify.rules).categories if config.acknowledge.name_categories else {}
    told = hashlib.sha256(_FORM + repr((config.request, outbox.from_, outbox.from_name, named)).encode("utf-8"))
    for path in sorted(folder.glob("*.j2")):
        with contextlib.suppress(OSError):
            source = path.read_bytes()
            told.update(f"\n{path.name} {len(source)}\n".encode("utf-8", "surrogateescape") + source)
    return told.hexdigest()[:32]


def _keep(place: Path, words: bytes) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in place.parent.glob("letters-*.txt"):
        old.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".letters-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(words).hexdigest().encode("ascii") + b"\n" + words)
        os.replace(name, place)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _rendered(config: Config) -> str:
    from harvester.acknowledge.compose import Composer
    from harvester.acknowledge.letter import set_out
    from harvester.acknowledge.templates import TemplateFault

    composer = Composer(config.acknowledge.templates, config, b"")
    paragraphs: dict[str, None] = {}
    for language in sorted(languages(config.acknowledge.templates)):
        for due, now in _telling(config.request.deadline, composer.categories):
            try:
                variables = composer.variables(replace(due, language=language), now)
                _, text = composer.templates.render(language, variables)
            except (TemplateFault, LookupError):
                continue
            paragraphs |= dict.fromkeys(set_out(text).split("\n\n"))
    return "\n\n".join(paragraphs)


def _telling(deadline: datetime, categories: tuple[str, ...]) -> Iterable[tuple[Due, datetime]]:
    """One of each kind in time and late, and one with files: the others only change numbers and names."""
    from harvester.acknowledge.compose import SAMPLE, VARIANTS

    for kind in [*VARIANTS, Disposition.UNCLEAR]:
        for now in (deadline - _BEFORE_AND_AFTER, deadline + _BEFORE_AND_AFTER):
            yield replace(SAMPLE, disposition=kind, received_at=now), now
    now = deadline - _BEFORE_AND_AFTER
    yield replace(SAMPLE, received_at=now, files=("plan.pdf", "annex.pdf"), links=3, categories=categories), now
