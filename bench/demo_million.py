"""`make demo-million`: a million problems into the demo city, so that a person can try the table.

XIAOHAO_DEMO_ROWS asks for another number.  The rows have no photos, no history before today and
no requests beside them; what is done with them from now on is recorded as ever.
"""

import os
import shutil
import sys
import time
from datetime import UTC, datetime

from sqlalchemy import func, select

from app import run_city
from app.cli import prepare_folder
from app.config import Settings
from app.db import Database
from app.models import Problem
from bench.filling import Busy
from bench.million import add_rows

ROWS = int(os.environ.get("XIAOHAO_DEMO_ROWS", "1000000"))
ENOUGH = 100_000  # as many problems no other demo city has
BYTES_A_ROW = 2_000  # with indexes and the words of the search
MEGABYTE = 1_000_000


def main() -> int:
    """Fill it, and say how long that took and how large it is."""
    settings = Settings.from_environment()
    if not settings.demo:
        print("demo-million 只用于演示：请设置 XIAOHAO_DEMO=1，或换一个演示用的文件夹。")
        return 1
    prepare_folder(settings.database_url)
    database = Database(settings.database_url)
    try:
        return _fill(database, settings)
    finally:
        database.dispose()


def _fill(database: Database, settings: Settings) -> int:
    run_city.prepare(database, settings)
    with database.reading() as session:
        there = session.scalar(select(func.count()).select_from(Problem)) or 0
    if there >= ENOUGH:
        print(f"演示城市里已有 {there:,} 个问题，不再重复载入。")
        return 1
    free, wanted = shutil.disk_usage(settings.instance).free, ROWS * BYTES_A_ROW * 2
    if database.is_sqlite and free < wanted:
        print(f"磁盘只剩 {free // MEGABYTE:,} MB，请先清理出 {wanted // MEGABYTE:,} MB。")
        return 1
    started = time.monotonic()
    try:
        add_rows(database, ROWS, datetime.now(UTC), lambda said: print(said, flush=True))
    except Busy:
        print("数据库正在使用。请先停止 make run，再运行 make demo-million。")
        return 1
    _report(database, time.monotonic() - started)
    return 0


def _report(database: Database, seconds: float) -> None:
    size = ""
    if database.is_sqlite and database.engine.url.database:
        taken = os.stat(database.engine.url.database).st_size // MEGABYTE  # noqa: PTH116 a path or not
        size = f"，数据库 {taken:,} MB"
    print(f"已载入 {ROWS:,} 个问题，用时 {seconds:.0f} 秒{size}。")
    print("这些问题没有照片，也没有今天以前的办理过程；今后的办理照常留痕。")
    print("现在运行 make run，用任一示例账号登录后打开“超级表”。")


if __name__ == "__main__":
    sys.exit(main())
