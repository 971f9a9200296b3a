"""Second opinions: who asked whom about a case, both views, and what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("comment_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_of", sa.String(length=64), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=True),
        sa.Column("given_action", sa.String(length=8), nullable=True),
        sa.Column("given_ground", sa.String(length=32), nullable=True),
        sa.Column("given_words", sa.Text(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_opinion_case_id_review_case")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_opinion_comment_id_comment")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_opinion_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
    )
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opinion_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_opinion_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index("ix_opinion_asked_by", ["site_id", "asked_by", "id"], unique=False)
        batch_op.create_index("ix_opinion_given_by", ["site_id", "given_by", "id"], unique=False)
        batch_op.create_index("ix_opinion_result", ["site_id", "result", "id"], unique=False)
    op.add_column("review_case", sa.Column("asked_by", sa.String(length=64), nullable=True))
    op.add_column("review_case", sa.Column("asked_of", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.drop_column("asked_of")
        batch_op.drop_column("asked_by")
    op.drop_table("opinion")
