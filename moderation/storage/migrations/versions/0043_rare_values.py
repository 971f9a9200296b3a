"""Indices of columns that are mostly empty hold only the rows with a value, so that SQLite uses them when it has counted."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

INDICES = (
    ("ix_review_case_leased", "review_case", ["leased_by"], "leased_by"),
    ("ix_comment_parent", "comment", ["site_id", "parent_id"], "parent_id"),
    ("ix_verdict_batch_id", "verdict", ["batch_id"], "batch_id"),
)


def upgrade() -> None:
    for name, table, columns, rare in INDICES:
        given = sa.text(f"{rare} IS NOT NULL")
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, unique=False, sqlite_where=given, postgresql_where=given)


def downgrade() -> None:
    for name, table, columns, _ in INDICES:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, unique=False)
