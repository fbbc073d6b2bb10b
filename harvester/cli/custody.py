"""What we were given to keep: proving that nothing changed."""

from typing import TYPE_CHECKING

import typer

from harvester.cli.call import Json, opened, print_json, progress_bars
from harvester.errors import NEEDS_PERSON, OK

if TYPE_CHECKING:
    from harvester.config import Config

custody_app = typer.Typer()


@custody_app.command()
def verify(ctx: typer.Context, json_: Json = False) -> None:
    """Prove that nothing changed: every mail and file against its hash at arrival, the database against itself.

    Changes nothing; a run may be going meanwhile. Exit code 1 if anything is wrong.
    """
    from dataclasses import asdict

    from harvester.custody.verify import Figures
    from harvester.custody.verify import verify as prove

    config: Config = ctx.obj.settings()
    figures, faults = Figures(), []
    with opened(config) as store, progress_bars(json_) as progress:
        for fault in prove(config, store, figures, progress):
            faults.append(asdict(fault))
            if not json_:
                print(f"{fault.what}: {fault.sentence}; {fault.todo}")
    if json_:
        print_json({"sound": not faults, **figures.as_json(), "faults": faults})
    elif faults:
        print(f"{len(faults)} faults in {figures.told()}")
    else:
        print(f"all as it arrived: {figures.told()}")
    raise typer.Exit(NEEDS_PERSON if faults else OK)
