"""The tables. What each row promises stands in its constraints, so that no code can break it.

``reply`` holds only what the table of replies shows, as it holds now: where a person has decided, that person's word
(the machine's stands in ``verdict`` and ``respondent`` all the same). Long texts lie in tables of their own. What is
derived from a reply is numbered below it: (reply_id, number). Times are UTC. The search index differs by database:
``search.py``. No index holds a sender's words: PostgreSQL refuses keys over 2,700 bytes, and a Message-ID may be
longer. An index is there for what runs and lists ask, not for what might be asked one day: each costs at every mail.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from harvester.model import AckState, ReplyState
from harvester.store.columns import Id, Json, UtcDateTime, Words, by_run, of_reply, one_of

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""The migrations in order; the last one is what this program needs. Known here so that a run need not ask alembic."""

NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

metadata = MetaData(naming_convention=NAMES)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),  # none: it is going, or it died
    Column("host", Words, nullable=False),
    Column("process", Integer, nullable=False),
    Column("counts", Json),
    Column("problems", Json),
    Column("kind", Words, nullable=False, server_default="run"),
    Column("outcome", Words),  # none: it is going, or it died
    Column("seen", Json),
    sqlite_autoincrement=True,
)

folder = Table(
    "folder",
    metadata,
    Column("account", Words, nullable=False),
    Column("folder", Words, nullable=False),
    Column("validity", Words, nullable=False),
    Column("next_uid", Words, nullable=False),
    Column("exists", BigInteger, nullable=False),
    Column("scanned_at", UtcDateTime),
    PrimaryKeyConstraint("account", "folder"),
)

reply = Table(
    "reply",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sha256", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("complete", Boolean, nullable=False),  # False: the vault holds the header block only
    Column("received_at", UtcDateTime, nullable=False),
    Column("taken_in_at", UtcDateTime, nullable=False),
    by_run(),
    Column("may_acknowledge", Boolean, nullable=False),
    Column("state", Words, nullable=False),
    Column("state_at", UtcDateTime, nullable=False),
    Column("quarantine", Words),
    Column("quarantine_detail", Words),
    Column("reader", Words),  # version of what read it
    Column("reference", Words),
    Column("message_id", Words),
    Column("from_address", Words),
    Column("from_name", Words),
    Column("from_problem", Words),
    Column("subject", Words),
    Column("date", UtcDateTime),
    Column("language", Words),
    Column("disposition", Words),
    Column("review_suggested", Boolean),
    Column("attachments", Integer),
    Column("links", Integer),
    Column("mail_key", Words),  # hash of sender and Message-ID: who wrote which mail (history.py)
    Column("words_key", Words),  # hash of sender, own words and files: who said what
    Column("id_key", Words),  # hash of the Message-ID alone: what later mails refer to (threads.py)
    Column("duplicate_of", Id, ForeignKey("reply.id", ondelete="SET NULL")),
    Column("thread", Id, ForeignKey("reply.id", ondelete="SET NULL")),  # its first reply; often itself
    Column("organisation", Words),  # whose reply it is: as found, or as a person knows better
    Column("country", Words),
    UniqueConstraint("sha256"),
    UniqueConstraint("reference"),
    one_of("state", ReplyState),
    CheckConstraint("(state = 'quarantined') = (quarantine IS NOT NULL)", name="quarantine"),
    CheckConstraint("state <> 'understood' OR disposition IS NOT NULL", name="understood"),
    Index(None, "state", "received_at"),
    Index(  # narrow and complete for the staff's table: filters, counts and pages leave the long rows alone
        "ix_reply_in_order",
        "received_at",
        "id",
        "disposition",
        "language",
        "country",
        "state",
        "review_suggested",
        "duplicate_of",
        "attachments",
        "links",
    ),
    Index(None, "mail_key"),
    Index(None, "words_key"),
    Index(None, "id_key"),
    Index(None, "duplicate_of"),
    Index(None, "thread"),
    sqlite_autoincrement=True,
)

erased = Table(  # what was erased, why and by whom: no word of it, but never taken in again (tombstones.py)
    "erased",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reply_id", Id, nullable=False),  # the number it had
    Column("sha256", Words, nullable=False),  # of the mail as it arrived
    Column("mail_key", Words),  # hash of sender and Message-ID; none: it had not both
    Column("erased_at", UtcDateTime, nullable=False),
    Column("erased_by", Words, nullable=False),
    Column("because", Words, nullable=False),
    Column("files", Json, nullable=False),  # what may still lie in the vault of it
    Column("done_at", UtcDateTime),  # none: the last traces are not gone yet
    UniqueConstraint("reply_id"),
    UniqueConstraint("sha256"),
    Index(None, "mail_key"),
    sqlite_autoincrement=True,
)

location = Table(  # where a mail lies that is here, or was here and is erased
    "location",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reply_id", Id, ForeignKey("reply.id", ondelete="CASCADE")),
    Column("account", Words, nullable=False),
    Column("folder", Words, nullable=False),
    Column("validity", Words, nullable=False),
    Column("uid", Words, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("vanished_at", UtcDateTime),  # no longer listed by the server
    by_run(),
    Column("erased_id", Id, ForeignKey("erased.id")),
    UniqueConstraint("account", "folder", "validity", "uid"),
    CheckConstraint("(reply_id IS NULL) <> (erased_id IS NULL)", name="owner"),
    Index(None, "reply_id"),
)

text = Table(
    "text",
    metadata,
    of_reply(primary=True),
    Column("headers", Json, nullable=False),  # [[name, value], ...]
    Column("in_reply_to", Json, nullable=False),
    Column("references", Json, nullable=False),
    Column("text", Words, nullable=False),
    Column("segments", Json, nullable=False),  # [[kind, start, end, language], ...]
    Column("own_text", Words, nullable=False),
    Column("signature", Words, nullable=False),
    Column("request_quoted", Boolean, nullable=False),
    Column("parts", Json, nullable=False),  # [[media type, [[name, value], ...], text], ...]
    Column("flags", Json, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    of_reply(),
    Column("number", Integer, nullable=False),  # from 1, in the order of the mail
    Column("name", Words, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("declared_type", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("inline", Boolean, nullable=False),
    Column("text_status", Words, nullable=False),
    Column("flags", Json, nullable=False),
    Column("text", Words, nullable=False),
    PrimaryKeyConstraint("reply_id", "number"),
)

link = Table(
    "link",
    metadata,
    of_reply(),
    Column("number", Integer, nullable=False),
    Column("url", Words, nullable=False),
    Column("raw", Words, nullable=False),
    Column("host", Words, nullable=False),
    Column("wrapped", Boolean, nullable=False),
    Column("kind", Words, nullable=False),
    Column("found_in", Words, nullable=False),
    PrimaryKeyConstraint("reply_id", "number"),
    Index("ix_link_share", "reply_id", sqlite_where=sql("kind = 'share'"), postgresql_where=sql("kind = 'share'")),
)

verdict = Table(
    "verdict",
    metadata,
    of_reply(primary=True),
    Column("rulebook", Words, nullable=False),  # hash
    Column("disposition", Words, nullable=False),
    Column("because", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("review_suggested", Boolean, nullable=False),
    Column("bounce", Json),  # {failure, recipient, status, returned}
    Column("absence", Json),  # {back, deputy}
    Column("judged_at", UtcDateTime, nullable=False),
    by_run(),
    Column("confidential", Words),  # the words that ask not to be published; none: nobody asks
)

category = Table(
    "category",
    metadata,
    of_reply(),
    Column("number", Integer, nullable=False),
    Column("category", Words, nullable=False),
    Column("kind", Words),
    Column("kinds", Json, nullable=False),
    Column("score", Double, nullable=False),
    Column("standing", Words, nullable=False),
    Column("counts", Boolean, nullable=False),  # False: it came near
    Column("why", Words),  # rejected | below-threshold
    PrimaryKeyConstraint("reply_id", "number"),
)

filed = Table(  # what each reply counts for now: by the machine's verdict, or in its place by a person's decision
    "filed",
    metadata,
    of_reply(),
    Column("category", Words, nullable=False),
    Column("kind", Words),
    Column("kinds", Json, nullable=False),
    Column("score", Double),  # none: a person's word has none
    Column("standing", Words, nullable=False),
    PrimaryKeyConstraint("reply_id", "category"),
    Index(None, "category", "kind", "standing", "reply_id"),
    Index(None, "category", "kinds", "standing", "reply_id"),  # counts of categories and kinds read nothing else
)

evidence = Table(
    "evidence",
    metadata,
    of_reply(),
    Column("category_number", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("category", Words, nullable=False),
    Column("kind", Words),
    Column("text", Words, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("where", Words, nullable=False),
    Column("rule", Words, nullable=False),
    Column("because", Words, nullable=False),
    Column("standing", Words, nullable=False),
    Column("weight", Double, nullable=False),
    PrimaryKeyConstraint("reply_id", "category_number", "number"),
    ForeignKeyConstraint(["reply_id", "category_number"], ["category.reply_id", "category.number"], ondelete="CASCADE"),
)

respondent = Table(
    "respondent",
    metadata,
    of_reply(primary=True),
    Column("organisation", Words),
    Column("country", Words),  # ISO 3166-1 alpha-2
    Column("domain", Words),
)

case = Table(  # one example told in a reply; none until staff split the reply into its cases
    "case",
    metadata,
    of_reply(),
    Column("number", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("organisation", Words),
    Column("country", Words),
    Column("category", Words),
    Column("kind", Words),
    Column("standing", Words),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Words, nullable=False),
    Column("quotations", Json),  # [[where, start, end], ...]: verbatim places in the reply
    Column("saving", Words),  # what they say it saves, in their words
    PrimaryKeyConstraint("reply_id", "number"),
)

acknowledgement = Table(
    "acknowledgement",
    metadata,
    of_reply(primary=True),  # one answer a reply, for ever
    Column("state", Words, nullable=False),
    Column("state_at", UtcDateTime, nullable=False),
    Column("to_address", Words),
    Column("to_key", Words),  # to compare and to count
    Column("to_domain", Words),
    Column("language", Words, nullable=False),
    Column("objections", Json, nullable=False),  # [[code, sentence, reference], ...]
    Column("message_id", Words),  # of our letter; fixed by the first try
    by_run(),  # the run that took it in hand last
    Column("tries", Integer, nullable=False),
    Column("first_try", UtcDateTime),
    Column("rated_at", UtcDateTime),  # the moment that counts for the limits per hour and day
    Column("not_before", UtcDateTime),
    Column("note", Words, nullable=False),
    UniqueConstraint("message_id"),
    one_of("state", AckState),
    CheckConstraint("(state = 'withheld') = (objections <> '[]')", name="withheld"),
    CheckConstraint("state = 'withheld' OR to_address IS NOT NULL", name="to_address"),
    Index(None, "state", "not_before"),
    Index(None, "to_key"),
    Index(None, "rated_at"),
)

letter = Table(  # our answer as it went out, or may have gone out
    "letter",
    metadata,
    Column(
        "reply_id", Id, ForeignKey("acknowledgement.reply_id", ondelete="CASCADE"), primary_key=True, nullable=False
    ),
    Column("raw", LargeBinary, nullable=False),
)

review = Table(  # append-only: what a person decided; it wins over the verdict for ever
    "review",
    metadata,
    Column("id", Id, primary_key=True),
    of_reply(),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Words, nullable=False),
    Column("decision", Json, nullable=False),
    Column("note", Words, nullable=False),
    Column("batch_id", Id),  # of many replies at once (schema_staff.batch); none: of this one alone
    Index(None, "reply_id"),
    sqlite_autoincrement=True,
)

event = Table(  # append-only: every move of a reply and of its acknowledgement
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("reply_id", Id, ForeignKey("reply.id", ondelete="SET NULL")),
    by_run(),
    Column("what", Words, nullable=False),  # reply | acknowledgement | verdict | approval | digest
    Column("old", Words),
    Column("new", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("made_by", Words),  # a person; none: the program
    Index(None, "reply_id"),
    sqlite_autoincrement=True,
)
