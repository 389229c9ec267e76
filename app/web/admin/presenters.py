"""The administration's pages in plain values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.calendars import local_date
from app.domain.refusals import Refusal
from app.domain.roles import ROLE_MEANINGS, Actor, Role
from app.domain.rules import CHOICES, DEFAULTS, labels
from app.domain.signals import SignalKind
from app.models import User, WorkCalendarDay
from app.services.calendar_admin import Year, is_unusual
from app.services.evidence import upload_judging
from app.services.evidence.upload_judging import Depth
from app.services.people import administration
from app.web.settings_tabs import tabs

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("整改时限", ("rectify_work_days", "category_limits", "cutoff", "return_clock",
                  "yellow_work_days")),
    ("审核、核查和销号", ("intake_work_days", "check_work_days", "sign_off_work_days",
                          "four_eyes", "take_back_seconds", "reopen_days")),
    ("紧急问题", ("urgent_direct_to_leader", "leader_hours", "leader_may_void", "urgent_hours",
                  "urgent_sign_off_by_lead")),
    ("挂号", ("deferral_leader_days", "deferral_max_days", "deferral_prolongations")),
    ("延期和改派", ("extensions", "reassign_work_days")),
    ("照片和查重", ("album_allowed", "photos_per_phase", "late_minutes", "nearby_metres",
                   "nearby_days", "recurrence_days")),
    ("遮挡", ("masks_required",)),
    ("照片信号", tuple(f"signal_{kind.value}" for kind in SignalKind)),
    ("照片信号的界限", ("signal_copy_days", "signal_distance_metres", "signal_accuracy_metres",
                        "signal_clock_minutes", "signal_old_minutes", "signal_travel_kmh")),
)  # fmt: skip
STOPPED_AFTER = 5 * 60  # seconds
STOPPED = "后台任务可能没有运行，请检查 flask work。"
WEEK = ("一", "二", "三", "四", "五", "六", "日")
MONTHS = 12


def settings_page(session: Session, form: FlaskForm, now: datetime) -> dict[str, Any]:
    """Every setting in its group, with what it is by default; how many photos wait."""
    told = labels()
    return {
        "tabs": tabs("admin.settings"),
        "queue": _queue(upload_judging.depth(session), now),
        "form": form,
        "groups": [
            {
                "title": title,
                "settings": [
                    {"name": name, "field": form[name], "help": _help(name, told[name][1])}
                    for name in names
                ],
            }
            for title, names in GROUPS
        ],
    }


def _queue(depth: Depth, now: datetime) -> str:
    """The photos that wait to be judged, as a sentence; with a hint when nobody seems to work."""
    if depth.since is None:
        return "没有照片在等待处理。"
    waited = (now - depth.since).total_seconds()
    span = f"{waited // 60:.0f} 分钟" if waited >= 2 * 60 else f"{max(waited, 0):.0f} 秒"
    line = f"{depth.count} 张照片在等待处理，最早的一张等了 {span}。"
    return f"{line}{STOPPED}" if waited >= STOPPED_AFTER else line


def _help(name: str, words: str) -> str:
    default = getattr(DEFAULTS, name)
    shown = {True: "开启", False: "关闭"}[default] if isinstance(default, bool) else str(default)
    blank = " " if shown[0].isdigit() else ""
    sentence = f"默认{blank}{CHOICES.get(name, {}).get(shown, shown)}。"
    return f"{words}。{sentence}" if words else sentence


# --- the working calendar ---


def calendar_page(year: Year, form: FlaskForm, now: datetime) -> dict[str, Any]:
    """A year month by month, what is unusual in it, and the form to change days."""
    today = local_date(now)
    form["first_day"].flags.required = form["kind"].flags.required = True
    return {
        "tabs": tabs("admin.work_calendar"),
        "form": form,
        "year": year.number,
        "years": [
            {
                "label": f"{each} 年",
                "href": url_for("admin.work_calendar", year=each),
                "current": each == year.number,
                "count": "",
            }
            for each in year.years
        ],
        "work_days": year.work_days,
        "assumed": year.assumed,
        "standing": standing(year),
        "months": [_month(year, month, today) for month in range(1, MONTHS + 1)],
        "week": WEEK,
        "special": [_special(day) for day in year.days if day.name or is_unusual(day)],
    }


def standing(year: Year) -> str:
    """How many working days, and how sure that is."""
    words = f"{year.number} 年工作日 {year.work_days} 天"
    if not year.days:
        return f"{year.number} 年没有日历，按周一至周五上班暂定计算。"
    if not year.assumed:
        return f"{words}，放假安排已公布。"
    if year.assumed == len(year.days):
        return f"{words}；放假安排尚未公布，按暂定计算。"
    return f"{words}；还有 {year.assumed} 天没有确认，按暂定计算。"


def _month(year: Year, month: int, today: object) -> dict[str, Any]:
    days = [day for day in year.days if day.day.month == month]
    blanks = days[0].day.weekday() if days else 0
    cells: list[dict[str, Any] | None] = [None] * blanks
    cells += [_day(day, is_today=day.day == today) for day in days]
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return {"name": f"{month} 月", "weeks": weeks, "work_days": sum(d.is_workday for d in days)}


def _day(day: WorkCalendarDay, *, is_today: bool) -> dict[str, Any]:
    mark = ""
    if is_unusual(day):
        mark = "班" if day.is_workday else "休"
    return {
        "number": day.day.day,
        "off": not day.is_workday,
        "mark": mark,
        "assumed": not day.confirmed,
        "today": is_today,
        "title": f"{day.name or ('上班' if day.is_workday else '休息')}"
        f"{'' if day.confirmed else '（暂定）'}",
    }


def _special(day: WorkCalendarDay) -> dict[str, str]:
    weekday = WEEK[day.day.weekday()]
    return {
        "day": f"{day.day.month}月{day.day.day}日 周{weekday}",
        "kind": "上班" if day.is_workday else "休息",
        "name": day.name,
        "standing": "已公布" if day.confirmed else "暂定",
        "source": day.source,
    }


# --- accounts ---


def account_page(
    session: Session,
    user_id: int,
    actor: Actor,
    sent: MultiDict[str, str],
    refusal: Refusal | None,
) -> dict[str, Any]:
    """One account with a box a role; what was ticked stays ticked after a refusal."""
    user = administration.account(session, user_id)
    held = {row.role for row in user.roles} if refusal is None else set(sent.getlist("roles"))
    is_admin = any(row.role == Role.SYSADMIN.value for row in user.roles)
    return {
        "tabs": tabs("admin.people"),
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "org": user.org.name,
        "active": user.is_active,
        "may_view": user.is_active and not is_admin and user.id != actor.user_id,
        "roles": [
            {
                "value": role.value,
                "label": role.label,
                "meaning": meaning,
                "held": role.value in held,
            }
            for role, meaning in ROLE_MEANINGS.items()
        ],
        "error": refusal.sentence if refusal else "",
    }


def people_page(
    rows: Iterable[User], actor: Actor, now: datetime, search: str, *, more: bool
) -> dict[str, Any]:
    """The accounts with what may be done to each."""
    return {
        "tabs": tabs("admin.people"),
        "search": search,
        "more": more,
        "people": [_person(row, actor, now) for row in rows],
    }


def _person(row: User, actor: Actor, now: datetime) -> dict[str, Any]:
    locked = row.locked_until is not None and row.locked_until > now
    standing = "已停用" if not row.is_active else "已锁定" if locked else "正常"
    if row.is_active and row.must_change_password:
        standing += "，须改密码"
    return {
        "id": row.id,
        "login": row.login,
        "name": row.name,
        "org": row.org.short_name,
        "roles": "、".join(Role(each.role).label for each in row.roles),
        "standing": standing,
        "active": row.is_active,
        "own": row.id == actor.user_id,
    }
