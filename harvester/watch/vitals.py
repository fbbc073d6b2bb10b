"""The facts that decide whether all is well, gathered without changing anything; no fault stops the gathering."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harvester.acknowledge.kill_switch import silenced
from harvester.config import Config
from harvester.errors import HarvesterError
from harvester.store import acks, runs, tombstones, waits
from harvester.store.engine import Store
from harvester.store.lock import RunLock
from harvester.store.overview import status
from harvester.watch.health import Bounds, Ending, Facts, Finding, judge

if TYPE_CHECKING:
    from sqlalchemy import Connection

LATELY = 5  # runs that are looked at
KEPT = ("answers.key", "answers.jsonl", "vault")  # below the data folder


@dataclass(frozen=True, slots=True)
class Vitals:
    """What was found, on which facts; ``standing``: the counts of ``harvester status``, none without a database."""

    facts: Facts
    findings: tuple[Finding, ...]
    standing: dict[str, Any]
    ended: dict[tuple[str, str], int]
    last: runs.Run | None
    fault: HarvesterError | None = None  # of the database


def bounds(config: Config) -> Bounds:
    ours = config.watch
    return Bounds(
        timedelta(minutes=ours.no_run_minutes),
        timedelta(hours=ours.approval_hours),
        timedelta(days=ours.expires_days),
        ours.disk_free_bytes,
    )


def vitals(config: Config, now: datetime) -> Vitals:
    """With a store of its own, so that one that cannot be opened is a finding too."""
    try:
        store = Store.for_reading(config.store.url, config.store.data)
        try:
            return of_store(config, store, now)
        finally:
            store.close()
    except HarvesterError as fault:
        facts = replace(_outside(config, now), database="; ".join(fault.problems))
        return Vitals(facts, judge(facts, bounds(config)), {}, {}, None, fault)


def of_store(config: Config, store: Store, now: datetime) -> Vitals:
    facts = _outside(config, now)
    with store.read() as tx:
        standing = status(tx, now, config.acknowledge.approve_above)
        facts, last = _inside(config, store, tx, facts, standing)
        counted = runs.by_outcome(tx)
    return Vitals(facts, judge(facts, bounds(config)), standing, counted, last)


def _outside(config: Config, now: datetime) -> Facts:
    """What needs no database."""
    folder = config.store.data
    there = next(p for p in (folder, *folder.parents) if p.exists())
    disk = shutil.disk_usage(there)
    ends = tuple(_ends(config))
    return Facts(now, disk_free=disk.free, disk_total=disk.total, endings=ends, loose=tuple(_loose(config)))


def _inside(
    config: Config, store: Store, tx: "Connection", facts: Facts, standing: dict[str, Any]
) -> tuple[Facts, runs.Run | None]:
    lately = runs.newest(tx, LATELY, runs.HARVEST)
    ended = next((one for one in lately if one.finished_at), None)
    success = runs.last_success(tx)
    waiting, sending = standing["waiting"], acks.counts(tx)
    failing = {f"{s.account}/{s.folder}".rstrip("/"): s.fault for s in ended.seen if s.fault} if ended else {}
    seen = tuple(_seen_to_end(ended.seen)) if ended else ()
    return replace(
        facts,
        vault=_vault(store, waits.newest_file(tx)),
        first_run=runs.first_start(tx),
        last_success=success.finished_at if success else None,
        latest_start=runs.latest_start(tx),
        died=lately[0].started_at if lately and never_ended(store, lately[0]) else None,
        problems=ended.problems if ended and ended.outcome != runs.Outcome.OK else (),
        failing=failing,
        working=sum(not one.fault for one in ended.seen) if ended else 0,
        quarantined=waiting["quarantined"],
        unknown=waiting["unknown"],
        failed=waiting["failed"],
        interrupted=waits.interrupted(tx, RunLock(store).run_is_going) if sending.get("sending") else 0,
        to_approve=waiting["to_approve"],
        approval_since=waits.oldest_due(tx) if waiting["to_approve"] else None,
        unfinished=len(tombstones.unfinished(tx)),
        due=waits.received_before(tx, config.retention.due_before(facts.now)),
        silenced=silenced(config) if sending.get("queued") else "",
        endings=(*facts.endings, *seen),
    ), lately[0] if lately else None


def never_ended(store: Store, one: runs.Run) -> bool:
    """It is not going any more, but its end was never written down."""
    return one.finished_at is None and not RunLock(store).run_is_going(one.id)


def _vault(store: Store, sha256: str | None) -> str:
    """A look at the newest mail: `harvester verify` looks at all of them."""
    if sha256 is None:
        return ""
    try:
        with store.vault.path(sha256).open("rb") as file:
            file.read(1)
    except OSError as fault:
        return f"{store.vault.folder}: the newest mail cannot be read ({fault.strerror})"
    return ""


def _seen_to_end(seen: tuple[Any, ...]) -> Iterator[Ending]:
    for account, ends in {one.account: one.certificate_ends for one in seen if one.certificate_ends}.items():
        yield Ending(f"the certificate of the server of mailbox {account}", datetime.fromisoformat(ends), theirs=True)


def _ends(config: Config) -> Iterator[Ending]:
    """What the settings tell: secrets of OAuth 2.0, and our own list of certificates to trust."""
    logins = [(f"mailbox {one.name}", one) for one in config.mailbox] + [("the outbox", config.outbox)]
    for name, login in logins:
        if login.oauth_ends:
            yield Ending(f"the OAuth secret of {name}", datetime.combine(login.oauth_ends, time(), UTC))
        if login.ca_file:
            for at in _certificates(login.ca_file):
                yield Ending(f"a certificate in {login.ca_file}", at)


def _certificates(file: Path) -> Iterator[datetime]:
    """The last of them: an old one may well stand beside its successor."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(file)
    except (OSError, ssl.SSLError):
        return  # the run says so
    ends = [ssl.cert_time_to_seconds(str(one["notAfter"])) for one in context.get_ca_certs()]
    if ends:
        yield datetime.fromtimestamp(max(ends), UTC)


def _loose(config: Config) -> Iterator[str]:
    data = config.store.data
    if os.path.isdir(data) and os.stat(data).st_mode & 0o077 == 0:
        return  # nobody else gets in
    url = config.store.url
    database = [Path(url.removeprefix("sqlite:///"))] if url.startswith("sqlite:///") else []
    for path in (*(data / name for name in KEPT), *database):
        if path.exists() and path.stat().st_mode & 0o077:
            yield str(path)
