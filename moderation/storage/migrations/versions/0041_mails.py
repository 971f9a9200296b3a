"""Mails that wait, and confirmations of readers' e-mail addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index("ix_mail_due", "mail", ["state", "due_at"], unique=False)
    op.create_table(
        "confirmation",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("email_tag", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_confirmation_site_id_site")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_confirmation")),
    )
    op.create_index("ix_confirmation_author_id", "confirmation", ["author_id"], unique=False)
    op.create_index("ix_confirmation_email_tag", "confirmation", ["email_tag"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_confirmation_email_tag", table_name="confirmation")
    op.drop_index("ix_confirmation_author_id", table_name="confirmation")
    op.drop_table("confirmation")
    op.drop_index("ix_mail_due", table_name="mail")
    op.drop_table("mail")
