"""Erasing for good: who asked to be forgotten, and what is older than it may be."""

import os
import pwd
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvester.cli.call import Json, now_utc, opened, print_json
from harvester.errors import NEEDS_PERSON, OK, OutOfReach, Unusable

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.custody.plan import Plan
    from harvester.store.engine import Store

erase_app = typer.Typer()


@erase_app.command()
def erase(
    ctx: typer.Context,
    whom: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS|ID]...", help="Whose mails, or which replies.")
    ] = None,
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="DATE", help="Instead: all that arrived before this day (UTC).")
    ] = "",
    due: Annotated[bool, typer.Option("--due", help="Instead: all that is older than retention.keep_days.")] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="Instead: remove the last traces of what was erased before.")
    ] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it stays on the tombstone.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go; change nothing.")] = False,
    json_: Json = False,
) -> None:
    """Erase mails for good, with all that was made of them; first shows what would go, and asks.

    A tombstone with the reason stays, and the same mail is never taken in or answered again. Nothing is deleted on
    the mail server. docs/custody.md says what this cannot reach: backups, the mailbox, what others wrote.
    """
    chosen = [bool(whom), bool(older_than), due, finish]
    if sum(chosen) != 1:
        raise Unusable("erase: say one of: addresses and numbers of replies, --older-than DATE, --due, --finish")
    config: Config = ctx.obj.settings()
    if due and config.retention.keep_days is None:
        raise Unusable("erase --due: retention.keep_days is not set, so nothing is ever due")
    reason = reason or (config.retention.reason if due else "")
    if json_ and not (dry_run or finish or yes):
        raise Unusable("erase --json: asks nobody, so it needs --yes, or --dry-run")
    if not (dry_run or finish or reason):
        raise Unusable("erase: --reason is missing; it stays on the tombstone (--dry-run shows what would go)")
    with opened(config, create=not dry_run) as store:
        if finish:
            _finish(store, json_)
        _erase(config, store, whom or [], _moment(config, older_than, due), reason, yes, dry_run, json_)


@erase_app.command()
def erased(ctx: typer.Context, json_: Json = False) -> None:
    """What was erased, when, by whom and why; the newest first."""
    from harvester.store import tombstones

    with opened(ctx.obj.settings()) as store, store.read() as tx:
        graves = tombstones.all_of(tx)
    if json_:
        print_json([{"reply": one.reply_id, "erased_at": one.erased_at, "by": one.erased_by, "because": one.because,
                     "finished": one.done_at is not None} for one in graves])  # fmt: skip
        return
    for one in graves:
        print(one.told() + ("" if one.done_at else " (its last traces are not gone yet: `harvester erase --finish`)"))
    if not graves:
        print("nothing was erased")


def _moment(config: "Config", older_than: str, due: bool) -> datetime | None:
    if due:
        return config.retention.due_before(now_utc())
    if not older_than:
        return None
    try:
        moment = datetime.fromisoformat(older_than)
    except ValueError:
        raise Unusable(f"--older-than {older_than}: not a date; write 2027-08-16") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _erase(
    config: "Config", store: "Store", whom: list[str], before: datetime | None, reason: str, yes: bool, dry_run: bool,
    json_: bool,
) -> None:  # fmt: skip
    from harvester.custody.erasure import erase as carry_out
    from harvester.custody.erasure import reason_of
    from harvester.custody.plan import of_people, of_the_old
    from harvester.store.lock import RunLock

    plan = of_people(config, store, whom) if before is None else of_the_old(config, store, before)
    because = reason_of(reason, plan) if reason and plan.going else reason
    if not json_:
        _show(plan, config.outbox.sent_folder or "")
    if not plan.going and not dry_run and _is_unfinished(store):  # the same command, killed half-way before
        _finish(store, json_)
    if dry_run or not plan.going:
        if json_:
            print_json(_as_json(plan))
        elif plan.going:
            print("dry run: nothing was erased")
        raise typer.Exit(NEEDS_PERSON if plan.strangers else OK)
    if not yes:
        if not sys.stdin.isatty():
            raise Unusable("erase: nobody is here to be asked; --yes erases without asking, nothing was erased")
        typer.confirm("Erase this for good?", abort=True)
    with RunLock(store) as lock:
        if not lock.held:
            raise OutOfReach(f"a run is going ({lock.holder}); nothing was erased, try again when it has ended")
        done = carry_out(config, store, plan, pwd.getpwuid(os.getuid()).pw_name, because, now_utc())
    if json_:
        print_json({**_as_json(plan), "erased": done.replies, "left": done.left or None})
    else:
        print(f"{_count(done.replies, 'reply', 'replies')} erased; `harvester erased` shows the tombstones")
        if done.left:
            print(done.left)
    raise typer.Exit(NEEDS_PERSON if done.left or plan.strangers else OK)


def _is_unfinished(store: "Store") -> bool:
    from harvester.store import tombstones

    with store.read() as tx:
        return tombstones.any_unfinished(tx)


def _finish(store: "Store", json_: bool) -> None:
    from harvester.custody.erasure import finish, may_begin
    from harvester.store.lock import RunLock

    with RunLock(store) as lock:
        if not lock.held:
            raise OutOfReach(f"a run is going ({lock.holder}), and finishes by itself what it can")
        may_begin(store)
        left = finish(store, now_utc())
    if json_:
        print_json({"left": left or None})
    else:
        print(left or "no trace is left of what was erased")
    raise typer.Exit(NEEDS_PERSON if left else OK)


SHOWN = 50  # replies told one by one


def _show(plan: "Plan", sent_folder: str) -> None:
    from harvester.report.table import clean

    for one in plan.strangers:
        print(f"{clean(one)}: nothing here is from it, or has this number")
    if not plan.going:
        print("nothing would be erased")
        return
    print(f"{_count(len(plan.going), 'reply goes', 'replies go')}, with texts, files, reviews, cases and letters:")
    for going in plan.going[:SHOWN]:
        row = going.row
        who = " ".join(filter(None, (row.name, f"<{going.address or '?'}>")))
        print(clean(f"  {row.id:5}  {row.received_at:%Y-%m-%d}  {who}: {row.subject or '(no subject)'} [{going.why}]"))
    if len(plan.going) > SHOWN:
        print(f"  ... and {len(plan.going) - SHOWN} more")
    for report in plan.reports:
        print(f"frozen report {report.id} of {report.made_at:%Y-%m-%d} quotes them: its content goes, its hash stays")
    for what, number in _counted(remark.told() for remark in plan.remarks).items():
        print(clean(f"{what} holds words of theirs, which are taken out" + (f" ({number})" if number > 1 else "")))
    for path in plan.papers.going:
        print(clean(f"{path} goes"))
    for path in plan.papers.left:
        print(clean(f"{path} holds words of theirs, and STAYS, for it may be about others too: look at it"))
    for row in plan.named[:SHOWN]:
        told = f"reply {row.id} of {row.address or '?'} quotes or names them, and STAYS"
        print(clean(f"{told}: look at it, and erase it by its number if it must go"))
    if len(plan.named) > SHOWN:
        print(f"... and {len(plan.named) - SHOWN} more replies name them; --json lists all")
    for place, number in plan.places.items():
        print(
            clean(f"in the mailbox {place} {_count(number, 'mail', 'mails')} of them STAY: delete them there by hand")
        )
    if sent_folder:
        print(
            clean(f"copies of our letters to them lie in the mailbox's folder {sent_folder}: delete them by hand too")
        )
    print("Backups that were made before hold all of it; docs/custody.md tells what to do about them.")


def _as_json(plan: "Plan") -> dict[str, Any]:
    return {
        "replies": [{"id": one.row.id, "from": one.address, "why": one.why} for one in plan.going],
        "reports": [one.id for one in plan.reports],
        "remarks": list(_counted(one.told() for one in plan.remarks)),
        "files": [str(path) for path in plan.papers.going],
        "left_files": [str(path) for path in plan.papers.left],
        "left_replies": [row.id for row in plan.named],
        "left_in_mailboxes": dict(plan.places),
        "unknown": list(plan.strangers),
    }


def _counted(told: Any) -> dict[str, int]:
    from collections import Counter

    return dict(Counter(told))


def _count(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {many}"
