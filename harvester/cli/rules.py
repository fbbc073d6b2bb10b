"""``harvester rules ...``: the workbench of whoever writes rules."""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.call import Json, opened, print_json
from harvester.errors import WRONG_SETUP, Unusable

if TYPE_CHECKING:
    from harvester.classify import Classifier
    from harvester.classify.rulebook import Rulebook
    from harvester.config import Config
    from harvester.message.reader import Reader
    from harvester.model import Message
    from harvester.workbench.labelled import Labelled

rules_app = typer.Typer(no_args_is_help=True, help="The rules that classify replies: check, test and measure them.")


@rules_app.command("check")
def check(ctx: typer.Context) -> None:
    """Read every rule file; report every fault with file and line."""
    config = ctx.obj.settings()
    book = _book(config, config.classify.rules)
    print(f"rules are fine: {len(book.categories)} categories, hash {book.hash[:12]}")


@rules_app.command("test")
def test(ctx: typer.Context) -> None:
    """Run each rule's own `matches` and `ignores`."""
    config = ctx.obj.settings()
    problems = _book(config, config.classify.rules).run_tests()
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(WRONG_SETUP)
    print("every rule does what its examples say")


@rules_app.command("why")
def why(
    ctx: typer.Context,
    words: Annotated[
        str, typer.Argument(metavar="TEXT|FILE", help="A sentence in quotes, or a file with a reply's text.")
    ],
) -> None:
    """What the rules make of a text, and on which words."""
    from harvester.classify import Classifier
    from harvester.report.printed import LABEL, judged
    from harvester.workbench.labelled import message_of
    from harvester.workbench.nearly import nearly

    path = Path(words)
    try:
        text = path.read_text(encoding="utf-8") if len(words) < 250 and path.is_file() else words
    except (OSError, UnicodeDecodeError) as fault:
        raise Unusable(f"{path}: cannot be read: {fault}") from fault
    reader, book = _at_hand(ctx)
    message = message_of(text, reader)
    verdict = Classifier(book).judge(message)
    judged(verdict)
    if not verdict.categories:
        nearest = nearly(book, message.own_text, verdict.language)
        for number, one in enumerate(nearest):
            print(f"{'' if number else 'not quite':{LABEL}}{one.told()}")


Texts = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE.jsonl]",
        help='One object a line: {"text": "...", "labels": ["shared"]}; without it the replies that staff have filed.',
        show_default=False,
    ),
]


@rules_app.command("score")
def score(ctx: typer.Context, file: Texts = None, json_: Json = False) -> None:
    """Compare the rules with what people say: precision, recall, F1, and the worst rules first."""
    from harvester.workbench.score import printed, scored

    texts, classifier = _labelled(ctx, file)
    result = scored(texts, classifier)
    print_json(result) if json_ else printed(result)


@rules_app.command("suggest")
def suggest(ctx: typer.Context, file: Texts = None, json_: Json = False) -> None:
    """Phrases for replies that people have filed and no rule caught, with the false hits each would make."""
    from harvester.workbench.suggest import suggestions, told

    found = suggestions(*_labelled(ctx, file))
    if json_:
        print_json([one.as_json() for one in found])
        return
    for line in told(found):
        print(line)
    if not found:
        print("nothing to suggest: the rules catch all of them, or their words are too few")


@rules_app.command("stats")
def stats(ctx: typer.Context, json_: Json = False) -> None:
    """How many rules there are, and how often each spoke in the stored replies."""
    from harvester.store.rule_counts import spoken
    from harvester.workbench.stats import printed
    from harvester.workbench.stats import stats as counted

    config: Config = ctx.obj.settings()
    with opened(config) as store, store.read() as tx:
        result = counted(_book(config, config.classify.rules), spoken(tx))
    print_json(result) if json_ else printed(result)


@rules_app.command("diff")
def diff(
    ctx: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A folder of rules, such as a copy of the one in use.")],
    new: Annotated[
        Path | None, typer.Argument(metavar="[NEW]", help="Another; without it the one in use.", show_default=False)
    ] = None,
    on: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="Compare on these texts instead of the stored replies."),
    ] = None,
    json_: Json = False,
) -> None:
    """Which replies the new rules would file otherwise than the old ones, and on which words. Stores nothing."""
    from harvester.workbench.diff import differences, stored

    config: Config = ctx.obj.settings()
    before, after = _book(config, old), _book(config, new or config.classify.rules)
    count = 0
    with contextlib.ExitStack() as open_ones:
        if on is None:
            messages: Iterable[tuple[int | str, Message]] = stored(open_ones.enter_context(opened(config)))
        else:
            messages = ((one.where, one.message) for one in _labelled(ctx, on)[0])
        for change in differences(before, after, messages):
            count += 1
            print_json(change.as_json()) if json_ else print(change.told())
    if not json_:
        print(f"{count} replies would be filed differently")


def _labelled(ctx: typer.Context, file: Path | None) -> "tuple[list[Labelled], Classifier]":
    """What people say, and who judges the same texts. Raises Unusable where nobody has said anything."""
    from harvester.classify import Classifier
    from harvester.workbench.labelled import in_file, reviewed

    reader, book = _at_hand(ctx)
    if file is not None:
        return in_file(file, reader), Classifier(book)
    with opened(ctx.obj.settings()) as store:
        texts = list(reviewed(store))
    if not texts:
        raise Unusable("no stored reply has been filed by a person yet; name a file of labelled texts")
    return texts, Classifier(book)


def _book(config: "Config", folder: Path) -> "Rulebook":
    """A rulebook, from the cache where there is one."""
    from harvester.classify.rulebook import load

    return load(folder, config.cache_folder())


def _at_hand(ctx: typer.Context) -> "tuple[Reader, Rulebook]":
    """What reads and judges, as the settings have it; a cache is used where there is one."""
    from harvester.acknowledge.our_words import our_words
    from harvester.message.reader import Reader

    config: Config = ctx.obj.settings()
    reader = Reader(config.request_texts(), config.limits, None, our_words(config))
    return reader, _book(config, config.classify.rules)
