"""Which label the score of a case is of; the scores so far were of toxicity."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review_case", sa.Column("score_label", sa.String(length=32), server_default="", nullable=False))
    op.execute("UPDATE review_case SET score_label = 'toxicity' WHERE score > 0")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("review_case", "score_label", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.drop_column("score_label")
