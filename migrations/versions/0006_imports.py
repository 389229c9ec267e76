"""Imports: runs, rows, origins, memory"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_memory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_import_memory_by_id")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["organisation.id"], name=op.f("fk_import_memory_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_memory")),
        sa.UniqueConstraint(
            "section_id", "kind", "key", name=op.f("uq_import_memory_section_id_kind_key")
        ),
    )
    op.create_table(
        "saved_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_saved_import_owner_id")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["organisation.id"], name=op.f("fk_saved_import_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_import")),
    )
    op.create_index("ix_saved_import_owner", "saved_import", ["owner_id", "deleted_at"])

    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("saved_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_import_run_owner_id")),
        sa.ForeignKeyConstraint(
            ["saved_id"], ["saved_import.id"], name=op.f("fk_import_run_saved_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["organisation.id"], name=op.f("fk_import_run_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_run_owner_created", "import_run", ["owner_id", "created_at"])
    op.create_index("ix_import_run_section_id", "import_run", ["section_id"])

    op.create_table(
        "import_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("section_why", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_file_run_id")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["organisation.id"], name=op.f("fk_import_file_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )
    op.create_index("ix_import_file_run_id", "import_file", ["run_id"])
    op.create_index("ix_import_file_sha256", "import_file", ["sha256"])

    op.create_table(
        "import_origin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_import_origin_problem_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_import_origin_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["organisation.id"], name=op.f("fk_import_origin_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_origin")),
        sa.UniqueConstraint(
            "problem_id", "section_id", name=op.f("uq_import_origin_problem_id_section_id")
        ),
    )
    op.create_index("ix_import_origin_run_id", "import_origin", ["run_id"])
    op.create_index("ix_import_origin_section", "import_origin", ["section_id", "withdrawn_at"])

    op.create_table(
        "import_picture",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_import_picture_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "sha256", name=op.f("pk_import_picture")),
    )
    op.create_index("ix_import_picture_sha256", "import_picture", ["sha256"])

    op.create_table(
        "import_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("shape", sa.String(length=40), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["import_file.id"], name=op.f("fk_import_sheet_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_sheet")),
    )
    op.create_index("ix_import_sheet_file_id", "import_sheet", ["file_id"])

    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("fixes", sa.JSON(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=True),
        sa.Column("applied", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_import_row_problem_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_row_run_id")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["import_sheet.id"], name=op.f("fk_import_row_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_problem_id", "import_row", ["problem_id"])
    op.create_index("ix_import_row_run_row", "import_row", ["run_id", "id"])
    op.create_index("ix_import_row_run_status", "import_row", ["run_id", "status", "id"])
    op.create_index("ix_import_row_sheet_id", "import_row", ["sheet_id"])

    op.add_column(
        "photo", sa.Column("imported", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("photo", "imported")

    op.drop_table("import_row")
    op.drop_table("import_sheet")
    op.drop_table("import_picture")
    op.drop_table("import_origin")
    op.drop_table("import_file")
    op.drop_table("import_run")
    op.drop_table("saved_import")
    op.drop_table("import_memory")
