"""From one machine to many: workers, and the move to another database."""

from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.call import Json, now_utc, opened, print_json

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
    from harvester.moving import move as move_to

    config: Config = ctx.obj.settings()
    with opened(config, create=True) as store:
        where, rows = move_to(config, store, url)
    if json_:
        print_json(rows)
        return
    print(f"{sum(rows.values())} rows of {len(rows)} tables are in {where}, and were compared one by one.")
    print("Now write its address into store.url; the old database is as it was.")
