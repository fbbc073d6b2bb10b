"""``harvester show``: one stored reply, in the shape of explain and what happened to it since."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harvester.config import Config
from harvester.errors import Unusable
from harvester.model import Decision, Disposition, Headers, Message, Objection, ReplyState, Sender, Verdict
from harvester.report.shape import explained, notes
from harvester.store import listing, replies, threads, tombstones
from harvester.store.returned import came_back

if TYPE_CHECKING:
    from sqlalchemy import Connection


SHOWN = 20  # replies of a thread
PAGE = 100  # replies read at once


def shown(tx: "Connection", ids: Sequence[int], config: Config) -> Iterator[dict[str, Any]]:
    """The JSON of each of these replies, a page of them at the cost of one."""
    for page in listing.pages(ids, PAGE):
        rows = listing.show_all(tx, page)
        read = replies.load_all(tx, [row["id"] for row in rows if row["state"] == ReplyState.UNDERSTOOD])
        yield from (_whole(row, *_read(row, read), config)[0] for row in rows)


def shown_to_people(tx: "Connection", reply_id: int, config: Config) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The same of one, with its notes (see ``report.shape.notes``). Raises Unusable for an id that does not exist."""
    row = listing.show(tx, reply_id)
    if row is None and (grave := tombstones.of_reply(tx, reply_id)):
        raise Unusable(grave.told())
    if row is None:
        raise Unusable(f"reply {reply_id}: no such reply; `harvester list` shows the ids")
    message, verdict = _read(row, replies.load_all(tx, [reply_id]))
    whole, decision = _whole(row, message, verdict, config)
    return whole, [*notes(verdict, decision), *_relations(tx, row, verdict)]


def _read(row: dict[str, Any], read: Mapping[int, tuple[Message, Verdict]]) -> tuple[Message, Verdict]:
    understood = row["state"] == ReplyState.UNDERSTOOD
    return read[row["id"]] if understood else only_the_row(row)


def _whole(row: dict[str, Any], message: Message, verdict: Verdict, config: Config) -> tuple[dict[str, Any], Decision]:
    ack = row["acknowledgement"]
    if ack:
        objections = tuple(Objection(**one) for one in ack["objections"])
        decision = Decision(ack["to"], ack["language"] or config.request.reply_language, objections)
    else:
        code = "malformed" if row["quarantine"] else "not-understood"  # the latter: the next run reads it
        decision = Decision(None, config.request.reply_language, (Objection(code, ""),))
    one = explained("", message, verdict, decision)
    one["acknowledgement"]["state"] = ack["state"] if ack else None
    own = {name: row[name] for name in ("id", "state", "received_at", "reviews", "confidential")}
    return one | own, decision


def _relations(tx: "Connection", row: dict[str, Any], verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Other replies that this one has to do with."""
    if verdict.bounce and verdict.bounce.returned and (letter := threads.letter_of(tx, verdict.bounce.returned)):
        answered, to = letter
        same = (to or "").casefold() == (verdict.bounce.recipient or "").casefold()
        yield "bounced", f"our acknowledgement of reply {answered}" + ("" if same else f", which went to {to}")
    for report, what in came_back(tx, row["id"]):
        yield "our letter", f"came back: {what}, says reply {report}"
    if row["duplicate_of"]:
        yield "duplicate", f"of reply {row['duplicate_of']}"
    others = [str(one) for one in threads.in_thread(tx, row["thread"]) if one != row["id"]] if row["thread"] else []
    if others:
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        yield "thread", f"with {', '.join(others[:SHOWN])}{more}"


def only_the_row(row: dict[str, Any]) -> tuple[Message, Verdict]:
    """A reply of which nothing was derived (yet)."""
    message = Message(
        row["sha256"],
        row["size"],
        Headers(),
        sender=Sender(row["from"], row["from_name"] or ""),
        subject=row["subject"] or "",
        quarantine=row["quarantine"],
    )
    return message, Verdict(Disposition.UNCLEAR, "not understood", review_suggested=True)
