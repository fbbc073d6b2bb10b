"""Custody: what was erased, and where it lies that it is not taken in again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("id", ID, nullable=False),
        sa.Column("reply_id", ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("mail_key", sa.Text()),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.Column("erased_by", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("done_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased")),
        sa.UniqueConstraint("reply_id", name=op.f("uq_erased_reply_id")),
        sa.UniqueConstraint("sha256", name=op.f("uq_erased_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_erased_mail_key"), "erased", ["mail_key"])
    with op.batch_alter_table("location") as location:
        location.alter_column("reply_id", existing_type=ID, nullable=True)
        location.add_column(sa.Column("erased_id", ID))
        location.create_foreign_key(op.f("fk_location_erased_id"), "erased", ["erased_id"], ["id"])
        location.create_check_constraint(op.f("ck_location_owner"), "(reply_id IS NULL) <> (erased_id IS NULL)")
