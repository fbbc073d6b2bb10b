"""From one machine to many: workers, and the move to another database."""

from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.call import Json, now_utc, opened, print_json
from harvester.errors import OK, Unusable

if TYPE_CHECKING:
    from harvester.config import Config

many_app = typer.Typer()


@many_app.command()
def worker(
    ctx: typer.Context,
    until_empty: Annotated[bool, typer.Option("--until-empty", help="Stop when nothing waits any more.")] = False,
) -> None:
    """Read what runs have fetched, on this host, until it is told to stop (SIGTERM); PostgreSQL only.

    Set classify.elsewhere = true, so that runs leave the reading to workers. docs/cluster.md tells the rest.
    """
    from harvester.cluster import work
    from harvester.store.lock import RunLock
    from harvester.workshop import Workshop

    config: Config = ctx.obj.settings(at_work=True)
    with opened(config, create=True) as store:
        work(Workshop(config, store, RunLock(store), now_utc()), now_utc, until_empty)


@many_app.command()
def move(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="postgresql+psycopg://... or sqlite:///FILE")],
    json_: Json = False,
) -> None:
    """Copy everything into another, empty database, and check that it arrived; the old one stays as it is.

    Rows only: mails and attachments stay in the data folder. Afterwards write the new address into store.url.
    """
    from harvester.store.copying import copy
    from harvester.store.engine import Store
    from harvester.store.lock import RunLock

    config: Config = ctx.obj.settings()
    target = Store.open(url, config.store.data)
    try:
        with opened(config, create=True) as source, RunLock(source) as ours, RunLock(target) as theirs:
            if source.url == target.url:
                raise Unusable(f"{target.where}: this is the database that is in use")
            same_lock = source.dialect == target.dialect == "sqlite"  # it lies in the data folder
            for lock in (ours,) if same_lock else (ours, theirs):
                if not lock.held:
                    raise Unusable(f"a run is going ({lock.holder}); move when it has ended")
            with source.read() as of_old, target.begin() as of_new:
                rows = copy(of_old, of_new)
    finally:
        target.close()
    if json_:
        print_json(rows)
        raise typer.Exit(OK)
    print(f"{sum(rows.values())} rows of {len(rows)} tables are in {target.where}, and were compared one by one.")
    print("Now write its address into store.url; the old database is as it was.")
