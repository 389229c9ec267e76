"""A calendar in plain values: a month of days with their rows, working days told from others."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.calendars import local_date
from app.services.lists.pages import ListRow
from app.services.tables import calendar, view_state
from app.services.tables.calendar import Day
from app.services.tables.state import Asked
from app.web import cards
from app.web.table_views.place import Place

WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
SATURDAY = 5


def page(session: Session, now: datetime, asked: Asked, place: Place) -> dict[str, Any]:
    """What table_views/calendar.html draws."""
    field = calendar.day_field(asked, place.own("day"))
    if field is None:
        return {"month": None}
    first = calendar.month_asked(place.own("date"), local_date(now))
    month = calendar.month_of(session, now, asked, field, first)
    return {
        "month": {
            "name": f"{first.year}年{first.month}月",
            "caption": field.caption,
            "weeks": [[_day(place, field.id, day) for day in week] for week in month.weeks],
            "total": f"{month.total:,}",
            "previous": _turned(place, first, -1),
            "next": _turned(place, first, 1),
            "today": place.href(place.state),
        },
        "week": WEEK,
        "field": field.id,
        "fields": [
            (each.id, each.caption)
            for each in asked.opened.sheet.fields
            if each.type in calendar.DAYS
        ],
        "keep": [pair for pair in place.state if pair[0] != "day"],
    }


def _turned(place: Place, first: date, months: int) -> str:
    other = calendar.month_after(first, months)
    return place.href(place.state, [("date", f"{other:%Y-%m}")])


def _day(place: Place, field_id: str, day: Day) -> dict[str, Any]:
    known = day.calendar
    off = not known.is_workday
    is_weekend = day.day.weekday() >= SATURDAY
    mark = "班" if known.is_workday and is_weekend else "休" if off and not is_weekend else ""
    others = place.without(view_state.KIND)
    return {
        "number": day.day.day,
        "iso": day.day.isoformat(),
        "title": f"{day.day.month}月{day.day.day}日 {WEEK[day.day.weekday()]}",
        "within": day.within,
        "today": day.is_today,
        "off": off,
        "mark": mark,
        "word": known.name or ("休息日" if off else "工作日"),
        "assumed": not known.confirmed,
        "count": day.number,
        "more": day.number - len(day.rows),
        "rows": [_item(row) for row in day.rows],
        "href": place.href([*others, (f"f.{field_id}.on", day.day.isoformat()), ("as", "cards")]),
    }


def _item(row: ListRow) -> dict[str, Any]:
    return {
        "href": cards.problem_href(row),
        "title": cards.title(row.values),
        "place": cards.place(row.shown),
        "state": str(row.values["state"] or ""),
        "state_label": row.shown["state"],
        "clock": row.reading,
    }
