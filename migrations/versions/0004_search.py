"""The text index of problems, and the marks of what has changed since"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE problem_search USING fts5("
    "grams, detail=none, columnsize=0, tokenize='ascii')",
    "CREATE TABLE problem_search_mark (row_id BIGINT NOT NULL)",
    "CREATE TRIGGER problem_search_inserted AFTER INSERT ON problem BEGIN"
    " INSERT INTO problem_search_mark (row_id) VALUES (NEW.id); END",
    "CREATE TRIGGER problem_search_updated AFTER UPDATE ON problem BEGIN"
    " INSERT INTO problem_search_mark (row_id) VALUES (NEW.id); END",
    "CREATE TRIGGER problem_search_deleted AFTER DELETE ON problem BEGIN"
    " INSERT INTO problem_search_mark (row_id) VALUES (OLD.id); END",
)
POSTGRESQL = (
    "CREATE TABLE problem_search (row_id BIGINT NOT NULL, grams INTEGER[] NOT NULL,"
    " CONSTRAINT pk_problem_search PRIMARY KEY (row_id))",
    "CREATE INDEX ix_problem_search_grams ON problem_search USING gin (grams)",
    "CREATE TABLE problem_search_mark (row_id BIGINT NOT NULL)",
    "CREATE FUNCTION problem_search_mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO problem_search_mark (row_id) SELECT id FROM changed; RETURN NULL; END $$",
    "CREATE TRIGGER problem_search_inserted AFTER INSERT ON problem"
    " REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION problem_search_mark()",
    "CREATE TRIGGER problem_search_updated AFTER UPDATE ON problem"
    " REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION problem_search_mark()",
    "CREATE TRIGGER problem_search_deleted AFTER DELETE ON problem"
    " REFERENCING OLD TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION problem_search_mark()",
)


def upgrade() -> None:
    """All rows are marked: a worker indexes them, and until then a search reads them all."""
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)
    op.execute("INSERT INTO problem_search_mark (row_id) SELECT id FROM problem")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("inserted", "updated", "deleted"):
        op.execute(f"DROP TRIGGER problem_search_{name}" + ("" if is_sqlite else " ON problem"))
    if not is_sqlite:
        op.execute("DROP FUNCTION problem_search_mark()")
    op.execute("DROP TABLE problem_search_mark")
    op.execute("DROP TABLE problem_search")
