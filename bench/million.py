"""A database with very many problems of 40 fields: made once, copied for the benches of a run.

XIAOHAO_BENCH_ROWS says how many (a million), XIAOHAO_BENCH_CACHE where prepared files are kept,
DATABASE_URL an empty PostgreSQL database, which is filled once and then stays as it is.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import ROOT, Database, migrate
from app.demo.reference import load_reference
from app.domain.calendars import local_date
from app.models import NumberCounter, Problem, SectionSheet
from app.services import search_index
from app.services.super_table.section_sheets import ensure_sheets
from bench import filling
from bench.plenty import Plenty
from bench.plenty_world import settle_fields, world_of
from bench.serving import SECRET

ROWS = 1_000_000
INDEXED_AT_ONCE = 10_000
TABLE = Problem.__tablename__


@dataclass(frozen=True, slots=True)
class Standing:
    """An installation with its rows; `sheet_id` is everybody's sheet."""

    settings: Settings
    database: Database
    rows: int
    sheet_id: int

    @property
    def file(self) -> Path | None:
        """The database's file; None on PostgreSQL."""
        return Path(self.database.engine.url.database or "") if self.database.is_sqlite else None


@lru_cache(maxsize=1)
def standing() -> Standing:
    """The installation that all benches of this process share; removed when it ends."""
    rows = int(os.environ.get("XIAOHAO_BENCH_ROWS", ROWS))
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xiaohao-bench-")))
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{_copy_of_prepared(rows, folder)}"
    settings = Settings(url, folder, SECRET, demo=True)
    database = Database(url)
    stack.callback(database.dispose)
    if not database.is_sqlite and not _is_filled(database, rows):
        settle(database, rows)
    with database.reading() as session:
        sheet = session.scalars(select(SectionSheet).where(SectionSheet.section_id.is_(None))).one()
        return Standing(settings, database, rows, sheet.id)


def _copy_of_prepared(rows: int, folder: Path) -> Path:
    kept = os.environ.get("XIAOHAO_BENCH_CACHE")
    cache = Path(kept) if kept else Path(tempfile.gettempdir()) / "xiaohao-bench-cache"
    prepared = cache / f"{newest_revision()}-{rows}.sqlite"
    if not prepared.exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = cache / f"{os.getpid()}.draft"
        older = max(cache.glob(f"*-{rows}.sqlite"), default=None)
        if older is not None:  # the same rows in an earlier schema
            shutil.copyfile(older, draft)
        database = Database(f"sqlite:///{draft}")
        try:
            if older is None:
                settle(database, rows)
            else:
                bring_up(database)
            with database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            database.dispose()
            draft.rename(prepared)
        finally:
            for leftover in cache.glob(f"{draft.name}*"):
                leftover.unlink()
    return Path(shutil.copyfile(prepared, folder / "bench.sqlite"))


def newest_revision() -> str:
    """The schema's own name, so that a file of an older one is not taken for it."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head() or "none"


def bring_up(database: Database) -> None:
    """The newest schema, and every row in the text index."""
    migrate(database.engine)
    while index_some(database):
        continue
    if not database.is_sqlite:  # what autovacuum does within minutes of so many rows
        at_once = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with at_once as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _is_filled(database: Database, rows: int) -> bool:
    bring_up(database)
    with database.reading() as session:
        return (session.scalar(select(func.max(Problem.id))) or 0) >= rows


def settle(database: Database, rows: int) -> None:
    """The demo city's people in an empty database, then its rows."""
    now = datetime.now(UTC)
    migrate(database.engine)
    with database.writing() as session:
        load_reference(session, now)
        ensure_sheets(session, now)
    add_rows(database, rows, now)


def add_rows(
    database: Database, rows: int, now: datetime, say: Callable[[str], object] = lambda _: None
) -> None:
    """Fill a city that has its people with problems; raises filling.Busy where it is in use."""
    with database.writing() as session:
        settle_fields(session, now)
    with database.reading() as session:
        world = world_of(session, local_date(now))
        first = (session.scalar(select(func.max(Problem.id))) or 0) + 1
        plenty = Plenty(world, rows, first, counters_of(session))
    say(f"正在写入 {rows:,} 个问题……")
    filling.fill(database.engine, TABLE, plenty.columns, plenty)
    with database.writing() as session:
        keep_counters(session, plenty.counters)
        search_index.begin_anew(session)
    say("正在建立全文索引……")
    bring_up(database)


def index_some(database: Database) -> int:
    """Some more rows into the text index; 0 when all are in it."""
    with database.writing() as session:
        return search_index.catch_up(session, INDEXED_AT_ONCE)


def counters_of(session: Session) -> dict[tuple[str, int], int]:
    """(district code, year) -> the last number given."""
    rows = session.scalars(select(NumberCounter))
    return {(row.district_code, row.year): row.last for row in rows}


def keep_counters(session: Session, counters: dict[tuple[str, int], int]) -> None:
    """The next number of each district follows the last one given."""
    session.execute(delete(NumberCounter))
    session.add_all(
        NumberCounter(district_code=code, year=year, last=last)
        for (code, year), last in counters.items()
    )
