"""Indices from which open cases are counted by article and by author without a look at the cases."""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

COLUMNS = ("article", "author")


def upgrade() -> None:
    for one in COLUMNS:
        name = f"ix_review_case_{one}"
        op.drop_index(name, table_name="review_case")
        op.create_index(name, "review_case", ["site_id", "lane", "state", f"{one}_id", "due_at", "id"], unique=False)


def downgrade() -> None:
    for one in COLUMNS:
        name = f"ix_review_case_{one}"
        op.drop_index(name, table_name="review_case")
        op.create_index(name, "review_case", ["site_id", f"{one}_id", "state", "due_at", "id"], unique=False)
