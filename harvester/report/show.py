"""``harvester show``: one stored reply, in the shape of explain and what happened to it since."""

from typing import Any

from sqlalchemy import Connection

from harvester.config import Config
from harvester.errors import Unusable
from harvester.model import Disposition, Headers, Message, Objection, Sender, Verdict
from harvester.report.shape import explained
from harvester.store import listing, replies


def shown(tx: Connection, reply_id: int, config: Config) -> dict[str, Any]:
    """Raises Unusable for an id that does not exist."""
    row = listing.show(tx, reply_id)
    if row is None:
        raise Unusable(f"reply {reply_id}: no such reply; `harvester list` shows the ids")
    if row["state"] == "understood":
        message, verdict = replies.load(tx, reply_id)
    else:
        message = Message(
            row["sha256"],
            row["size"],
            Headers(),
            sender=Sender(row["from"], row["from_name"] or ""),
            subject=row["subject"] or "",
            quarantine=row["quarantine"],
        )
        verdict = Verdict(Disposition.UNCLEAR, "not understood", review_suggested=True)
    ack = row["acknowledgement"] or {}
    language = ack.get("language") or (
        verdict.language if verdict.language != "unknown" else config.request.reply_language
    )
    reasons = [Objection(code, "") for code in ack.get("reasons") or ([] if ack else ["malformed"])]
    one = explained("", message, verdict, ack.get("to"), language, reasons)
    one["acknowledgement"]["state"] = ack.get("state")
    return {
        **one,
        "id": reply_id,
        "state": row["state"],
        "received_at": row["received_at"],
        "reviews": row.get("reviews", []),
    }
