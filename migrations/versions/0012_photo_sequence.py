"""Whether a phone's number was used before is found without reading every photo"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SEALED = sa.text("sequence IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_photo_device_sequence",
        "photo",
        ["device", "sequence"],
        sqlite_where=SEALED,
        postgresql_where=SEALED,
    )


def downgrade() -> None:
    op.drop_index("ix_photo_device_sequence", table_name="photo")
