"""Let feedback be a queue: what kind it is, and who closed it, when and how."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("kind", sa.Text(), server_default="opinion", nullable=False)
    op.add_column("feedback", kind)
    for name in ("closed", "closed_by", "decision"):
        op.add_column("feedback", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("decision", "closed_by", "closed", "kind"):
        op.drop_column("feedback", name)
