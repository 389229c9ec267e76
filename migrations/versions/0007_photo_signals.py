"""Photos are examined: what they look like, what speaks against them"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNEXAMINED = sa.text("examined_at IS NULL AND problem_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("photo", sa.Column("examined_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_photo_unexamined",
        "photo",
        ["attached_at"],
        sqlite_where=UNEXAMINED,
        postgresql_where=UNEXAMINED,
    )
    op.create_index("ix_photo_owner_received", "photo", ["owner_id", "received_at"])
    op.create_table(
        "photo_likeness",
        sa.Column("photo_id", sa.String(length=32), nullable=False),
        sa.Column("middle", sa.BigInteger(), nullable=False),
        sa.Column("upper", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("examined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name=op.f("fk_photo_likeness_photo_id")
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_photo_likeness")),
    )
    op.create_index("ix_photo_likeness_received_at", "photo_likeness", ["received_at"])
    op.create_index("ix_photo_likeness_examined_at", "photo_likeness", ["examined_at"])
    op.create_table(
        "photo_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("twin_id", sa.String(length=32), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_photo_signal_photo_id")),
        sa.ForeignKeyConstraint(["twin_id"], ["photo.id"], name=op.f("fk_photo_signal_twin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_signal")),
        sa.UniqueConstraint("photo_id", "kind", name=op.f("uq_photo_signal_photo_id_kind")),
    )


def downgrade() -> None:
    op.drop_table("photo_signal")
    op.drop_table("photo_likeness")
    op.drop_index("ix_photo_owner_received", "photo")
    op.drop_index("ix_photo_unexamined", "photo")
    op.drop_column("photo", "examined_at")
