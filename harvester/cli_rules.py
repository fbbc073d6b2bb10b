"""``harvester rules ...``: the workbench of whoever writes rules."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.call import Json, print_json
from harvester.errors import WRONG_SETUP, Unusable

if TYPE_CHECKING:
    from harvester.classify import Classifier
    from harvester.config import Config
    from harvester.message.reader import Reader

rules_app = typer.Typer(no_args_is_help=True, help="The rules that classify replies: check, test and measure them.")


@rules_app.command("check")
def check(ctx: typer.Context) -> None:
    """Read every rule file; report every fault with file and line."""
    from harvester.classify.rulebook import load

    book = load(ctx.obj.settings().classify.rules, None)
    print(f"rules are fine: {len(book.categories)} categories, hash {book.hash[:12]}")


@rules_app.command("test")
def test(ctx: typer.Context) -> None:
    """Run each rule's own `matches` and `ignores`."""
    from harvester.classify.rulebook import load

    problems = load(ctx.obj.settings().classify.rules, None).run_tests()
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
    from harvester.report.printed import judged
    from harvester.report.score import message_of

    path = Path(words)
    try:
        text = path.read_text(encoding="utf-8") if len(words) < 250 and path.is_file() else words
    except (OSError, UnicodeDecodeError) as fault:
        raise Unusable(f"{path}: cannot be read: {fault}") from fault
    reader, classifier = _at_hand(ctx)
    judged(classifier.judge(message_of(text, reader)))


@rules_app.command("score")
def score(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help='One object a line: {"text": "...", "labels": ["shared"]}.')
    ],
    json_: Json = False,
) -> None:
    """Compare the rules with texts that people have labelled: precision, recall, F1, and the worst rules first."""
    from harvester.report.score import labelled, printed, scored

    result = scored(labelled(file), *_at_hand(ctx))
    print_json(result) if json_ else printed(result)


def _at_hand(ctx: typer.Context) -> "tuple[Reader, Classifier]":
    """What reads and judges, as the settings have it; a cache is used where there is one."""
    from harvester.acknowledge.our_words import our_words
    from harvester.classify import Classifier
    from harvester.classify.rulebook import load
    from harvester.message.reader import Reader

    config: Config = ctx.obj.settings()
    folder = config.store.data / "cache"
    cache = folder if folder.is_dir() else None
    book = load(config.classify.rules, cache)
    return Reader(config.request_texts(), config.limits, None, our_words(config)), Classifier(book)
