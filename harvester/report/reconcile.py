"""``harvester reconcile``: is every mail that lies on the server in the store?"""

from typing import Any

from harvester.config import Config
from harvester.mailbox import open_mailbox
from harvester.model import ReplyState
from harvester.store import replies
from harvester.store.engine import Store

COUNTS = ("on_server", "stored", "quarantined", "missing", "erased")


def reconcile(config: Config, store: Store) -> dict[str, Any]:
    """``{"locations": [{account, folder, on_server, stored, quarantined, missing, missing_uids, erased}], "totals"}``

    with on_server = stored + quarantined + missing in every row; ``erased``: how many of the stored are tombstones,
    while the mail still lies on the server. Opens folders read-only, changes nothing.
    """
    rows = []
    for box in config.mailbox:
        with open_mailbox(box, config.limits) as mailbox:
            for folder in box.folders:
                state = mailbox.open(folder.name)
                listed = mailbox.uids(folder.name)
                with store.read() as tx:
                    known = replies.stored_uids(tx, box.name, folder.name, state.validity)
                missing = sorted(listed - known.keys(), key=lambda uid: (len(uid), uid))
                quarantined = sum(known[uid] is ReplyState.QUARANTINED for uid in listed & known.keys())
                rows.append(
                    {
                        "account": box.name,
                        "folder": folder.name,
                        "on_server": len(listed),
                        "stored": len(listed) - len(missing) - quarantined,
                        "quarantined": quarantined,
                        "missing": len(missing),
                        "missing_uids": missing[:100],
                        "erased": sum(known[uid] is None for uid in listed & known.keys()),
                    }
                )
    return {"locations": rows, "totals": {what: sum(row[what] for row in rows) for what in COUNTS}}
