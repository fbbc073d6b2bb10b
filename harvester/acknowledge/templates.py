"""The texts of our letters as staff write them: the only door of Jinja2.

Sandboxed, strict, plain text. A sender's words reach a template as the values of variables and are never read as
template language. Every fault is ``file:line: sentence``, found before anything is sent.
"""

import traceback
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2 import nodes as tree
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.sandbox import ImmutableSandboxedEnvironment

from harvester.acknowledge import languages
from harvester.acknowledge.tongue import Tongue
from harvester.did_you_mean import did_you_mean

LAYOUT = "layout.txt.j2"
Found = tuple[int, str]  # line and sentence
BUILT_IN = frozenset({*DEFAULT_NAMESPACE, "loop", "super", "self", "caller"})
SUBJECT = "subject"  # the one block that is no part of the text


class TemplateFault(Exception):
    """A template cannot be used; the message is ``file:line: sentence``."""


class Templates:
    """One folder of templates. ``shown`` is the folder's name in sentences."""

    def __init__(self, folder: Path, shown: str = "") -> None:
        self.folder = folder
        self.shown = shown or str(folder)
        self.languages = languages(folder)
        self._engine = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder, encoding="utf-8"),
            undefined=StrictUndefined,
            autoescape=False,  # plain text
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._compiled: dict[str, Template] = {}

    def render(self, language: str, variables: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and text. Raises TemplateFault."""
        name = f"{language}.txt.j2"
        try:
            template = self._compiled.get(name)
            if template is None:
                template = self._compiled[name] = self._engine.get_template(name)
            try:
                context = template.new_context(dict(variables))
                subject = "".join(template.blocks[SUBJECT](context)) if SUBJECT in template.blocks else ""
                return subject, "".join(template.root_render_func(context))
            except Exception:
                self._engine.handle_exception()  # the same error, with the template's own lines
        except Exception as fault:  # a template may do anything, and all of it is for staff to mend
            raise TemplateFault(self._sentence(fault, name)) from fault

    # ------------------------------------------------------------------ faults

    def faults(self, language: str, known: Collection[str]) -> list[str]:
        """All that can be seen without rendering: of this language's file and of the layout."""
        name = f"{language}.txt.j2"
        return [*self._faults(LAYOUT, known, None), *self._faults(name, known, Tongue(language))]

    def _faults(self, name: str, known: Collection[str], tongue: Tongue | None) -> list[str]:
        try:
            parsed = self._parsed(name)
            layout = {block.name: block.required for block in self._parsed(LAYOUT).find_all(tree.Block)}
            found = [*_unknown_names(parsed, known), *self._unknown_tools(parsed)]
            if not found:  # what else Jinja2 does not like: the same block twice ...
                self._engine.compile(self._parsed(name), name, str(self.folder / name))
        except (TemplateError, UnicodeDecodeError, OSError) as fault:
            return [self._sentence(fault, name)]
        if tongue is not None:
            found += [*_outside_blocks(parsed), *_wrong_blocks(parsed, layout), *_missing_plurals(parsed, tongue)]
        return [f"{self.shown}/{name}:{line}: {sentence}" for line, sentence in sorted(found)]

    def _parsed(self, name: str) -> tree.Template:
        assert self._engine.loader is not None
        source = self._engine.loader.get_source(self._engine, name)[0]
        return self._engine.parse(source, name, str(self.folder / name))

    def _unknown_tools(self, parsed: tree.Template) -> Iterator[Found]:
        for kind, node_type, offered in (
            ("filter", tree.Filter, self._engine.filters),
            ("test", tree.Test, self._engine.tests),
        ):
            for node in parsed.find_all(node_type):
                if node.name not in offered:
                    yield node.lineno, f"there is no {kind} {node.name!r}{did_you_mean(node.name, offered)}"

    def _sentence(self, fault: BaseException, name: str) -> str:
        if isinstance(fault, TemplateNotFound):
            advice = did_you_mean(str(fault.name), [path.name for path in self.folder.glob("*.j2")])
            return f"{self.shown}/{name}:1: there is no file {fault.name!r} in {self.shown}{advice}"
        if isinstance(fault, UnicodeDecodeError):
            line = fault.object[: fault.start].count(b"\n") + 1
            return f"{self.shown}/{name}:{line}: the file is not UTF-8 text; save it as UTF-8"
        if isinstance(fault, OSError):
            return f"{self.shown}/{name}:1: cannot be read: {fault.strerror}"
        if isinstance(fault, TemplateSyntaxError):
            return f"{self.shown}/{fault.name or name}:{fault.lineno}: {' '.join(str(fault.message).split())}"
        places = [
            (Path(frame.filename).name, frame.lineno or 1)
            for frame in traceback.extract_tb(fault.__traceback__)
            if Path(frame.filename).parent == self.folder
        ]
        file, line = places[-1] if places else (name, 1)
        what = str(fault) if isinstance(fault, (TemplateError, ValueError)) else f"{type(fault).__name__}: {fault}"
        return f"{self.shown}/{file}:{line}: {' '.join(what.split())}"


def _unknown_names(parsed: tree.Template, known: Collection[str]) -> Iterator[Found]:
    names = list(parsed.find_all(tree.Name))
    own = {name.name for name in names if name.ctx != "load"} | {macro.name for macro in parsed.find_all(tree.Macro)}
    for name in names:
        if name.ctx == "load" and name.name not in own and name.name not in known and name.name not in BUILT_IN:
            yield name.lineno, f"there is no variable {name.name!r}{did_you_mean(name.name, known)}"


def _outside_blocks(parsed: tree.Template) -> Iterator[Found]:
    """Jinja2 drops it without a word."""
    if not any(isinstance(node, tree.Extends) for node in parsed.body):
        yield 1, f'the file does not begin with {{% extends "{LAYOUT}" %}}, so it has no signature'
        return
    for node in parsed.body:
        if isinstance(node, tree.Output):
            for piece in node.nodes:
                text = piece.data if isinstance(piece, tree.TemplateData) else "{{ }}"
                if text.strip():
                    blanks = text[: len(text) - len(text.lstrip())]
                    yield piece.lineno + blanks.count("\n"), "this stands outside every block and would never be sent"


def _wrong_blocks(parsed: tree.Template, layout: Mapping[str, bool]) -> Iterator[Found]:
    here = {block.name: block.lineno for block in parsed.find_all(tree.Block)}
    for name, line in here.items():
        if name != SUBJECT and name not in layout:
            yield line, f"{LAYOUT} has no block {name!r}{did_you_mean(name, [*layout, SUBJECT])}"
    for name in [SUBJECT, *(name for name, required in layout.items() if required)]:
        if name not in here:
            yield 1, f"the block {name!r} is missing; write {{% block {name} %}} ... {{% endblock %}}"


def _missing_plurals(parsed: tree.Template, tongue: Tongue) -> Iterator[Found]:
    for call in parsed.find_all(tree.Call):
        if isinstance(call.node, tree.Name) and call.node.name == "count":
            given = {word.key for word in call.kwargs}
            if missing := [form for form in tongue.plurals() if form not in given]:
                yield (
                    call.lineno,
                    f"count() lacks {', '.join(missing)}; {tongue.language} counts with "
                    + ", ".join(f'{form}="..."' for form in tongue.plurals()),
                )
