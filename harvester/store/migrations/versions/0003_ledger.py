"""The run ledger tells what kind of run it was, how it ended, and what it saw."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("kind", sa.Text(), nullable=False, server_default="run"))
    op.add_column("run", sa.Column("outcome", sa.Text()))
    op.add_column("run", sa.Column("seen", sa.Text()))
    op.execute(
        "UPDATE run SET outcome = CASE WHEN coalesce(problems, '[]') = '[]' THEN 'ok' ELSE 'trouble' END"
        " WHERE finished_at IS NOT NULL"
    )
