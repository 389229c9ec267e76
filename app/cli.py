"""The commands: `flask --app wsgi …`."""

from datetime import datetime
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app import clock, extensions, run_city
from app.cli_import import import_command
from app.db import ROOT, migrate
from app.domain import workflow_doc
from app.domain.calendars import LOCAL, WorkCalendar, local_date
from app.domain.clocks import Clock, Due, Limit, LimitUnit
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.services import search_index
from app.services.calendar_seed import seed_calendar, seeded_calendar
from app.services.people import accounts
from app.services.super_table.section_sheets import ensure_sheets
from app.services.world import load_calendar

users = AppGroup("user", help="账号。")


class Instant(click.ParamType[datetime]):
    """A local date and time, 2026-09-24T09:00; with an offset it is that instant."""

    name = "时间"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The aware instant."""
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} 不是时间，请写成 2026-09-24T09:00 的样子。", param, ctx)
        return at if at.tzinfo else at.replace(tzinfo=LOCAL)


@click.command("due")
@click.argument("since", type=Instant())
@click.option("--workdays", "workdays", type=click.IntRange(1, 1000), help="几个工作日。")
@click.option(
    "--hours", "hours", type=click.IntRange(1, 5000), help="几个工作小时（8-12、14-18）。"
)
@click.option("--urgent-hours", "urgent", type=click.IntRange(1, 5000), help="几小时，连续计算。")
@with_appcontext
def due_command(
    since: datetime, workdays: int | None, hours: int | None, urgent: int | None
) -> None:
    """时限何时到期：从 SINCE 起算，给出日期或时刻。"""
    given = [
        Limit(amount, unit)
        for amount, unit in (
            (workdays, LimitUnit.WORK_DAY),
            (hours, LimitUnit.WORK_HOUR),
            (urgent, LimitUnit.URGENT_HOUR),
        )
        if amount is not None
    ]
    if len(given) != 1:
        raise click.UsageError("请给出 --workdays、--hours、--urgent-hours 中的一个。")
    due = Clock(given[0], since=since).due(_calendar())
    click.echo(_due_text(due, by_day=workdays is not None))


def _due_text(due: Due, *, by_day: bool) -> str:
    local = due.at.astimezone(LOCAL)
    text = f"{local:%Y-%m-%d}" if by_day else f"{local:%Y-%m-%d %H:%M}"
    return f"{text}（暂定）" if due.provisional else text


def _calendar() -> WorkCalendar:
    """The installation's calendar; the seed where there is no database, or none filled yet."""
    database = extensions.database()
    path = make_url(database.url).database if database.is_sqlite else None
    if path is None or Path(path).exists():
        try:
            with database.reading() as session:
                calendar = load_calendar(session)
            if calendar.days:
                return calendar
        except DBAPIError:
            click.echo("数据库没有工作日历，按随附日历计算。", err=True)
    return seeded_calendar(local_date(clock.now()))


@click.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """把数据库结构更新到最新，并补齐工作日历和各科室的表。"""
    database = extensions.database()
    prepare_folder(database.url)
    migrate(database.engine)
    with database.writing() as session:
        days = seed_calendar(session, clock.now())
        ensure_sheets(session, clock.now())
    click.echo(f"数据库结构已是最新，工作日历写入 {days} 天。")


def prepare_folder(url: str) -> None:
    """SQLite makes its file, not the folder around it."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)


@click.command("render-docs")
def render_docs_command() -> None:
    """按操作表重写 docs/workflow.md。"""
    target = ROOT / "docs" / "workflow.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(workflow_doc.render(), encoding="utf-8")
    click.echo(str(target))


@users.command("create")
@click.argument("login")
@click.option("--name", required=True, help="姓名。")
@click.option("--org", "org_code", required=True, help="单位编码。")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role if role is not Role.SYSTEM]),
    help="角色，可以写多个。",
)
@click.password_option(help="初始密码，首次登录后须修改。")
def create_user_command(
    login: str, name: str, org_code: str, roles: tuple[str, ...], password: str
) -> None:
    """新建账号。"""
    rules, now = extensions.sign_in_rules().passwords, clock.now()
    try:
        with extensions.database().writing() as session:
            user = accounts.create_user(
                session,
                login=login,
                name=name,
                org_code=org_code,
                roles=[Role(role) for role in roles],
                password=password,
                rules=rules,
                now=now,
            )
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"已新建账号 {user.login}（{user.name}），首次登录后须修改密码。")


@users.command("set-password")
@click.argument("login")
@click.password_option(help="新密码，下次登录后须修改。")
def set_password_command(login: str, password: str) -> None:
    """重设密码，该账号在各设备上的登录全部退出。"""
    rules, now = extensions.sign_in_rules().passwords, clock.now()
    try:
        with extensions.database().writing() as session:
            user = accounts.user_of_login(session, login)
            accounts.set_password(session, user, password, rules, now)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"已重设 {user.login}（{user.name}）的密码，下次登录后须修改。")


@click.command("work")
@with_appcontext
def work_command() -> None:
    """后台任务：台账、挂号到期等，与网页服务分开运行。"""
    from app.jobs import worker  # brings the scheduler, which no other command needs

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 the thing itself
    worker.run(app)


@click.command("index-search")
@click.option("--all", "anew", is_flag=True, help="全部重新建立索引。")
@click.option("--batch", default=2000, type=click.IntRange(1, 50_000), show_default=True)
@with_appcontext
def index_search_command(anew: bool, batch: int) -> None:
    """建立全文检索的索引；平时由后台任务随时补齐。"""
    database = extensions.database()
    if anew:
        with database.writing() as session:
            search_index.begin_anew(session)
    done = search_index.fill(
        database.writing,
        batch,
        lambda number: click.echo(f"\r已建立 {number:,} 行的索引", nl=False),
    )
    click.echo(f"\r索引已是最新，本次处理 {done:,} 行。")


@click.command("run-city")
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True)
@click.option("--port", default=8000, envvar="PORT", type=click.IntRange(1, 65535))
@with_appcontext
def run_city_command(host: str, port: int) -> None:
    """演示：准备数据库和示例城市，启动网页服务和后台任务。"""
    prepare_folder(extensions.database().url)
    raise SystemExit(run_city.run(extensions.database(), extensions.settings(), host, port))


def register(app: Flask) -> None:
    """Add the commands to `flask --app wsgi`."""
    for command in (
        due_command,
        migrate_command,
        render_docs_command,
        users,
        work_command,
        run_city_command,
        index_search_command,
        import_command,
    ):
        app.cli.add_command(command)
