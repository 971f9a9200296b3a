"""Requests may ask which comments came from an address; the address lies sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_address",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["legal_request.id"], name=op.f("fk_request_address_request_id_legal_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_address")),
    )
    with op.batch_alter_table("request_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_address_request_id"), ["request_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("request_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_address_request_id"))

    op.drop_table("request_address")
