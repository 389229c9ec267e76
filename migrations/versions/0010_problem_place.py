"""What lies around a place is found without reading every problem"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_problem_place", "problem", ["lat", "lng"])


def downgrade() -> None:
    op.drop_index("ix_problem_place", table_name="problem")
