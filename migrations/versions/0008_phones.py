"""Phones send piece by piece and seal; photos are masked for copies that leave the house"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "phone_contact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_phone_contact_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_contact")),
    )
    op.create_index("ix_phone_contact_issued_at", "phone_contact", ["issued_at"])
    op.create_index("ix_phone_contact_user_id", "phone_contact", ["user_id"])
    op.create_table(
        "photo_mask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.String(length=32), nullable=False),
        sa.Column("rectangles", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_photo_mask_made_by_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_photo_mask_photo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_mask")),
    )
    op.create_index("ix_photo_mask_photo_id", "photo_mask", ["photo_id"])
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("shot", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("photo_id", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_upload_owner_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_upload_photo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("owner_id", "key", name=op.f("uq_upload_owner_id_key")),
    )
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"])
    op.create_index("ix_upload_state_received", "upload", ["state", "received_at"])
    op.add_column("photo", sa.Column("captured_at", INSTANT, nullable=True))
    op.add_column(
        "photo", sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "photo", sa.Column("seal", sa.String(length=12), server_default="", nullable=False)
    )
    op.add_column(
        "photo", sa.Column("device", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column("photo", sa.Column("sequence", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("sequence", "device", "seal", "late", "captured_at"):
        op.drop_column("photo", name)
    op.drop_table("upload")
    op.drop_table("photo_mask")
    op.drop_table("phone_contact")
