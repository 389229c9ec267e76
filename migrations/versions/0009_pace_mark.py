"""How often strangers ask is counted where all processes see it"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace_mark",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("spoken_for_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pace_mark")),
    )


def downgrade() -> None:
    op.drop_table("pace_mark")
