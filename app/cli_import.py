"""The command that reads sections' ledgers: `flask --app wsgi import …`."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from app import clock, extensions
from app.domain.refusals import Refusal
from app.services.import_reading import ReadFile, read_files
from app.services.import_report import report_of

NOT_YET = "写入数据库的导入还没有做好；请加上 --dry-run，先看每个文件读成了什么。"
EXIT_NOT_YET = 2
NO_DATABASE = "数据库打不开或还没有建表，请先运行 flask --app wsgi migrate。"


@click.command("import")
@click.argument(
    "paths",
    metavar="文件…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--section", metavar="编码", help="科室编码；不写则按文件名和表头上方的文字推断。")
@click.option("--dry-run", "dry_run", is_flag=True, help="只读不写，说明每个文件读成了什么。")
@click.option(
    "--json",
    "json_path",
    metavar="文件",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path),
    help="把读到的全部内容写成 JSON，- 为屏幕。",
)
@with_appcontext
def import_command(
    paths: tuple[Path, ...], section: str | None, dry_run: bool, json_path: Path | None
) -> None:
    """读取科室台账：.xlsx、.xlsm、.xls、.csv，可以一次给多个文件。"""
    if not dry_run:
        click.echo(NOT_YET, err=True)
        raise SystemExit(EXIT_NOT_YET)
    files = [(path.name, path.read_bytes()) for path in paths]
    try:
        with extensions.database().reading() as session:
            read = read_files(session, clock.now(), files, section)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    except DBAPIError as error:
        raise click.ClickException(NO_DATABASE) from error
    if json_path is not None:
        _write(json_path, report_of(read))
    for one in read:
        click.echo(_summary(one), err=json_path is not None and str(json_path) == "-")


def _write(path: Path, report: dict[str, Any]) -> None:
    text = json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False)
    if str(path) == "-":
        click.echo(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")


def _summary(one: ReadFile) -> str:
    """One line a file: how much was read, how much is in doubt."""
    if one.refused:
        return f"{one.name}：{one.refused}"
    records = one.records()
    photos = sum(len(record.pictures) for record in records)
    flagged = sum(len(record.flags) for record in records)
    section = one.section
    whose = f"{section.name}{'（推断）' if section.guessed else ''}" if section else "科室未知"
    return f"{one.name}：{whose}，{len(records)} 个问题，{photos} 张照片，{flagged} 格待核对。"
