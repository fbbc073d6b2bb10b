"""Erasure: a frozen report that quoted what was erased stands on without its content, and says why."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column("report", sa.Column("because", sa.Text()))
