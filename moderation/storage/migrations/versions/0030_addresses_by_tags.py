"""Who wrote from where by keyed tags, bans of tags, and domains that published comments had."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "address_seen",
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("wide", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_address_seen_site_id_site")),
        sa.PrimaryKeyConstraint("author_id", "tag", name=op.f("pk_address_seen")),
    )
    op.create_table(
        "address_count",
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("wide", sa.Boolean(), nullable=False),
        sa.Column("authors", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_address_count_site_id_site")),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_address_count")),
    )
    op.create_table(
        "tag_ban",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_user", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_tag_ban_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_ban")),
    )
    op.create_table(
        "known_domain",
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("comment_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_known_domain_site_id_site")),
        sa.PrimaryKeyConstraint("site_id", "domain", name=op.f("pk_known_domain")),
    )
    for table, name, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)


INDEXES = (
    ("address_seen", "ix_address_seen_seen_at", ["seen_at"]),
    ("address_count", "ix_address_count_since", ["since"]),
    ("tag_ban", "ix_tag_ban_tag", ["tag"]),
    ("tag_ban", "ix_tag_ban_author", ["author_id", "created_at"]),
    ("known_domain", "ix_known_domain_comment_id", ["comment_id"]),
)


def downgrade() -> None:
    for table, name, _ in INDEXES:
        op.drop_index(name, table_name=table)
    for table in ("known_domain", "tag_ban", "address_count", "address_seen"):
        op.drop_table(table)
