"""Counts of categories and kinds from an index alone."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_filed_category_kinds_standing_reply_id"), "filed", ["category", "kinds", "standing", "reply_id"]
    )
