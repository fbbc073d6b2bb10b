"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    tables()
    search_index()


def tables() -> None:
    op.create_table(
        "folder",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("validity", sa.Text(), nullable=False),
        sa.Column("next_uid", sa.Text(), nullable=False),
        sa.Column("exists", sa.BigInteger(), nullable=False),
        sa.Column("scanned_at", INSTANT),
        sa.PrimaryKeyConstraint("account", "folder", name=op.f("pk_folder")),
    )
    op.create_table(
        "run",
        sa.Column("id", ID, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text()),
        sa.Column("problems", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reply",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("taken_in_at", INSTANT, nullable=False),
        sa.Column("run_id", ID),
        sa.Column("may_acknowledge", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_at", INSTANT, nullable=False),
        sa.Column("quarantine", sa.Text()),
        sa.Column("quarantine_detail", sa.Text()),
        sa.Column("reader", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("message_id", sa.Text()),
        sa.Column("from_address", sa.Text()),
        sa.Column("from_name", sa.Text()),
        sa.Column("from_problem", sa.Text()),
        sa.Column("subject", sa.Text()),
        sa.Column("date", INSTANT),
        sa.Column("language", sa.Text()),
        sa.Column("disposition", sa.Text()),
        sa.Column("review_suggested", sa.Boolean()),
        sa.Column("attachments", sa.Integer()),
        sa.Column("links", sa.Integer()),
        sa.Column("mail_key", sa.Text()),
        sa.Column("words_key", sa.Text()),
        sa.Column("id_key", sa.Text()),
        sa.Column("duplicate_of", ID),
        sa.Column("thread", ID),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("reference", name=op.f("uq_reply_reference")),
        sa.UniqueConstraint("sha256", name=op.f("uq_reply_sha256")),
        sa.CheckConstraint("(state = 'quarantined') = (quarantine IS NOT NULL)", name=op.f("ck_reply_quarantine")),
        sa.CheckConstraint("state IN ('received', 'understood', 'quarantined')", name=op.f("ck_reply_state")),
        sa.CheckConstraint("state <> 'understood' OR disposition IS NOT NULL", name=op.f("ck_reply_understood")),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["reply.id"], name=op.f("fk_reply_duplicate_of"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["thread"], ["reply.id"], name=op.f("fk_reply_thread"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_reply_run_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reply_duplicate_of"), "reply", ["duplicate_of"])
    op.create_index(op.f("ix_reply_id_key"), "reply", ["id_key"])
    op.create_index(op.f("ix_reply_mail_key"), "reply", ["mail_key"])
    op.create_index(op.f("ix_reply_state_received_at"), "reply", ["state", "received_at"])
    op.create_index(op.f("ix_reply_thread"), "reply", ["thread"])
    op.create_index(op.f("ix_reply_words_key"), "reply", ["words_key"])
    op.create_table(
        "acknowledgement",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_at", INSTANT, nullable=False),
        sa.Column("to_address", sa.Text()),
        sa.Column("to_key", sa.Text()),
        sa.Column("to_domain", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("objections", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text()),
        sa.Column("run_id", ID),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_try", INSTANT),
        sa.Column("rated_at", INSTANT),
        sa.Column("not_before", INSTANT),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint("message_id", name=op.f("uq_acknowledgement_message_id")),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'held', 'withheld')",
            name=op.f("ck_acknowledgement_state"),
        ),
        sa.CheckConstraint("state = 'withheld' OR to_address IS NOT NULL", name=op.f("ck_acknowledgement_to_address")),
        sa.CheckConstraint("(state = 'withheld') = (objections <> '[]')", name=op.f("ck_acknowledgement_withheld")),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_acknowledgement_reply_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_acknowledgement_run_id")),
    )
    op.create_index(op.f("ix_acknowledgement_rated_at"), "acknowledgement", ["rated_at"])
    op.create_index(op.f("ix_acknowledgement_state_not_before"), "acknowledgement", ["state", "not_before"])
    op.create_index(op.f("ix_acknowledgement_to_key"), "acknowledgement", ["to_key"])
    op.create_table(
        "attachment",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("declared_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("text_status", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", "number", name=op.f("pk_attachment")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_attachment_reply_id"), ondelete="CASCADE"),
    )
    op.create_table(
        "case",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text()),
        sa.Column("country", sa.Text()),
        sa.Column("category", sa.Text()),
        sa.Column("kind", sa.Text()),
        sa.Column("standing", sa.Text()),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", "number", name=op.f("pk_case")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_case_reply_id"), ondelete="CASCADE"),
    )
    op.create_table(
        "category",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.PrimaryKeyConstraint("reply_id", "number", name=op.f("pk_category")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_category_reply_id"), ondelete="CASCADE"),
    )
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reply_id", ID),
        sa.Column("run_id", ID),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("old", sa.Text()),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_event_reply_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_event_run_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_reply_id"), "event", ["reply_id"])
    op.create_table(
        "link",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("found_in", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", "number", name=op.f("pk_link")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_link_reply_id"), ondelete="CASCADE"),
    )
    op.create_table(
        "location",
        sa.Column("id", ID, nullable=False),
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("validity", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("vanished_at", INSTANT),
        sa.Column("run_id", ID),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint(
            "account", "folder", "validity", "uid", name=op.f("uq_location_account_folder_validity_uid")
        ),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_location_reply_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_location_run_id")),
    )
    op.create_index(op.f("ix_location_reply_id"), "location", ["reply_id"])
    op.create_table(
        "respondent",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("organisation", sa.Text()),
        sa.Column("country", sa.Text()),
        sa.Column("domain", sa.Text()),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_respondent")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_respondent_reply_id"), ondelete="CASCADE"),
    )
    op.create_table(
        "review",
        sa.Column("id", ID, nullable=False),
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_review_reply_id"), ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_review_reply_id"), "review", ["reply_id"])
    op.create_table(
        "text",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("in_reply_to", sa.Text(), nullable=False),
        sa.Column("references", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("segments", sa.Text(), nullable=False),
        sa.Column("own_text", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("request_quoted", sa.Boolean(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_text")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_text_reply_id"), ondelete="CASCADE"),
    )
    op.create_table(
        "verdict",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("review_suggested", sa.Boolean(), nullable=False),
        sa.Column("bounce", sa.Text()),
        sa.Column("absence", sa.Text()),
        sa.Column("judged_at", INSTANT, nullable=False),
        sa.Column("run_id", ID),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_verdict")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_verdict_reply_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_verdict_run_id")),
    )
    op.create_table(
        "evidence",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("category_number", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", "category_number", "number", name=op.f("pk_evidence")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_evidence_reply_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["reply_id", "category_number"],
            ["category.reply_id", "category.number"],
            name=op.f("fk_evidence_reply_id_category_number"),
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "letter",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_letter")),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["acknowledgement.reply_id"], name=op.f("fk_letter_reply_id"), ondelete="CASCADE"
        ),
    )


def search_index() -> None:
    """One row a reply, gone with its reply (harvester/store/search.py)."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("""CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')""")
        op.execute(
            "CREATE TRIGGER search_forgets AFTER DELETE ON reply BEGIN DELETE FROM search WHERE rowid = old.id; END"
        )
    else:
        op.execute(
            "CREATE TABLE search ("
            " reply_id BIGINT CONSTRAINT pk_search PRIMARY KEY"
            " CONSTRAINT fk_search_reply_id REFERENCES reply (id) ON DELETE CASCADE,"
            " words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_words ON search USING gin (words)")
