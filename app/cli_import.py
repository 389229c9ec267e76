"""The command that reads and imports sections' ledgers: `flask --app wsgi import …`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import clock, extensions
from app.domain.refusals import Invalid, Refusal
from app.domain.roles import Actor, Role
from app.models import User, UserRole
from app.services.actors import actor_of
from app.services.imports.reading.files import ReadFile, section_of_code
from app.services.imports.reading.handed import read_handed
from app.services.imports.reading.report import report_of
from app.services.imports.reading.vocabulary import load_knowledge
from app.services.imports.settling.deciding import KEEP, MERGE, SKIP
from app.services.imports.work.foreground import import_files
from app.services.imports.work.hands import Hands
from app.services.imports.work.runs import TABLE, ZIP, Handed
from app.services.imports.work.summary import FileCount
from app.services.people.accounts import user_of_login

NO_DATABASE = "数据库打不开或还没有建表，请先运行 flask --app wsgi migrate。"
NO_SYSADMIN = "没有在用的系统管理员账号。请先用 user create 建一个，或者用 --user 指定登录名。"
NO_USER = "账号 {login} 已停用，请核对 --user 后面的登录名。"
COUNTS = {"new": "新增", "changed": "变更", "unchanged": "未变", "conflicting": "冲突",
          "flagged": "待核对"}  # fmt: skip
TWINS = {KEEP: "两条都保留", SKIP: "没有导入", MERGE: "并入已有问题"}


@click.command("import")
@click.argument(
    "paths",
    metavar="文件…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--section", metavar="编码", help="科室编码；不写则按文件名和表头上方的文字推断。")
@click.option("--user", "login", metavar="登录名", help="以谁的名义导入；不写则为系统管理员。")
@click.option(
    "--twins",
    type=click.Choice([KEEP, SKIP, MERGE]),
    default=KEEP,
    show_default=True,
    help="与别的科室疑似重复的：keep 两条都保留，skip 不导入，merge 并入已有问题。",
)
@click.option("--dry-run", "dry_run", is_flag=True, help="只读不写，说明每个文件读成了什么。")
@click.option(
    "--json",
    "json_path",
    metavar="文件",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path),
    help="把读到的全部内容写成 JSON，- 为屏幕；导入时还有各文件的条数。",
)
@with_appcontext
def import_command(
    paths: tuple[Path, ...],
    section: str | None,
    login: str | None,
    twins: str,
    dry_run: bool,
    json_path: Path | None,
) -> None:
    """导入科室台账：.xlsx、.xlsm、.xls、.csv，可以一次给多个文件，照片可打成 .zip。"""
    try:
        report = _report(paths, section) if dry_run or json_path is not None else []
        counts = [] if dry_run else _import(paths, section, login, twins)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    except DBAPIError as error:
        raise click.ClickException(NO_DATABASE) from error
    if json_path is not None:
        _write(json_path, report_of(report) | _told(counts))
    lines = [_summary(one) for one in report] if dry_run else _lines(counts, twins)
    for line in lines:
        click.echo(line, err=json_path is not None and str(json_path) == "-")
    if counts and all(one.refused for one in counts):
        raise SystemExit(1)


def _report(paths: tuple[Path, ...], section: str | None) -> list[ReadFile]:
    files = [(path.name, path.read_bytes()) for path in paths]
    with extensions.database().reading() as session:
        return read_handed(session, clock.now(), files, section)


def _import(
    paths: tuple[Path, ...], section: str | None, login: str | None, twins: str
) -> list[FileCount]:
    database, room = extensions.database(), extensions.photos()
    with database.reading() as session:
        actor = _actor(session, login)
        section_id = None
        if section is not None:
            section_id = section_of_code(load_knowledge(session, clock.now()), section).id
    return import_files(
        Hands(database, room, clock.now),
        actor,
        [_handed(path) for path in paths],
        section_id,
        twins=twins,
    )


def _handed(path: Path) -> Handed:
    """A file put into the store."""
    data = path.read_bytes()
    kind = ZIP if path.suffix.lower() == ".zip" else TABLE
    return Handed(path.name, kind, extensions.photos().store.put_original(data), len(data))


def _actor(session: Session, login: str | None) -> Actor:
    """Who imports: the one named, else the first system administrator in use."""
    now = clock.now()
    if login is not None:
        actor = actor_of(session, user_of_login(session, login).id, now)
        if actor is None:
            raise Invalid("import.user", NO_USER.format(login=login))
        return actor
    first = session.scalar(
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.SYSADMIN.value, User.is_active)
        .order_by(User.id)
        .limit(1)
    )
    actor = actor_of(session, first, now) if first is not None else None
    if actor is None:
        raise Invalid("import.user", NO_SYSADMIN)
    return actor


def _write(path: Path, report: dict[str, Any]) -> None:
    text = json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False)
    if str(path) == "-":
        click.echo(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")


def _told(counts: list[FileCount]) -> dict[str, Any]:
    """The figures of an import beside what was read."""
    if not counts:
        return {}
    total = {key: sum(getattr(one, key) for one in counts) for key in COUNTS}
    return {"counts": [asdict(one) for one in counts], "total": total}


def _lines(counts: list[FileCount], twins: str) -> list[str]:
    """One line a file, the sum at the end."""
    lines = []
    for one in counts:
        if one.refused:
            lines.append(f"{one.name}：{one.refused}")
            continue
        figures = "，".join(f"{label} {getattr(one, key)}" for key, label in COUNTS.items())
        more = f"；疑似与别的科室重复 {one.twins}，{TWINS[twins]}" if one.twins else ""
        more += f"；不能导入 {one.broken}" if one.broken else ""
        lines.append(f"{one.name}：{one.section or '科室未知'}，{figures}{more}")
    total = "，".join(f"{label} {sum(getattr(one, key) for one in counts)}"
                     for key, label in COUNTS.items())  # fmt: skip
    return [*lines, f"合计：{total}"]


def _summary(one: ReadFile) -> str:
    """One line a file: how much was read, how much is in doubt."""
    if one.refused:
        return f"{one.name}：{one.refused}"
    records = one.records()
    photos = sum(len(record.pictures) for record in records)
    flagged = sum(len(record.flags) for record in records)
    section = one.section
    whose = f"{section.name}{'（推断）' if section.guessed else ''}" if section else "科室未知"
    left = f"压缩包里有 {len(one.left)} 个文件没有归入。" if one.left else ""
    return (
        f"{one.name}：{whose}，{len(records)} 个问题，{photos} 张照片，{flagged} 格待核对。{left}"
    )
