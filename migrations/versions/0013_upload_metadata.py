"""What a sender said of a file is kept as it came, for tus to tell it again"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("upload", sa.Column("told", sa.Text(), server_default="", nullable=False))
    op.drop_column("upload", "filename")  # nobody asked for it; it is part of what was told


def downgrade() -> None:
    op.add_column(
        "upload", sa.Column("filename", sa.String(length=200), server_default="", nullable=False)
    )
    op.drop_column("upload", "told")
