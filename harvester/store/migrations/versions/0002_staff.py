"""The people who review: accounts, decisions, audits; and what each reply counts for now."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("seed", ID, nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("strata", sa.Text(), nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_answer",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", "number", "reviewer", name=op.f("pk_audit_answer")),
    )
    op.create_table(
        "batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("undone_at", INSTANT),
        sa.Column("undone_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "invitation",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.CheckConstraint("role IN ('viewer', 'editor', 'admin')", name=op.f("ck_invitation_role")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_invitation")),
    )
    op.create_table(
        "report",
        sa.Column("id", ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "saved_view",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_view_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("password", sa.Text()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.CheckConstraint("role IN ('viewer', 'editor', 'admin')", name=op.f("ck_staff_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("key", name=op.f("uq_staff_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "session",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_session_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_staff_id"), "session", ["staff_id"])
    op.create_table(
        "audit_item",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_item_audit_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_audit_item_reply_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", "number", name=op.f("pk_audit_item")),
    )
    op.create_table(
        "decision",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("disposition", sa.Text()),
        sa.Column("files", sa.Boolean(), nullable=False),
        sa.Column("organisation", sa.Text()),
        sa.Column("country", sa.Text()),
        sa.Column("quote_worthy", sa.Boolean(), nullable=False),
        sa.Column("may_share", sa.Boolean()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_decision_reply_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_decision")),
    )
    op.create_table(
        "filed",
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("score", sa.Double()),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_filed_reply_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reply_id", "category", name=op.f("pk_filed")),
    )
    op.create_index(
        op.f("ix_filed_category_kind_standing_reply_id"), "filed", ["category", "kind", "standing", "reply_id"]
    )
    op.create_table(
        "trail",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reply_id", ID),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_trail_reply_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_trail_reply_id"), "trail", ["reply_id"])
    op.add_column("case", sa.Column("quotations", sa.Text()))
    op.add_column("case", sa.Column("saving", sa.Text()))
    op.add_column("event", sa.Column("made_by", sa.Text()))
    op.create_index(
        "ix_link_share",
        "link",
        ["reply_id"],
        sqlite_where=sa.text("kind = 'share'"),
        postgresql_where=sa.text("kind = 'share'"),
    )
    op.add_column("reply", sa.Column("organisation", sa.Text()))
    op.add_column("reply", sa.Column("country", sa.Text()))
    op.create_index(
        "ix_reply_in_order",
        "reply",
        [
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
        ],
    )
    op.add_column("review", sa.Column("batch_id", ID))
    op.add_column("verdict", sa.Column("confidential", sa.Text()))
    fill()


def fill() -> None:
    """What holds of the replies that are there: all of it is the machine's, for no page has decided anything yet."""
    op.execute(
        "INSERT INTO filed (reply_id, category, kind, kinds, score, standing)"
        " SELECT reply_id, category, kind, kinds, score, standing FROM category WHERE counts"
    )
    op.execute(
        "UPDATE reply SET"
        " organisation = (SELECT organisation FROM respondent WHERE respondent.reply_id = reply.id),"
        " country = (SELECT country FROM respondent WHERE respondent.reply_id = reply.id)"
    )
