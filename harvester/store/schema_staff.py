"""The tables of the people who review: who they are, what they decided, what they looked at, audits.

``review`` and ``trail`` are append-only. ``decision`` is what a reply's reviews come to; ``decisions.py`` writes it
together with the review, never alone.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from harvester.model import Role
from harvester.store.columns import Id, Json, UtcDateTime, Words, of_reply, one_of
from harvester.store.schema import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Words, nullable=False),
    Column("key", Words, nullable=False),  # the name as it is compared
    Column("password", Words),  # argon2id; none: signs in through a trusted proxy, or not yet
    Column("role", Words, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),  # of password or role: older sessions are over
    Column("disabled_at", UtcDateTime),
    Column("settings", Json, nullable=False),  # {columns: [...], keys: bool}
    UniqueConstraint("key"),
    one_of("role", Role),
    sqlite_autoincrement=True,
)

session = Table(
    "session",
    metadata,
    Column("key", Words, primary_key=True),  # SHA-256 of what the cookie holds
    Column("staff_id", Id, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index(None, "staff_id"),
)

invitation = Table(  # a link that lets somebody choose a password, once
    "invitation",
    metadata,
    Column("key", Words, primary_key=True),  # SHA-256 of what the link holds
    Column("name", Words),  # none: who follows the link chooses one
    Column("role", Words, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    one_of("role", Role),
)

trail = Table(  # append-only: who saw, changed, downloaded, exported, sent again, erased
    "trail",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("reply_id", Id, ForeignKey("reply.id", ondelete="SET NULL")),
    Column("detail", Words, nullable=False),
    Index(None, "reply_id"),
    sqlite_autoincrement=True,
)

decision = Table(  # what people's reviews of a reply come to
    "decision",
    metadata,
    of_reply(primary=True),
    Column("version", Id, nullable=False),  # the last review's id: who decides must have seen it
    Column("decided_at", UtcDateTime, nullable=False),
    Column("decided_by", Words, nullable=False),
    Column("settled", Boolean, nullable=False),  # False: looked at, noted, but not done with
    Column("disposition", Words),  # none: the machine's holds
    Column("files", Boolean, nullable=False),  # True: what the reply counts for stands in ``filed`` by a person's word
    Column("organisation", Words),  # none: the machine's holds
    Column("country", Words),
    Column("quote_worthy", Boolean, nullable=False),
    Column("may_share", Boolean),  # of what the reply calls confidential; none: nobody has decided
    Column("note", Words, nullable=False),
)

batch = Table(  # one action on many replies, so that it can be undone
    "batch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("before", Json, nullable=False),  # [[reply id, version after it], ...]
    Column("undone_at", UtcDateTime),
    Column("undone_by", Words),
    sqlite_autoincrement=True,
)

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Words, nullable=False),
    Column("query", Words, nullable=False),  # what stands behind the question mark
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Words, nullable=False),
    UniqueConstraint("name"),
    sqlite_autoincrement=True,
)

audit = Table(  # a random sample, judged by people who do not see the machine's verdict
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Words, nullable=False),
    Column("seed", Id, nullable=False),
    Column("rulebook", Words, nullable=False),
    Column("strata", Json, nullable=False),  # {stratum: replies in it}
    Column("closed_at", UtcDateTime),
    sqlite_autoincrement=True,
)

audit_item = Table(
    "audit_item",
    metadata,
    Column("audit_id", Id, ForeignKey("audit.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    of_reply(),
    Column("stratum", Words, nullable=False),
    Column("weight", Double, nullable=False),  # replies of the stratum that this one stands for
    Column("machine", Json, nullable=False),  # [category, ...] as it was when the sample was drawn
    PrimaryKeyConstraint("audit_id", "number"),
)

audit_answer = Table(  # one reviewer's; room for a second
    "audit_answer",
    metadata,
    Column("audit_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("reviewer", Words, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    Column("categories", Json, nullable=False),
    Column("note", Words, nullable=False),
    PrimaryKeyConstraint("audit_id", "number", "reviewer"),
)

report = Table(  # an evidence report as it was when somebody froze it: all that its pages are made from
    "report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("content", Words, nullable=False),  # JSON, the same bytes for ever
    Column("sha256", Words, nullable=False),  # of these bytes
    Column("erased_at", UtcDateTime),  # it quoted what was erased then: its content is empty since
    Column("because", Words),
    sqlite_autoincrement=True,
)
