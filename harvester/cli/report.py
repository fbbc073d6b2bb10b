"""``harvester report``: the evidence report as a file, as it is now or as it was frozen."""

from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.call import Json, now_utc, opened, print_json
from harvester.errors import Unusable

report_app = typer.Typer(
    no_args_is_help=True, help="The evidence report: per category and kind the cases, with verbatim quotations."
)
Case = Annotated[
    list[str] | None,
    typer.Option("--case", metavar="CASE", help="Only this case, LGA-2027-0042/2 or 17/2; may be given many times."),
]
Share = Annotated[bool, typer.Option("--share", help="For people outside: without what was sent in confidence.")]


@report_app.command("write")
def write(
    ctx: typer.Context,
    to: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .docx or .html.")],
    share: Share = False,
    case: Case = None,
    frozen: Annotated[int | None, typer.Option(metavar="N", help="A frozen report instead of the one of now.")] = None,
) -> None:
    """Write the report into FILE."""
    from harvester.report import evidence
    from harvester.report.evidence_docx import docx
    from harvester.report.evidence_html import html
    from harvester.report.picking import picks
    from harvester.store import reports

    forms = {".docx": docx, ".html": html}
    if to.suffix not in forms:
        raise Unusable(f"{to}: must end in .docx or .html")
    if case and frozen is not None:
        raise Unusable("--case: a frozen report holds the cases that were picked for it; leave out --case or --frozen")
    config = ctx.obj.settings()
    with opened(config) as store, store.read() as tx:
        if frozen is None:
            picked = picks(tx, case) if case else None
            made = evidence.gather(tx, config, now_utc(), share=share, picked=picked)
        elif content := reports.content(tx, frozen):
            made = evidence.thawed(content)
        else:
            raise Unusable(f"report {frozen}: there is none; `harvester report list` shows which there are")
    try:
        to.write_bytes(forms[to.suffix](made))
    except OSError as fault:
        raise Unusable(f"{to}: cannot be written: {fault.strerror}") from fault
    cases = sum(len(section.cases) for chapter in made.chapters for section in chapter.sections)
    left = f"; {made.left_out} replies left out" if made.left_out else ""
    print(f"{to}: {cases} cases from {made.with_evidence} replies{left}")


@report_app.command("freeze")
def freeze(ctx: typer.Context, share: Share = False, case: Case = None) -> None:
    """Keep the report of now, so that it can be made again byte for byte whatever happens to the replies."""
    from harvester.report import evidence
    from harvester.report.picking import picks
    from harvester.store import reports

    config, now = ctx.obj.settings(), now_utc()
    with opened(config, create=True) as store:
        with store.read() as tx:  # takes long: a run must not wait for it
            picked = picks(tx, case) if case else None
            made = evidence.gather(tx, config, now, share=share, picked=picked)
        title = f"{'to share' if share else 'everything'}{': ' if made.chosen else ''}{made.chosen}"
        with store.begin() as tx:
            number = reports.freeze(tx, title, evidence.frozen(made), "command line", now)
    print(f"frozen as report {number}; `harvester report write evidence.docx --frozen {number}` makes it again")


@report_app.command("list")
def list_(ctx: typer.Context, json_: Json = False) -> None:
    """Frozen reports, the newest first."""
    from harvester.store import reports

    with opened(ctx.obj.settings()) as store, store.read() as tx:
        found = reports.all_of(tx)
    if json_:
        print_json([{"id": one.id, "made_at": one.made_at, "by": one.made_by, "sha256": one.sha256,
                     "erased_at": one.erased_at} for one in found])  # fmt: skip
        return
    for one in found:
        what = f"{one.title}, by {one.made_by}"
        if one.erased_at:
            what = f"frozen by {one.made_by}, erased on {one.erased_at:%Y-%m-%d}: {one.because}"
        print(f"{one.id:4}  {one.made_at:%Y-%m-%d %H:%M} UTC  {what}  {one.sha256[:12]}")
    if not found:
        print("none yet: `harvester report freeze` keeps one")
