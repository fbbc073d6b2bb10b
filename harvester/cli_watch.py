"""Knowing how it goes: what can be tried, how things stand, what runs did, what the server has that we have not."""

import typer

from harvester.call import Json, now_utc, opened, print_json, worst
from harvester.errors import NEEDS_PERSON, OK

watch_app = typer.Typer()


@watch_app.command()
def check(ctx: typer.Context, json_: Json = False) -> None:
    """Try everything that can be tried without changing anything: settings, rules, templates, servers, disk."""
    from dataclasses import asdict

    from harvester.check import check as run_checks

    findings = list(run_checks(ctx.obj.settings(say_warnings=False), now_utc()))
    if json_:
        print_json([asdict(one) for one in findings])
    else:
        for one in findings:
            print(f"{one.mark:4} {one.what}: {one.sentence}")
    raise typer.Exit(worst([one.exit_code for one in findings]))


@watch_app.command()
def status(ctx: typer.Context, json_: Json = False) -> None:
    """How things stand; exit code 1 as long as something waits for a person."""
    from harvester.acknowledge.kill_switch import silenced
    from harvester.report.printed import status as say
    from harvester.store.listing import status as read_status

    config = ctx.obj.settings()
    with opened(config) as store, store.read() as tx:
        now = {"silenced": silenced(config), **read_status(tx, now_utc(), config.acknowledge.approve_above)}
    if json_:
        print_json(now)
    else:
        say(now)
    raise typer.Exit(NEEDS_PERSON if now["needs_person"] else OK)


@watch_app.command()
def reconcile(ctx: typer.Context, json_: Json = False) -> None:
    """Compare the server with the store: on_server = stored + quarantined + missing, for every folder."""
    from harvester.report.printed import reconciled
    from harvester.report.reconcile import reconcile as compare

    config = ctx.obj.settings()
    with opened(config) as store:
        result = compare(config, store)
    if json_:
        print_json(result)
    else:
        reconciled(result)
    raise typer.Exit(NEEDS_PERSON if result["totals"]["missing"] else OK)


@watch_app.command()
def digest(ctx: typer.Context) -> None:
    """The mail to staff as it would be now: what is new, which questions wait; nothing is sent."""
    from harvester.digest import gather, text

    config, now = ctx.obj.settings(), now_utc()
    with opened(config) as store:
        print(text(config, gather(config, store, now), now), end="")
