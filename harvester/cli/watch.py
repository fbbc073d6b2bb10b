"""Knowing how it goes: what can be tried, how things stand, what runs did, what the server has that we have not."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.call import Json, now_utc, opened, print_json, worst
from harvester.errors import NEEDS_PERSON, OK, OutOfReach

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.doctor import Mend

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
def status(
    ctx: typer.Context,
    json_: Json = False,
    metrics: Annotated[
        Path | None,
        typer.Option(
            "--metrics", metavar="FILE", help="Write the numbers there too, for Prometheus' textfile collector."
        ),
    ] = None,
) -> None:
    """How things stand, and what is not well; exit code 1 as long as something waits for a person."""
    from dataclasses import asdict

    from harvester.acknowledge.kill_switch import silenced
    from harvester.report import printed
    from harvester.watch.health import is_red
    from harvester.watch.vitals import vitals

    config = ctx.obj.settings()
    found = vitals(config, now_utc())
    if metrics:
        from harvester.watch.metrics import write

        write(metrics, found)
    now = {
        "silenced": silenced(config),
        **found.standing,
        "health": "red" if is_red(found.findings) else "yellow" if found.findings else "ok",
        "findings": [asdict(one) for one in found.findings],
    }
    if json_:
        print_json(now)
    else:
        printed.status(now)
    if found.fault:
        raise found.fault
    raise typer.Exit(NEEDS_PERSON if now["needs_person"] or now["health"] == "red" else OK)


@watch_app.command()
def runs(
    ctx: typer.Context,
    number: Annotated[int, typer.Option("-n", "--number", min=1, help="At most so many.")] = 20,
    json_: Json = False,
) -> None:
    """The last runs: when each began, what it saw and did, and how it ended."""
    from harvester.report import ledger
    from harvester.store import runs as stored

    with opened(ctx.obj.settings()) as store:
        with store.read() as tx:
            found = stored.newest(tx, number)
        for one in found:
            told = ledger.told(store, one)
            if json_:
                print_json(told)
            else:
                print("\n".join(ledger.lines(told)))
    if not found and not json_:
        print("No run yet.")


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


@watch_app.command()
def doctor(
    ctx: typer.Context,
    mend: Annotated[bool, typer.Option("--mend", help="Offer to put right what is safe to put right.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --mend: do not ask before each.")] = False,
    json_: Json = False,
) -> None:
    """Explain what is not well, and what to do; tries everything as `check` does, but for the rules."""
    from dataclasses import asdict

    from harvester.doctor import examine

    config = ctx.obj.settings(say_warnings=False)
    if mend:
        _mend(config, yes)
    _, complaints = examine(config, now_utc())
    for one in complaints:
        if json_:
            print_json(asdict(one))
            continue
        print(f"{one.level:6} {one.sentence}")
        for more in (one.means, one.todo):
            if more:
                print(f"       {more}")
    if not complaints and not json_:
        print("All is well.")
    red = [NEEDS_PERSON for one in complaints if one.level == "red"]
    raise typer.Exit(worst([*red, *(one.exit_code for one in complaints)]))


def _mend(config: "Config", yes: bool) -> None:
    """Nothing is put right while a run is going: it may be its own."""
    from harvester.doctor import mends, migration
    from harvester.store.lock import RunLock
    from harvester.watch.vitals import vitals

    for one in migration(config):
        _offer(one, yes)
    with opened(config) as store, RunLock(store) as lock:
        if not lock.held:
            raise OutOfReach(f"a run is going ({lock.holder}); nothing was mended, try again when it has ended")
        for one in mends(config, store, lock, vitals(config, now_utc()), now_utc()):
            _offer(one, yes)


def _offer(one: "Mend", yes: bool) -> None:
    if yes or typer.confirm(one.question):
        print(f"{one.code}: {one.do()}")
