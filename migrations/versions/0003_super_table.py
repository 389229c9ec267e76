"""Sheets, views, rights, batches of edits"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "section_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"], ["organisation.id"], name=op.f("fk_section_sheet_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_sheet")),
        sa.UniqueConstraint("section_id", name=op.f("uq_section_sheet_section_id")),
    )
    op.create_table(
        "access_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("effect", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("field_id", sa.String(length=63), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_by_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_access_rule_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["retired_by_id"], ["user.id"], name=op.f("fk_access_rule_retired_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_rule")),
    )
    op.create_index("ix_access_rule_retired_at", "access_rule", ["retired_at", "id"], unique=False)

    op.create_table(
        "admin_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=63), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=50), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_admin_event_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_event")),
        sa.UniqueConstraint("topic", "seq", name=op.f("uq_admin_event_topic_seq")),
    )
    op.create_index("ix_admin_event_at", "admin_event", ["at", "id"], unique=False)

    op.create_table(
        "bulk_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_bulk_move_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_move")),
    )
    op.create_index(
        "ix_bulk_move_user_created", "bulk_move", ["user_id", "created_at"], unique=False
    )

    op.create_table(
        "column_widths",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=30), nullable=False),
        sa.Column("widths", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_column_widths_user_id")),
        sa.PrimaryKeyConstraint("user_id", "place", name=op.f("pk_column_widths")),
    )
    op.create_table(
        "edit_batch",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("undoes", sa.String(length=40), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_edit_batch_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_batch")),
    )
    op.create_index("ix_edit_batch_user_at", "edit_batch", ["user_id", "at"], unique=False)

    op.create_table(
        "table_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("widths", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_table_view_owner_id")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["section_sheet.id"], name=op.f("fk_table_view_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_view")),
    )
    op.create_index(op.f("ix_table_view_owner_id"), "table_view", ["owner_id"], unique=False)
    op.create_index(
        "ix_table_view_sheet_owner", "table_view", ["sheet_id", "owner_id"], unique=False
    )

    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.String(length=63), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_attachment_owner_id")),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_attachment_problem_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_problem", "attachment", ["problem_id", "field_id"], unique=False)
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"], unique=False)

    op.create_table(
        "sheet_conversion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("from_type", sa.String(length=40), nullable=False),
        sa.Column("from_options", sa.JSON(), nullable=False),
        sa.Column("from_default", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("from_column", sa.String(length=63), nullable=False),
        sa.Column("to_type", sa.String(length=40), nullable=False),
        sa.Column("to_options", sa.JSON(), nullable=False),
        sa.Column("to_column", sa.String(length=63), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_conversion"),
    )


def downgrade() -> None:
    op.drop_table("sheet_conversion")
    op.drop_index(op.f("ix_attachment_sha256"), "attachment")
    op.drop_index("ix_attachment_problem", "attachment")

    op.drop_table("attachment")
    op.drop_index("ix_table_view_sheet_owner", "table_view")
    op.drop_index(op.f("ix_table_view_owner_id"), "table_view")

    op.drop_table("table_view")
    op.drop_index("ix_edit_batch_user_at", "edit_batch")

    op.drop_table("edit_batch")
    op.drop_table("column_widths")
    op.drop_index("ix_bulk_move_user_created", "bulk_move")

    op.drop_table("bulk_move")
    op.drop_index("ix_admin_event_at", "admin_event")

    op.drop_table("admin_event")
    op.drop_index("ix_access_rule_retired_at", "access_rule")

    op.drop_table("access_rule")
    op.drop_table("section_sheet")
