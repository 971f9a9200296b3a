"""Indices for the filters of the list, so that no filter reads all open cases."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

INDICES = {
    "ix_review_case_article": ["site_id", "article_id", "state", "due_at", "id"],
    "ix_review_case_author": ["site_id", "author_id", "state", "due_at", "id"],
    "ix_review_case_section": ["site_id", "lane", "state", "section", "due_at", "id"],
    "ix_review_case_language": ["site_id", "lane", "state", "language", "due_at", "id"],
    "ix_review_case_ground": ["site_id", "lane", "state", "ground", "due_at", "id"],
    "ix_review_case_copies": ["site_id", "lane", "state", "cluster", "due_at", "id"],
    "ix_review_case_told": ["site_id", "lane", "ground", "comment_id"],
}


def upgrade() -> None:
    for name, columns in INDICES.items():
        op.create_index(name, "review_case", columns, unique=False)
    op.create_index("ix_address_seen_tag", "address_seen", ["tag", "author_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_address_seen_tag", table_name="address_seen")
    for name in INDICES:
        op.drop_index(name, table_name="review_case")
