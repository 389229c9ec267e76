"""Alembic's environment: runs on the connection it is handed, leaves f_… columns alone."""

from typing import Any

from alembic import context
from sqlalchemy import text

from app.models import Base
from sheets import storage

MIGRATION_LOCK = 20_261_122  # any number that nothing else in the database uses


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """The catalogue owns the f_… columns of the super table, the text index its own tables."""
    if kind == "table" and name is not None and name.startswith("problem_search"):
        return False
    return not (kind == "column" and name is not None and name.startswith("f_"))


def run() -> None:
    """Migrate in one transaction; two starting processes take turns."""
    connection = context.config.attributes["connection"]
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATION_LOCK})
    context.configure(
        connection=connection,
        target_metadata=[Base.metadata, storage.metadata],
        include_name=include_name,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
