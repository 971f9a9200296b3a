"""Lawful requests: authorities, scopes, approvals, holds, look-ups, productions; and the salt that commits a text."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_tile",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_tile")),
    )
    op.create_table(
        "purge_run",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keys", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("leaf_idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge_run")),
    )
    op.create_table(
        "authority",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("domains", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("callback_number", sa.String(length=100), nullable=False),
        sa.Column("callback_source", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.String(length=64), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_authority_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
    )
    with op.batch_alter_table("authority", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authority_site_id"), ["site_id"], unique=False)

    op.create_table(
        "legal_request",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("profile", sa.String(length=2), nullable=False),
        sa.Column("instrument", sa.String(length=100), nullable=False),
        sa.Column("authority_id", sa.String(length=64), nullable=True),
        sa.Column("officer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("officer_rank", sa.String(length=40), nullable=False),
        sa.Column("basis_id", sa.String(length=40), nullable=False),
        sa.Column("elements", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("purpose_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reference_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("necessity_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("order_sha256", sa.String(length=64), nullable=False),
        sa.Column("order_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("order_expires", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("gag_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gag_permanent", sa.Boolean(), nullable=False),
        sa.Column("gag_basis", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("rejection", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_legal_request_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_legal_request_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_request")),
    )
    with op.batch_alter_table("legal_request", schema=None) as batch_op:
        batch_op.create_index("ix_legal_request_site", ["site_id", "state", "received_at"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("approver", sa.String(length=64), nullable=False),
        sa.Column("custodian", sa.String(length=100), nullable=False),
        sa.Column("scope_hash", sa.String(length=64), nullable=False),
        sa.Column("share_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaf_idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["legal_request.id"], name=op.f("fk_approval_request_id_legal_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_request_id"), ["request_id"], unique=False)

    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("placed_by", sa.String(length=64), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["legal_request.id"], name=op.f("fk_legal_hold_request_id_legal_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_legal_hold_request_id"), ["request_id"], unique=False)

    op.create_table(
        "lookup_log",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaf_idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["legal_request.id"], name=op.f("fk_lookup_log_request_id_legal_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup_log")),
    )
    with op.batch_alter_table("lookup_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lookup_log_record_id"), ["record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lookup_log_request_id"), ["request_id"], unique=False)

    op.create_table(
        "production",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaf_idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["legal_request.id"], name=op.f("fk_production_request_id_legal_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production")),
    )
    with op.batch_alter_table("production", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_production_request_id"), ["request_id"], unique=False)

    op.create_table(
        "request_clock",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("rule_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["legal_request.id"], name=op.f("fk_request_clock_request_id_legal_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_clock")),
    )
    with op.batch_alter_table("request_clock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_clock_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_request_clock_request_id"), ["request_id"], unique=False)

    op.create_table(
        "request_event",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("from_state", sa.String(length=24), nullable=False),
        sa.Column("to_state", sa.String(length=24), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("leaf_idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["legal_request.id"], name=op.f("fk_request_event_request_id_legal_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_event")),
    )
    with op.batch_alter_table("request_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_event_request_id"), ["request_id"], unique=False)

    op.create_table(
        "request_scope",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("comment_id", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_request_scope_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["legal_request.id"], name=op.f("fk_request_scope_request_id_legal_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_scope")),
    )
    with op.batch_alter_table("request_scope", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_scope_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_request_scope_request_id"), ["request_id"], unique=False)

    op.create_table(
        "held_record",
        sa.Column("keeper", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("ct_net", sa.LargeBinary(), nullable=True),
        sa.Column("ct_ident", sa.LargeBinary(), nullable=True),
        sa.Column("carried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["sender_record.id"], name=op.f("fk_held_record_record_id_sender_record")
        ),
        sa.PrimaryKeyConstraint("keeper", "record_id", name=op.f("pk_held_record")),
    )
    op.add_column("revision", sa.Column("text_salt", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("revision", "text_salt")
    op.drop_table("held_record")
    with op.batch_alter_table("request_scope", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_scope_request_id"))
        batch_op.drop_index(batch_op.f("ix_request_scope_comment_id"))

    op.drop_table("request_scope")
    with op.batch_alter_table("request_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_event_request_id"))

    op.drop_table("request_event")
    with op.batch_alter_table("request_clock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_clock_request_id"))
        batch_op.drop_index(batch_op.f("ix_request_clock_due_at"))

    op.drop_table("request_clock")
    with op.batch_alter_table("production", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_production_request_id"))

    op.drop_table("production")
    with op.batch_alter_table("lookup_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lookup_log_request_id"))
        batch_op.drop_index(batch_op.f("ix_lookup_log_record_id"))

    op.drop_table("lookup_log")
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_legal_hold_request_id"))

    op.drop_table("legal_hold")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_request_id"))

    op.drop_table("approval")
    with op.batch_alter_table("legal_request", schema=None) as batch_op:
        batch_op.drop_index("ix_legal_request_site")

    op.drop_table("legal_request")
    with op.batch_alter_table("authority", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authority_site_id"))

    op.drop_table("authority")
    op.drop_table("purge_run")
    op.drop_table("log_tile")
